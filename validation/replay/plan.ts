import { createHash } from 'node:crypto';
import type { Law, Scope } from '../arrivals/law';
import type { PhaseName } from '../arrivals/phases';

/**
 * What a plan sets:
 * - `closed`: so many users, each of whom pauses, asks, and reads to the end before the next pause. A slow platform is
 *   asked less;
 * - `open`: turns are due at times of the plan, whatever the platform does, and latency counts from then;
 * - `half-open`: sessions begin at times of the plan; within one it is as with a closed user.
 */
export const LOAD_MODES = ['closed', 'open', 'half-open'] as const;
export type LoadMode = (typeof LOAD_MODES)[number];

/** How the `when` of a step is meant. */
export const STEP_CLOCKS = {
  /** Seconds after the end of the actor's step before, or after it began. */
  pause: 0,
  /** As `pause`, in units of what the shared phases of its profile bring about: at a rate of 2 a second, half of them. */
  phases: 1,
  /** Seconds after the run began. */
  at: 2,
} as const;

/** The part of a plan that one profile has. */
export interface PlannedProfile {
  /** `A` to `E`. */
  readonly profile: string;
  readonly app: string;
  readonly law: Law;
  readonly scope: Scope;
  /** Sessions of the corpus that it takes its turns from. */
  readonly sessions: number;
  /** How many more sessions the plan begins than the corpus has: each is one that a cache has seen already. */
  readonly reused: number;
  /** Of an MMPP that all of its users share: the state in which it begins, and when it switches, in seconds. */
  readonly phases?: { readonly first: PhaseName; readonly switches: readonly number[] };
}

/** What is known of a plan beside its steps. */
export interface PlanHeader {
  readonly format: 1;
  readonly seed: number;
  readonly mode: LoadMode;
  /** Users of a closed plan; else how many sessions may be under way. */
  readonly users: number;
  /** How long the plan is made for, in seconds. */
  readonly seconds: number;
  /** SHA-256 of the corpus' `bodies.jsonl` and `turns.jsonl`, lower-case hex. */
  readonly corpus: { readonly bodies: string; readonly turns: string };
  readonly profiles: readonly PlannedProfile[];
  /** Shares of the pauses: `recorded`, `upperBound`, `modelled`; of the recorded ones, how many were cut to the longest. */
  readonly pauses: Readonly<Record<'recorded' | 'upperBound' | 'modelled' | 'cut', number>>;
}

/** Steps of all actors, those of one behind another, in columns that threads share. */
export interface PlanColumns {
  /** Of each actor the index of its first step; one more element, for the end of the last. */
  readonly first: Uint32Array;
  /** Of each actor the index of its profile in the header. */
  readonly profile: Uint8Array;
  /** Of each step the number of its turn in the corpus. */
  readonly turn: Uint32Array;
  /** Of each step where its body begins in `bodies.jsonl`. */
  readonly offset: Float64Array;
  /** Of each step the bytes of its body. */
  readonly length: Uint32Array;
  /** Of each step, by its {@link STEP_CLOCKS}. */
  readonly when: Float64Array;
  readonly clock: Uint8Array;
}

/** What is to be sent, by whom and when: nothing is drawn or parsed while it runs. */
export interface Plan {
  readonly header: PlanHeader;
  readonly columns: PlanColumns;
}

/** In the order of the file. */
export const COLUMN_TYPES = {
  first: Uint32Array,
  profile: Uint8Array,
  turn: Uint32Array,
  offset: Float64Array,
  length: Uint32Array,
  when: Float64Array,
  clock: Uint8Array,
} as const;

export type ColumnName = keyof typeof COLUMN_TYPES;
export const COLUMN_NAMES = Object.keys(COLUMN_TYPES) as readonly ColumnName[];

export const actorsOf = ({ columns }: Pick<Plan, 'columns'>): number => columns.profile.length;

/** By which a plan is told from another: SHA-256 of its file, lower-case hex; the same however many workers run it. */
export function planHash(plan: Plan): string {
  const hash = createHash('sha256');
  for (const part of planParts(plan)) hash.update(part);
  return hash.digest('hex');
}

const MAGIC = 'vcf-ai load plan 1\n';

/** The bytes of a plan's file: a line that says what it is, the header as a line of JSON, the columns in little endian. */
export function planParts({ header, columns }: Plan): Uint8Array[] {
  const lengths = COLUMN_NAMES.map((name) => columns[name].length);
  const head = `${MAGIC}${JSON.stringify({ ...header, columns: lengths })}\n`;
  const bytes = COLUMN_NAMES.map((name) => {
    const { buffer, byteOffset, byteLength } = columns[name];
    return new Uint8Array(buffer, byteOffset, byteLength);
  });
  return [Buffer.from(head), ...bytes];
}

/** @throws RangeError for anything but the bytes of {@link planParts}. */
export function parsePlan(bytes: Uint8Array): Plan {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!text.subarray(0, MAGIC.length).equals(Buffer.from(MAGIC))) throw new RangeError('is not a load plan');
  const end = text.indexOf(0x0a, MAGIC.length);
  const { columns: lengths, ...header } = JSON.parse(text.subarray(MAGIC.length, end).toString());
  let at = end + 1;
  const columns = COLUMN_NAMES.map((name, index) => {
    const Type = COLUMN_TYPES[name];
    const size = lengths[index] * Type.BYTES_PER_ELEMENT;
    if (at + size > text.length) throw new RangeError('is cut off');
    // An array has to begin at a multiple of its element's size, and this one may not.
    const shared = new SharedArrayBuffer(size);
    new Uint8Array(shared).set(text.subarray(at, at + size));
    at += size;
    return [name, Reflect.construct(Type, [shared])] as const;
  });
  return { header, columns: Object.fromEntries(columns) as unknown as PlanColumns };
}
