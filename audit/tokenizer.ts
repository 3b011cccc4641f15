import { TOKENIZER_DRIFT } from '../base/audit';
import { compareKeys } from '../base/text';
import { answerTokens, type CountTokens, promptTokens } from './harmony';
import type { TokenSample } from './samples-file';

/** How what a model told compares with a count of our own. */
export interface TokenizerDrift {
  readonly model: string;
  readonly samples: number;
  /** Tokens that engine or provider told, all samples together. */
  readonly told: number;
  /** Tokens of the vocabulary of gpt-oss (`o200k_harmony`), with what its format writes around messages. */
  readonly counted: number;
  /** Of these, what the format adds to the texts. */
  readonly overhead: number;
  /** `told / counted` that is right for the model; 1 for a model with that vocabulary. */
  readonly expected: number;
  /** `told / counted`, as a share of what is expected: 1 without drift. */
  readonly ratio: number;
  readonly verdict: 'same' | 'drifts' | 'inconclusive';
}

/** Tokens below which a few that a sample does not show, such as those of a tool, would be the drift. */
export const LEAST_TOKENS = 1000;

interface Sums {
  samples: number;
  told: number;
  counted: number;
  overhead: number;
}

/**
 * Compares, model by model.
 *
 * @param expected Ratios of models with another vocabulary, by name.
 */
export function tokenizerDrift(
  samples: readonly TokenSample[],
  count: CountTokens,
  expected: ReadonlyMap<string, number> = new Map(),
): readonly TokenizerDrift[] {
  const models = new Map<string, Sums>();
  for (const sample of samples) {
    const sums = models.get(sample.model) ?? { samples: 0, told: 0, counted: 0, overhead: 0 };
    models.set(sample.model, sums);
    const counted = countSample(sample, count);
    sums.samples += 1;
    sums.told += sample.tokens;
    sums.counted += counted;
    sums.overhead += counted - countTexts(sample, count);
  }
  return [...models]
    .sort(([a], [b]) => compareKeys(a, b))
    .map(([model, sums]) => judge(model, sums, expected.get(model) ?? 1));
}

function judge(model: string, sums: Sums, expected: number): TokenizerDrift {
  const ratio = sums.told / sums.counted / expected;
  const isEnough = sums.counted >= LEAST_TOKENS;
  const verdict = Math.abs(ratio - 1) > TOKENIZER_DRIFT ? 'drifts' : 'same';
  return { model, ...sums, expected, ratio, verdict: isEnough ? verdict : 'inconclusive' };
}

function countSample(
  { messages, answer, reasoning = '', text = '' }: TokenSample,
  count: CountTokens,
): number {
  if (messages !== undefined) return promptTokens(messages, count);
  return answer === undefined ? count(text) : answerTokens(answer, reasoning, count);
}

/** The texts alone. */
function countTexts(
  { messages = [], answer = '', reasoning = '', text = '' }: TokenSample,
  count: CountTokens,
): number {
  const texts = [...messages.map(({ content }) => content), answer, reasoning, text];
  return texts.reduce((sum, one) => sum + count(one), 0);
}
