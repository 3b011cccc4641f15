import { type Column, UUID_BYTES } from './database';
import { periodAt } from './period';
import type { UsageRecord } from './record';
import { CALL_COLUMNS, type CallColumn, KIND_COLUMNS } from './schema';
import { writeUuid } from './uuid';

/** A column of calls; both kinds can be handed from thread to thread without a copy. */
export type CallValues = { readonly name: string } & (
  | { readonly type: 'number'; readonly values: Float64Array }
  | { readonly type: 'uuid'; readonly values: Uint8Array }
);

/** Records as two tables: the calls, and what many of them have in common. */
export interface Staged {
  /** How many calls. */
  readonly size: number;
  /** Records that are left out, because another one has the same id. */
  readonly repeated: number;
  readonly calls: readonly CallValues[];
  readonly kinds: readonly Column[];
}

/** Names of the months of many moments; moments that follow each other are mostly of one month. */
function periodNames(): (startedAt: number) => string {
  let { name, start, end } = periodAt(0);
  return (startedAt) => {
    if (startedAt < start || startedAt >= end) ({ name, start, end } = periodAt(startedAt));
    return name;
  };
}

/** A column that is filled row by row. */
interface Filling {
  readonly column: CallValues;
  readonly write: (record: UsageRecord, row: number) => void;
}

function filling(of: CallColumn, rows: number): Filling {
  const { name } = of;
  if (of.type === 'BIGINT') {
    const values = new Float64Array(rows);
    const write = (record: UsageRecord, row: number) => {
      values[row] = of.of(record);
    };
    return { column: { name, type: 'number', values }, write };
  }
  // Zeros, which are what is absent.
  const values = new Uint8Array(rows * UUID_BYTES);
  const write = (record: UsageRecord, row: number) => {
    const uuid = of.of(record);
    if (uuid !== '' || of.absent === undefined) writeUuid(uuid, values, row * UUID_BYTES);
  };
  return { column: { name, type: 'uuid', values }, write };
}

function firstRows({ name, ...column }: CallValues, rows: number): CallValues {
  return column.type === 'uuid'
    ? { name, type: 'uuid', values: column.values.subarray(0, rows * UUID_BYTES) }
    : { name, type: 'number', values: column.values.subarray(0, rows) };
}

/**
 * Makes columns of records, one record after the other, so that none of them has to be kept.
 *
 * Some ten thousand calls have some hundred combinations of names: each is given to the database once. To hand over a
 * text costs more than to read the whole line that it is from.
 */
export class Staging {
  private size = 0;
  private repeated = 0;
  private readonly ids = new Set<string>();
  private readonly periodOf = periodNames();
  private readonly codes = new Map<string, number>();
  private readonly firsts: UsageRecord[] = [];
  private readonly periods: string[] = [];
  private readonly kinds: Float64Array;
  private readonly calls: readonly Filling[];

  /** @param capacity The most records that will come. */
  constructor(capacity: number) {
    this.kinds = new Float64Array(capacity);
    this.calls = CALL_COLUMNS.map((column) => filling(column, capacity));
  }

  /** @throws Error when an id is no UUID */
  add(record: UsageRecord): void {
    if (this.ids.size === this.ids.add(record.id).size) {
      this.repeated += 1;
      return;
    }
    const row = this.size;
    for (const { write } of this.calls) write(record, row);
    this.kinds[row] = this.kindOf(record);
    this.size += 1;
  }

  private kindOf(record: UsageRecord): number {
    const { workload, tenant, modelAsked, modelAnswered, backend, status, flags, attempts, ending } = record;
    const period = this.periodOf(record.startedAt);
    const key = `${period}\n${workload}\n${tenant}\n${modelAsked}\n${modelAnswered}\n${backend}\n${status}\n${flags}\n${attempts}\n${ending}`;
    const known = this.codes.get(key);
    if (known !== undefined) return known;
    const code = this.firsts.push(record) - 1;
    this.periods.push(period);
    this.codes.set(key, code);
    return code;
  }

  done(): Staged {
    const { size, firsts, periods } = this;
    const kinds: CallValues = { name: 'kind', type: 'number', values: this.kinds };
    const calls = [kinds, ...this.calls.map(({ column }) => column)];
    return {
      size,
      repeated: this.repeated,
      calls: calls.map((column) => firstRows(column, size)),
      kinds: [
        { name: 'kind', type: 'number', values: firsts.map((_, index) => index) },
        { name: 'period', type: 'text', values: periods },
        ...KIND_COLUMNS.map(
          ({ name, type, of }): Column =>
            type === 'TEXT'
              ? { name, type: 'text', values: firsts.map((record) => `${of(record)}`) }
              : { name, type: 'number', values: firsts.map((record) => Number(of(record))) },
        ),
      ],
    };
  }
}

/** Records that are at hand, as columns. */
export function stage(records: readonly UsageRecord[]): Staged {
  const staging = new Staging(records.length);
  for (const record of records) staging.add(record);
  return staging.done();
}

/** The calls that are not in these places, which are counted from 1. */
export function without(staged: Staged, places: ReadonlySet<unknown>): Staged {
  if (places.size === 0) return staged;
  const stays = (row: number) => !places.has(row + 1);
  const calls = staged.calls.map(
    ({ name, ...column }): CallValues =>
      column.type === 'uuid'
        ? { name, type: 'uuid', values: column.values.filter((_, at) => stays(Math.floor(at / UUID_BYTES))) }
        : { name, type: 'number', values: column.values.filter((_, row) => stays(row)) },
  );
  return { ...staged, size: staged.size - places.size, calls };
}

/** When each of the calls began, in milliseconds since 1970. */
export function startsOf({ calls }: Staged): Float64Array {
  const starts = calls.find(({ name }) => name === 'started_at');
  if (starts?.type !== 'number') throw new Error('calls without their beginning');
  return starts.values;
}

/** What holds the calls, to hand it to another thread. */
export const buffersOf = ({ calls }: Staged): ArrayBuffer[] =>
  calls.map(({ values }) => values.buffer as ArrayBuffer);
