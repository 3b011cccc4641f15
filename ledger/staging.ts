import type { Column } from './database';
import { periodAt } from './period';
import type { UsageRecord } from './record';
import { CALL_COLUMNS, KIND_COLUMNS, type RecordColumn } from './schema';

/** Records as two tables: the calls, and what many of them have in common. */
export interface Staged {
  readonly calls: readonly Column[];
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

const columnsOf = (columns: readonly RecordColumn[], records: readonly UsageRecord[]): Column[] =>
  columns.map(({ name, type, of }) => ({
    name,
    isText: type === 'TEXT' || type === 'UUID',
    values: records.map(of),
  }));

/**
 * Some ten thousand calls have some hundred combinations of names: each is given to the database once. To hand over a
 * text costs more than to read the whole line that it is from.
 */
export function stage(records: readonly UsageRecord[]): Staged {
  const periodOf = periodNames();
  const codes = new Map<string, number>();
  const firsts: UsageRecord[] = [];
  const periods: string[] = [];
  const kinds = records.map((record) => {
    const { workload, tenant, modelAsked, modelAnswered, backend, status, flags, attempts, ending } = record;
    const period = periodOf(record.startedAt);
    const key = `${period}\n${workload}\n${tenant}\n${modelAsked}\n${modelAnswered}\n${backend}\n${status}\n${flags}\n${attempts}\n${ending}`;
    const known = codes.get(key);
    if (known !== undefined) return known;
    codes.set(key, firsts.length);
    firsts.push(record);
    periods.push(period);
    return firsts.length - 1;
  });
  return {
    calls: [
      { name: 'n', isText: false, values: records.map((_, index) => index + 1) },
      { name: 'kind', isText: false, values: kinds },
      ...columnsOf(CALL_COLUMNS, records),
    ],
    kinds: [
      { name: 'kind', isText: false, values: firsts.map((_, index) => index) },
      { name: 'period', isText: true, values: periods },
      ...columnsOf(KIND_COLUMNS, firsts),
    ],
  };
}
