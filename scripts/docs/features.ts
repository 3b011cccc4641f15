import { features, type Proof } from '../../tests/features';
import { cell, NOTICE } from './markdown';

/** docs/features.md: what there is, which example shows it, and which test proves it how. */
export function featureTable(): string {
  return [
    NOTICE,
    '# Features, and what proves them',
    '',
    'Proven by **Envoy**: requests through the real Envoy and its external processor, judged by what the upstreams recorded.',
    '**API server**: the real API server with strict field validation, and statuses that the real controllers wrote.',
    '**property**: generated inputs. **golden**: objects as a whole. **unit**: single values and refusals.',
    '',
    '| feature | in the document | example | test | proven by |',
    '| --- | --- | --- | --- | --- |',
    ...features.flatMap(({ feature, fields = [], constructs = [], examples = [], proofs }) =>
      proofs.map((proof, index) =>
        index === 0
          ? row([cell(feature), code([...fields, ...constructs]), examples.map(link).join(', ')], proof)
          : row(['', '', ''], proof),
      ),
    ),
    '',
  ].join('\n');
}

function row(first: readonly string[], { by, test }: Proof): string {
  const [file = '', ...title] = test.split(': ');
  const place = `[${file}](../tests/${file}): ${cell(title.join(': '))}`;
  return `| ${[...first, place, by].join(' | ')} |`;
}

const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ');

const link = (example: string) =>
  /^[a-z0-9-]+$/.test(example) ? `[${example}](../examples/${example}/)` : example;
