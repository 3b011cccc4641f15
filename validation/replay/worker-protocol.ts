import type { PlanColumns, PlannedProfile } from './plan';

/** Where the requests of a run go. */
export interface ReplayTarget {
  /** `http://127.0.0.1:10080` */
  readonly origin: string;
  /** Default: `/v1/chat/completions`. */
  readonly path?: string;
  /** In every request, beside the identity. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: false; with true, HTTP/2 where the gateway speaks it over TLS. */
  readonly http2?: boolean;
}

/** What a worker begins with. */
export interface WorkerTask {
  /** Actors whose number divided by `workers` leaves `worker` are its own. */
  readonly worker: number;
  readonly workers: number;
  readonly mode: 'closed' | 'open' | 'half-open';
  readonly profiles: readonly PlannedProfile[];
  readonly columns: PlanColumns;
  /** Of each profile's requests, names and values in turn. */
  readonly headers: readonly string[][];
  /** Path of `bodies.jsonl`. */
  readonly bodies: string;
  readonly target: ReplayTarget;
  /** How many times as fast as in the plan the time goes. */
  readonly timeScale: number;
  /** After so many seconds without a byte a request is given up. */
  readonly timeout: number;
  /** The step with which each actor begins. Default: its first. */
  readonly steps?: Uint32Array;
  /** Actors of a closed plan that are active at first; those of other plans are all active. */
  readonly users: number;
}

/** To a worker. */
export type Order =
  /** At which nanosecond of the monotonic clock the run begins; the first order, and after all workers are ready. */
  | { readonly kind: 'begin'; readonly base: bigint }
  | { readonly kind: 'users'; readonly users: number }
  /** Nothing more is sent; with `cut`, what is under way is cut off, else it ends by itself. */
  | { readonly kind: 'stop'; readonly cut: boolean };

/** From a worker. */
export type Told =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'rows';
      readonly rows: Float64Array;
      readonly underWay: number;
      /** Actors that are to ask, and have come to the end of their steps. */
      readonly left: number;
      /** Of requests that were sent since the last time: when they could have been, and when they were. */
      readonly sends: Float64Array;
      /** Of those whose first token came: when they could have been sent, and when it came. */
      readonly firsts: Float64Array;
    }
  /** A body of an answer that was refused, one for each status. */
  | { readonly kind: 'said'; readonly status: number; readonly text: string }
  /** All of its actors have come to the end of their steps, or were stopped, and nothing is under way. */
  | {
      readonly kind: 'ended';
      /** Gaps between chunks of tokens: a histogram in microseconds, compressed, in Base64. */
      readonly gaps: string;
    };
