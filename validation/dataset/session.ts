import type { Fields } from './values';

/** A message as a record has it: `role` and `content`, and what else there is, under any of the names in use. */
export interface RecordedMessage {
  readonly fields: Fields;
  /** When it was written down, in milliseconds since 1970. Absent: the record has no times. */
  readonly time?: number;
  /** False for a message of the assistant that no model was asked for. Default: true. */
  readonly asked?: boolean;
}

/** A conversation of a data set, before it is made fit for an engine. */
export interface Session {
  /** Unique among the sessions of its format, as far as the publisher kept to it. */
  readonly id: string;
  /** What it is a run of: sessions of one task begin alike. */
  readonly task: string;
  readonly messages: readonly RecordedMessage[];
  /** Definitions of functions: those of the OpenAI API, or only their `{name, description, parameters}`. */
  readonly tools?: readonly unknown[];
  /** Of this record, where each has its own. */
  readonly licence?: string;
}

/** What a record holds: sessions, and reasons for what of it is dropped. */
export interface Reading {
  readonly sessions: readonly Session[];
  /** One entry for each thing that is dropped: `valid_data is false`. */
  readonly dropped: readonly string[];
}

/** Where a record is from, for names that it does not have itself. */
export interface Origin {
  /** Of its file, without folder and endings: `G1-10`. */
  readonly name: string;
  /** Folders above the file, the nearest first; only as many as were named by the user or found below. */
  readonly folders: readonly string[];
  /** From 0, in its file. */
  readonly ordinal: number;
  /** Its key, where the file is an object of records. */
  readonly key?: string;
  /** Of OmniACT: most tasks of a screen in one session. Default: all. */
  readonly screenTasks?: number;
}

export type Profile = 'A' | 'B' | 'C' | 'D' | 'E';

export const PROFILES: readonly Profile[] = ['A', 'B', 'C', 'D', 'E'];

/** `x-workload-app` of the profiles, as the white paper names their workloads. */
export const DEFAULT_APPS: Readonly<Record<Profile, string>> = {
  A: 'toolbench-agent',
  B: 'terminal-bench-ci',
  C: 'omniact-ui',
  D: 'swe-rebench-ide',
  E: 'coderforge-ide',
};

/** One published format. A reader finds what is there; what an engine wants of it is `wire.ts`. */
export interface Format {
  /** First part of the names of its sessions. */
  readonly name: string;
  readonly title: string;
  readonly profile: Profile;
  /** What the records are, whose, and under which licence. */
  readonly attribution: string;
  /** Columns that it reads of a Parquet file. */
  readonly columns: readonly string[];
  /** Whether a record may be the beginning of another one's session: what a longer one begins with is dropped. */
  readonly hasPrefixes?: true;
  recognises(record: Fields): boolean;
  /** Never throws for what a record holds. */
  read(record: Fields, origin: Origin): Reading;
}

export const nothingBut = (reason: string): Reading => ({ sessions: [], dropped: [reason] });

/** A session of a record that holds one. */
export const only = (session: Session): Reading => ({ sessions: [session], dropped: [] });

/** Messages without times. */
export const untimed = (messages: readonly Fields[]): readonly RecordedMessage[] =>
  messages.map((fields) => ({ fields }));
