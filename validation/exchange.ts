import type { Answer } from './client';
import type { Sighting } from './records';

/** A request's answer, and what all upstreams saw from the request before it until the answer's end. */
export interface Exchange {
  readonly answer: Answer;
  readonly seen: readonly Sighting[];
}
