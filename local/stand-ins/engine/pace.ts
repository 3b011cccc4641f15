/** How long the steps of an engine take. */
export interface StepPace {
  /** Milliseconds of a step that ends the prefill of a prompt. */
  readonly firstTokenMs: number;
  /** Milliseconds of a step in which answers grow by a token. */
  readonly tokenMs: number;
  /** Microseconds more for each token of a prompt that is computed. Default: 0. */
  readonly promptTokenUs?: number;
  /** Microseconds more for each sequence of the batch. Default: 0. */
  readonly sequenceUs?: number;
}

/** What one step computes. */
export interface StepWork {
  readonly promptTokens: number;
  /** Prompts of which it computes the last token. */
  readonly prefilled: number;
  /** Answers that grow by a token. */
  readonly decoded: number;
  /** Sequences in it. */
  readonly sequences: number;
}

/**
 * Seconds that a step takes: `t0 + a × prompt tokens + b × sequences`, the shape that explains the white paper's soak
 * with 16 ms, 10.5 µs and 70 µs. A chunk of a prompt that is not its last costs its tokens alone, so that with the
 * defaults a prompt of any length waits `firstTokenMs` for its first token.
 */
export function stepSeconds(pace: StepPace, work: StepWork): number {
  const { firstTokenMs, tokenMs, promptTokenUs = 0, sequenceUs = 0 } = pace;
  const base = Math.max(work.prefilled > 0 ? firstTokenMs : 0, work.decoded > 0 ? tokenMs : 0);
  return base / 1e3 + (promptTokenUs * work.promptTokens + sequenceUs * work.sequences) / 1e6;
}
