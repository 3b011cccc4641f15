import { features, type Proof } from '../../tests/features';
import { type DeclaredTest, declaredTests } from '../../tests/titles';
import { cell, NOTICE, table } from './markdown';

/** docs/features.md: what there is, which example shows it, and which test proves it how. */
export function featureTable(): string {
  const tests = new Map(declaredTests().map((test) => [test.id, test]));
  const proof = ({ id, by }: Proof) => [placeOf(id, tests.get(id)), by];
  return [
    NOTICE,
    '# Features and their tests',
    '',
    'Proven by **Envoy**: requests through the real Envoy and its external processor, verified against the records of the upstreams.',
    '**API server**: the real API server with strict field validation, and the statuses of the real controllers.',
    '**Chromium**: a page in a real browser, from a real Prometheus.',
    '**property**: generated inputs. **golden**: complete objects. **unit**: single values and error messages.',
    '',
    ...table(
      ['feature', 'in the document', 'example', 'test', 'proven by'],
      features.flatMap(({ feature, fields = [], constructs = [], examples = [], proofs }) =>
        proofs.map((one, index) => {
          const about = [cell(feature), code([...fields, ...constructs]), examples.map(link).join(', ')];
          return [...(index === 0 ? about : ['', '', '']), ...proof(one)];
        }),
      ),
    ),
    '',
  ].join('\n');
}

function placeOf(id: string, test?: DeclaredTest): string {
  if (test === undefined) throw new Error(`no title of a test ends with [${id}] (tests/features.ts)`);
  return `[${test.file}](../tests/${test.file}): ${cell(test.title)}`;
}

const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ');

const link = (example: string) =>
  /^[a-z0-9-]+$/.test(example) ? `[${example}](../examples/${example}/)` : example;
