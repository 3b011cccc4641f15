/**
 * Where the pause before a turn is from: `recorded`, by the clock of the record; `upperBound`, where the record's times
 * hold the model's own time as well; `modelled`, drawn from a law when a plan is made.
 */
export type PauseSource = 'recorded' | 'upperBound' | 'modelled';

/** What is known of a turn beside its bytes: a line of `turns.jsonl`. */
export interface Turn {
  /** Unique within the corpus: `toolbench/G1-10/0`. Turns of a session follow each other. */
  readonly session: string;
  /** From 0; a turn never starts before the one before it has ended. */
  readonly turn: number;
  /** What the sessions are runs of: their query, issue or screen. Sessions of one task begin alike. */
  readonly task: string;
  /** `A` to `E`. */
  readonly profile: string;
  /** Value of `x-workload-app`. */
  readonly app: string;
  /** Seconds between the end of the turn before and this one; null where a law has to say. */
  readonly pause: number | null;
  readonly pauseSource: PauseSource;
  /** `max_tokens` of the body. */
  readonly maxTokens: number;
  /** Of the body in `bodies.jsonl`, in bytes. */
  readonly offset: number;
  /** Of the body in bytes, without the line's end. */
  readonly length: number;
}

/** Names of the files of a corpus. */
export const CORPUS_FILES = {
  manifest: 'manifest.json',
  turns: 'turns.jsonl',
  bodies: 'bodies.jsonl',
  attribution: 'ATTRIBUTION.md',
} as const;

/** `manifest.json`: what a corpus is made of, and by which it is told from another. */
export interface CorpusManifest {
  readonly format: 1;
  /** Of the sampling. */
  readonly seed: number;
  /** `model` of every body. */
  readonly model: string;
  readonly sessions: number;
  readonly turns: number;
  readonly tasks: number;
  /** Of `bodies.jsonl`. */
  readonly bytes: number;
  /** Lower-case hex, by name of file. */
  readonly sha256: Readonly<Record<'turns' | 'bodies', string>>;
  readonly profiles: readonly CorpusProfile[];
}

/** The part of a corpus that is of one profile. */
export interface CorpusProfile {
  /** `A` to `E`. */
  readonly profile: string;
  readonly app: string;
  readonly sessions: number;
  readonly turns: number;
  readonly tasks: number;
  readonly bytes: number;
  /** What the records are and whose: `SWE-rebench / SWE-agent trajectories, Nebius, CC-BY-4.0`. */
  readonly attributions: readonly string[];
  /**
   * The share of the bytes of all prompts that a prefix cache could have seen before: of turns before in the same
   * session, and of other sessions.
   */
  readonly shared: { readonly ownTurns: number; readonly otherSessions: number };
}
