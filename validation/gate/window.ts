import type { MeanOf } from '../../base/sample';

/** What the clients of the replay saw in a window, by the end of requests. */
export interface ClientWindow {
  readonly requests: number;
  /** Refused, broken, timed out. */
  readonly failed: number;
  /** Users who had come to the end of the plan's steps: the load had so many fewer than it says. */
  readonly left: number;
  /** From the moment at which a request could be sent, in seconds of the plan's clock. */
  readonly firstToken: MeanOf;
  readonly firstTokenP99: number;
  /** Of the generator, 99th percentile, in real seconds. */
  readonly lagP99: number;
}

/** What the engines counted in a window, all of them together. */
export interface EngineWindow {
  readonly firstToken: { readonly count: number; readonly mean: number };
  readonly preemptions: number;
  /** Finished, and how many more run than before: the ones that were scheduled. */
  readonly scheduled: number;
  readonly running: number;
  readonly waiting: number;
  /** Mean share of the KV cache that running requests hold. */
  readonly cacheUsage: number;
  /** Tokens of prompts found in the cache, of those looked for. NaN where none were. */
  readonly prefixHits: number;
  readonly queueTime: number;
  readonly prefillTime: number;
  readonly timePerToken: number;
  readonly interToken: number;
  /** Mean time that requests took at the engines, from their arrival there to their last token. */
  readonly requestTime: number;
}

/** A window whose telemetry proves nothing, and why: missing, stale, a counter that fell, a clock that jumped. */
export interface Blind {
  readonly blind: string;
}

export interface GateWindow {
  /** Seconds of the plan's clock since the run began. */
  readonly from: number;
  readonly to: number;
  readonly users: number;
  readonly client: ClientWindow;
  readonly engine: EngineWindow | Blind;
}

export const isBlind = (engine: EngineWindow | Blind): engine is Blind => 'blind' in engine;
