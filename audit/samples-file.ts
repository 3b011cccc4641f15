import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { type Mistake, PlatformError } from '../base/mistake';
import { listed, shown } from '../base/text';
import { type ChatMessage, ROLES } from './harmony';

/** A text, and the tokens that an engine or a provider told of it. */
export interface TokenSample {
  readonly model: string;
  /** The tokens that were told, without those of tools or images. */
  readonly tokens: number;
  /** A prompt, as it was sent. */
  readonly messages?: readonly ChatMessage[];
  /** An answer; with `reasoning`, what the model thought before it. */
  readonly answer?: string;
  readonly reasoning?: string;
  /** A text alone, with nothing around it: the prompt or the answer of a completion. */
  readonly text?: string;
}

/** What a sample is of. */
export const SAMPLED = ['messages', 'answer', 'text'] as const;

const TEXT = { type: 'string' };

const SAMPLE = {
  type: 'object',
  additionalProperties: false,
  properties: {
    model: { type: 'string', minLength: 1 },
    tokens: { type: 'integer', minimum: 0 },
    messages: {
      type: 'array',
      items: {
        type: 'object',
        properties: { role: { enum: ROLES }, content: TEXT },
        required: ['role', 'content'],
      },
    },
    ...{ answer: TEXT, reasoning: TEXT, text: TEXT },
  },
  required: ['model', 'tokens'],
  oneOf: SAMPLED.map((field) => ({ required: [field] })),
};

/** A file with thousands of broken lines is broken in one way. */
const MOST_MISTAKES = 20;

const FIX = `a line has model, tokens and one of ${listed(SAMPLED, 'or')}; roles are ${listed(ROLES, 'and')}: leave out calls of tools`;

/**
 * Samples from JSON Lines; empty lines are skipped.
 *
 * @throws PlatformError with the lines that are no samples
 */
export function readSamples(file: string): readonly TokenSample[] {
  const validate = new Ajv({ verbose: true, strictRequired: false }).compile<TokenSample>(SAMPLE);
  const mistakes: Mistake[] = [];
  const samples: TokenSample[] = [];
  for (const [index, line] of readFileSync(file, 'utf8').split('\n').entries()) {
    if (line.trim() === '') continue;
    const sample = parsed(line);
    if (validate(sample)) {
      samples.push(sample);
      continue;
    }
    // Which of the three it should be is said by the last error, and what is wrong with a field by the first.
    const [first] = validate.errors ?? [];
    const last = validate.errors?.at(-1)?.keyword === 'oneOf';
    const field = first?.instancePath.slice(1).replaceAll('/', '.');
    const told = last
      ? `has none of ${listed(SAMPLED, 'or')}, or several`
      : `${field} ${shown(first?.data)} ${first?.message}`;
    const problem = sample === undefined ? `is no JSON: ${shown(line)}` : `is no sample: ${told}`;
    mistakes.push({ path: `${file}:${index + 1}`, problem, fix: FIX });
  }
  if (mistakes.length === 0 && samples.length === 0) {
    throw new PlatformError([{ path: file, problem: 'has no samples', fix: FIX }]);
  }
  if (mistakes.length > 0) {
    throw new PlatformError(
      mistakes.slice(0, MOST_MISTAKES),
      `${file} cannot be audited: ${mistakes.length} mistakes`,
    );
  }
  return samples;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
