import { field } from '../../answer';
import { instantOf, type TimeUnit, unitOf } from './instant';
import { objectOf, type Recogniser, type TraceReader } from './reader';
import { cellsOf, delimiterOf, Header } from './rows';

/** Which values of a file are times; without `column` the first of `KNOWN` that there is, or the only one. */
export interface ColumnOptions {
  /** Name in the header of CSV or in the objects of JSON Lines (`a.b` for b in a), or number from 1 without a header. */
  readonly column?: string;
  /** Of numbers. Default: by the size of the first one, seconds where it may be anything. */
  readonly unit?: TimeUnit;
}

/** What columns with the time of a request are called, in access logs and in traces; the likeliest first. */
export const KNOWN: readonly string[] = [
  ...['start_time', 'startedAt', 'started_at', 'timestamp', '@timestamp', 'time', 'ts', 'time_local'],
  ...['arrival_time', 'arrival', 'arrived_at', 'request_time', 'created_at', 'date', 'datetime'],
];

/** Any file with a time a line: alone, in a column of CSV, or in a field of JSON Lines. */
export function columnReader(options: ColumnOptions): Recogniser {
  return (head) => jsonReader(head, options) ?? headedReader(head, options) ?? plainReader(head, options);
}

/** Takes the unit of the first number for all: a trace that counts from 0 passes every size. */
function timeReader({ unit }: ColumnOptions) {
  let taken = unit;
  return (value: unknown) => {
    const at = instantOf(value, taken ?? unitOf(value));
    if (at !== undefined) taken ??= unitOf(value);
    return at;
  };
}

function fieldOf(record: object, name: string): unknown {
  return name in record ? field(record, name) : name.split('.').reduce<unknown>(field, record);
}

function jsonReader(head: readonly string[], options: ColumnOptions): TraceReader | undefined {
  const records = head.map(objectOf).filter((record) => record !== undefined);
  const names = options.column === undefined ? KNOWN : [options.column];
  const column = names.find((name) =>
    records.some((record) => instantOf(fieldOf(record, name), 's') !== undefined),
  );
  if (column === undefined) return undefined;
  const timeOf = timeReader(options);
  return {
    format: `JSON Lines, times in ${column}`,
    read: (line, sink) => {
      const record = objectOf(line);
      const at = record && timeOf(fieldOf(record, column));
      if (at !== undefined) sink.arrival({ at });
      else sink.drop(record === undefined ? 'not a JSON object' : `no time in ${column}`);
    },
  };
}

function headedReader(head: readonly string[], options: ColumnOptions): TraceReader | undefined {
  const names = options.column === undefined ? KNOWN : [options.column];
  const header = Header.find(head, ...names);
  const name = names.find((one) => header?.has(one));
  if (header === undefined || name === undefined) return undefined;
  const index = header.column(name);
  const timeOf = timeReader(options);
  return {
    format: `CSV, times in ${header.names[index]}`,
    header: header.line,
    read: (line, sink) => {
      const row = header.row(line);
      const at = timeOf(row?.[index]);
      if (at !== undefined) sink.arrival({ at });
      else sink.drop(row === undefined ? header.notARow : `no time in ${header.names[index]}`);
    },
  };
}

/** Times without names: one a line, or in a column that is told by its number. */
function plainReader(head: readonly string[], options: ColumnOptions): TraceReader | undefined {
  const column = options.column ?? '1';
  if (!/^[1-9]\d*$/.test(column)) return undefined;
  const index = Number(column) - 1;
  const cellOf = (line: string) => cellsOf(line, delimiterOf(line))[index];
  // Numbers stand in texts of all kinds: most lines have to be times.
  const withTime = head.filter((line) => instantOf(cellOf(line), 's') !== undefined);
  if (head.length === 0 || withTime.length < head.length / 2) return undefined;
  const timeOf = timeReader(options);
  return {
    format: `times in column ${column}`,
    read: (line, sink) => {
      const at = timeOf(cellOf(line));
      if (at !== undefined) sink.arrival({ at });
      else sink.drop(`no time in column ${column}`);
    },
  };
}
