import { parseJson } from '../../answer';
import type { Instant, TimeUnit } from './instant';
import type { LawWindow } from './law-window';

/** One request of a trace. */
export interface Arrival {
  readonly at: Instant;
  /** Whose turn it is; absent where the trace knows no sessions. */
  readonly session?: string;
  /** When its answer had ended; absent where the trace does not say. */
  readonly ended?: Instant;
  /** Ids of the blocks of its prompt, each of which stands for all blocks before it as well. */
  readonly blocks?: readonly number[];
  /** Whether it was recorded as failed. */
  readonly failed?: boolean;
}

/** What a reader hands on of each line. */
export interface Sink {
  arrival(arrival: Arrival): void;
  /** A time in which a law holds: of traces that have laws instead of requests. */
  window(window: LawWindow): void;
  /**
   * The line holds nothing that can be used.
   *
   * @param why Lower case, without a full stop, the same text for the same reason.
   */
  drop(why: string): void;
}

/** Reads the lines of one file, in order. */
export interface TraceReader {
  /** For people: `Azure LLM inference trace`. */
  readonly format: string;
  /** The line that names the columns: it holds no request, however often it comes. */
  readonly header?: string;
  read(line: string, sink: Sink): void;
}

/** Makes a reader for a file, of which it sees the beginning; undefined where the file is of another format. */
export type Recogniser = (
  head: readonly string[],
  options: { readonly unit?: TimeUnit },
) => TraceReader | undefined;

/** The object that a line of JSON Lines is; undefined where it is none. */
export function objectOf(line: string): Readonly<Record<string, unknown>> | undefined {
  return line.trimStart().startsWith('{')
    ? (parseJson(line) as Readonly<Record<string, unknown>>)
    : undefined;
}
