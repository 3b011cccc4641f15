import type { SkipReason } from './access-log';
import type { Ending, Tokens, UsageRecord } from './record';
import type { Staged } from './staging';

/** What a log file is known by: names change when logs are rotated. */
export interface FileIdentity {
  readonly device: string;
  readonly inode: string;
  /** SHA-256 of its first bytes: an inode is used again, the first record is not. */
  readonly fingerprint: string;
  /** How many first bytes that are. */
  readonly fingerprintBytes: number;
}

/** How far a log file was read. */
export interface Position extends FileIdentity {
  readonly source: number;
  /** Where it was found last. */
  readonly path: string;
  /** Bytes that are in the ledger: the offset of the next line. */
  readonly offset: number;
}

/** What is committed at once: a part of a log file, as whole lines. */
export interface Batch {
  readonly path: string;
  readonly identity: FileIdentity;
  /** Undefined for a file that the ledger does not know. */
  readonly source: number | undefined;
  readonly from: number;
  readonly to: number;
  readonly staged: Staged;
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>;
}

/** What became of a batch. */
export interface Committed {
  readonly source: number;
  readonly added: number;
  /** Records that the ledger had already. */
  readonly duplicate: number;
  /** Among the added: records of a closed period, which are corrections in the open one. */
  readonly late: number;
}

/** A row of the ledger. */
export interface Entry extends UsageRecord {
  /** Rows are numbered from 1 without a gap, in the order in which they came. */
  readonly seq: number;
  /** The period that it is billed in; that of its start, but for corrections. */
  readonly period: string;
  /**
   * Empty for a record of its own period. A correction says why it is one: `late`, or what somebody wrote. Its tokens are
   * differences, and may be below zero.
   */
  readonly reason: string;
}

/** What was wrong with a record, and why. */
export interface Correction {
  /** Of the record that is wrong. */
  readonly id: string;
  /** What has to be added to its tokens; below zero to take some away. */
  readonly difference: Tokens;
  readonly reason: string;
}

/** A period that does not change any more. */
export interface ClosedPeriod {
  readonly period: string;
  /** ISO 8601, UTC. */
  readonly closedAt: string;
  readonly records: number;
  readonly corrections: number;
  /** SHA-256 of its rows, as `entryLine` writes them. */
  readonly sha256: string;
  /** SHA-256 of this line and all before it: closed periods are a chain. */
  readonly chain: string;
}

/** A run of rows that was written to a Parquet file. */
export interface Segment {
  readonly segment: number;
  readonly file: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly sha256: string;
  /** SHA-256 of its line of the manifest. */
  readonly line: string;
}

export interface Status {
  readonly records: number;
  readonly corrections: number;
  /** Of the first and the last call, in milliseconds since 1970; absent in an empty ledger. */
  readonly first?: number;
  readonly last?: number;
  readonly endings: Readonly<Record<string, number>>;
  /** Lines that are no record, and records that were there already (`duplicate`), by reason. */
  readonly skipped: Readonly<Record<string, number>>;
  readonly files: readonly Position[];
  readonly closed: readonly ClosedPeriod[];
  readonly segments: readonly Segment[];
}

/**
 * Calls that agree in everything but attempts and tokens, and of which the same kinds of tokens were told, summed up; they
 * began within one hour. A call whose parts are more than the whole stands alone.
 */
export interface UsageSum {
  /** When the hour begins, or the last cut within it before the calls, in milliseconds since 1970. */
  readonly from: number;
  readonly workload: string;
  readonly tenant: string;
  readonly modelAsked: string;
  readonly modelAnswered: string;
  readonly backend: string;
  readonly ending: Ending;
  readonly calls: number;
  readonly attempts: number;
  /** A kind that is absent was told by none of the calls. */
  readonly tokens: Tokens;
}

/** Which rows: those that are billed in a period, or those that began in `[from, to)`, in milliseconds since 1970. */
export type Selection = { readonly period: string } | { readonly from: number; readonly to: number };

/** Where the ledger is kept. One process writes at a time; a commit is there whole or not at all. */
export interface LedgerStore {
  /** Files with this device and inode that were read before. */
  positions(identity: Pick<FileIdentity, 'device' | 'inode'>): Promise<readonly Position[]>;
  /** Files whose path began with this one when they were found last: a log, and what rotations made of it. */
  positionsLike(path: string): Promise<readonly Position[]>;
  /**
   * Adds the records that are not there yet, and moves the position, in one transaction.
   *
   * @throws UserError when the position is not at `from`: another process reads the same file
   */
  commit(batch: Batch): Promise<Committed>;
  /**
   * Adds a row of differences to the open period.
   *
   * @throws Refusal for an unknown record or an empty reason
   */
  correct(correction: Correction): Promise<Entry>;
  /**
   * Closes a month and makes its rows final.
   *
   * @throws Refusal when it is not over, when it is closed, or when an earlier one is open
   */
  close(period: string, now: Date): Promise<ClosedPeriod>;
  /**
   * Rows by start and id, in arrays of some thousand: the same rows are always in the same order. What is written
   * meanwhile waits for the last of them.
   */
  entries(selection: Selection): AsyncIterable<readonly Entry[]>;
  /** Writes the rows from number `first` to `last` to a Parquet file. */
  writeParquet(first: number, last: number, file: string): Promise<void>;
  /**
   * Sums over the rows of a selection, hour by hour.
   *
   * @param cuts Moments within hours at which a price changes, in order: no sum has calls of both sides.
   */
  sums(selection: Selection, cuts?: readonly number[]): Promise<readonly UsageSum[]>;
  /** The number of the last row; 0 in an empty ledger. */
  lastSeq(): Promise<number>;
  /** How many rows there are: as many as the last one's number, unless some are gone. */
  size(): Promise<number>;
  /** When the earliest call from this row on began; undefined when there is no row. */
  earliestFrom(seq: number): Promise<number | undefined>;
  status(): Promise<Status>;
  closedPeriods(): Promise<readonly ClosedPeriod[]>;
  segments(): Promise<readonly Segment[]>;
  addSegment(segment: Segment): Promise<void>;
  /** Ends the connection. */
  end(): Promise<void>;
}
