/** What goes wrong in an engine on demand; none of it is its end. */
export interface EngineTrouble {
  /** How many times as long its steps take. Default: 1. */
  readonly slower?: number;
  /** Blocks of its KV cache that nobody gets. Default: 0. */
  readonly lostBlocks?: number;
  /** Seconds of its clock for which no step begins. Default: 0. */
  readonly stall?: number;
}
