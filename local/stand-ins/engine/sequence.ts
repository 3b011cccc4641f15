import type { Block } from './block-pool';

/** What an engine is asked for. */
export interface EngineRequest {
  /** At least 1. */
  readonly promptTokens: number;
  /** A hash for each full block of the prompt: of its tokens and all before them. */
  readonly promptHashes: readonly number[];
  /** How many the answer has when nobody cuts it; at least 1. */
  readonly answerTokens: number;
  /** `length` where a limit of the request ends the answer. */
  readonly finishReason: 'stop' | 'length';
  /** `max_tokens` of the request; undefined where it has none. */
  readonly maxTokens?: number | undefined;
}

export type EndReason = EngineRequest['finishReason'] | 'abort';

/** A request on its way through the engine. Times are those of the engine's clock, in seconds. */
export class Sequence {
  blocks: Block[] = [];
  /** Tokens whose keys and values are in `blocks`. */
  computed = 0;
  generated = 0;
  /** Tokens of the prompt that were found in the cache when it was admitted for the first time. */
  cached = 0;
  preemptions = 0;
  scheduledAt: number | undefined;
  firstTokenAt: number | undefined;
  lastTokenAt: number | undefined;
  ended: EndReason | undefined;

  /** @param held Tokens of the prompt that the cache has room for beside the answer: all, but for a giant one. */
  constructor(
    readonly request: EngineRequest,
    readonly held: number,
    readonly arrivedAt: number,
  ) {}

  /** Tokens that must be computed before the next one is known. */
  get tokens(): number {
    return this.held + this.generated;
  }
}
