/** Kinds of tokens that are counted. Cached input and input written to a cache are parts of input, reasoning of output. */
export const TOKEN_KINDS = ['input', 'cachedInput', 'cacheWriteInput', 'output', 'reasoning'] as const;

export type TokenKind = (typeof TOKEN_KINDS)[number];

/** Whole numbers of tokens; a kind that nobody told is absent, which is not the same as none. */
export type Tokens = Readonly<Partial<Record<TokenKind, number>>>;

/**
 * How an answer ended: `whole`, `left` by its client before the end, `failed` in the model or on the way from it, or
 * `refused` by the gateway, which asked no model.
 */
export const ENDINGS = ['whole', 'left', 'failed', 'refused'] as const;

export type Ending = (typeof ENDINGS)[number];

/** One call, as the gateway's access log tells it at its end. */
export interface UsageRecord {
  /** Envoy's own `%UNIQUE_ID%`. Never `x-request-id`: clients choose that, and may use one twice. */
  readonly id: string;
  /** When the call began, in milliseconds since 1970, UTC. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** Empty where nobody was identified: a refused call. */
  readonly workload: string;
  readonly tenant: string;
  readonly modelAsked: string;
  /** What the answer said that it is from; empty without an answer. */
  readonly modelAnswered: string;
  /** The backend of the attempt that answered. */
  readonly backend: string;
  readonly status: number;
  /** Envoy's response flags, such as `DC` for a client that left. */
  readonly flags: string;
  /** Attempts at a model, the answered one among them; 0 for a refused call. */
  readonly attempts: number;
  readonly ending: Ending;
  readonly tokens: Tokens;
  /** W3C trace id; empty where nothing is traced. */
  readonly traceId: string;
}
