import { stat } from 'node:fs/promises';
import { formatOf } from '../formats';
import { isLoaded } from '../formats/omniact';
import { isOmniactMap, loadedScreens, omniactScreens } from '../formats/omniact-map';
import type { Format } from '../session';
import { traceOfLine, traceOfRecord } from '../traces';
import { type Fields, isFields, parsed } from '../values';
import { headOf } from './bytes';
import { jsonElements } from './json-elements';
import { jsonLines } from './json-lines';
import { parquetRows, parquetShape } from './parquet';
import type { Raw, ReadOptions } from './raw';

export type Container = 'JSON array' | 'JSON object' | 'JSON lines' | 'Parquet';

/** What a file is. */
export type Opened =
  | {
      readonly kind: 'records';
      readonly container: Container;
      /** Of all its records, where the file says so; else every record is looked at. */
      readonly format?: Format;
      records(options?: ReadOptions): AsyncGenerator<Raw>;
      /** The published map of OmniACT, whose other files are beside it. */
      readonly map?: Readonly<Record<string, Fields>>;
    }
  | { readonly kind: 'trace'; readonly name: string }
  | { readonly kind: 'unknown'; readonly why: string };

const unknown = (why: string): Opened => ({ kind: 'unknown', why });

/** An object up to this size is looked at as a whole: 64 MiB. Larger ones are taken for objects of records. */
const LARGEST_OBJECT = 64 * 1024 * 1024;

/** Extensions of files that are looked into. */
export const READABLE = /\.(?:(?:jsonl?|ndjson|csv)(?:\.gz)?|parquet)$/i;

/** Looks at the beginning of a file, or at its end, and says what it is. */
export async function openFile(path: string): Promise<Opened> {
  const head = await headOf(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EACCES') return undefined;
    throw error;
  });
  if (head === undefined) return unknown('it may not be read');
  if (head.length === 0) return unknown('it is empty');
  if (head.subarray(0, 4).toString('latin1') === 'PAR1' || /\.parquet$/i.test(path)) return openParquet(path);
  const text = head
    .toString()
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (/\.csv(?:\.gz)?$/i.test(path)) return openTable(text);
  if (text.startsWith('[')) return openArray(path);
  if (!text.startsWith('{')) return unknown('it is neither JSON nor Parquet');
  return isLines(path, text) ? openLines(path) : openObject(path);
}

async function openParquet(path: string): Promise<Opened> {
  const shape = await parquetShape(path);
  if ('unreadable' in shape) return unknown(`Parquet that cannot be read: ${shape.unreadable}`);
  const format = formatOf(Object.fromEntries(shape.columns.map((column) => [column, null])));
  if (format === undefined)
    return unknown(`Parquet of another kind: its columns are ${shape.columns.join(', ')}`);
  return {
    kind: 'records',
    container: 'Parquet',
    format,
    records: (options) => parquetRows(path, format.columns, options),
  };
}

function openTable(text: string): Opened {
  const [line = ''] = text.split(/\r?\n/, 1);
  const name = traceOfLine(line);
  return name === undefined ? unknown('a table of another kind') : { kind: 'trace', name };
}

/** There are several lines and one of the first is a JSON object by itself, or the name of the file says so. */
function isLines(path: string, text: string): boolean {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const isFirst = lines.slice(0, 20).some((line) => isFields(parsed(line.trim())));
  return (lines.length > 1 && isFirst) || /\.(?:jsonl|ndjson)(?:\.gz)?$/i.test(path);
}

/** The first value of a file that can be read. */
async function firstOf(records: AsyncGenerator<Raw>): Promise<unknown> {
  for await (const record of records) if (record.kind === 'record') return record.value;
  return undefined;
}

async function openLines(path: string): Promise<Opened> {
  return openedBy(await firstOf(jsonLines(path)), 'JSON lines', (options) => jsonLines(path, options));
}

async function openArray(path: string): Promise<Opened> {
  return openedBy(await firstOf(jsonElements(path)), 'JSON array', (options) => jsonElements(path, options));
}

function openedBy(
  first: unknown,
  container: Container,
  records: (options?: ReadOptions) => AsyncGenerator<Raw>,
): Opened {
  const name = traceOfRecord(first);
  if (name !== undefined) return { kind: 'trace', name };
  if (isFields(first) && isLoaded(first)) {
    // What is one screen is known when its records are read: none can be left out before.
    return {
      kind: 'records',
      container,
      records: ({ wanted: _wanted, ...options } = {}) => loadedScreens(records(options)),
    };
  }
  return { kind: 'records', container, records };
}

async function openObject(path: string): Promise<Opened> {
  const members: Opened = {
    kind: 'records',
    container: 'JSON object',
    records: (options) => jsonElements(path, options),
  };
  const value = await wholeObject(path);
  if (value === undefined) return members;
  if (isOmniactMap(value)) {
    return {
      kind: 'records',
      container: 'JSON object',
      map: value,
      records: (options) => omniactScreens(path, value, options),
    };
  }
  const name = traceOfRecord(value);
  if (name !== undefined) return { kind: 'trace', name };
  if (formatOf(value) !== undefined) return listed(path, (whole) => [whole]);
  if (innerRecords(value) !== undefined) return listed(path, innerRecords);
  return Object.values(value).some(isRecord) ? members : unknown(`a JSON object with ${keysOf(value)}`);
}

/** Undefined where the file is larger than what is looked at as a whole, or broken. */
async function wholeObject(path: string): Promise<Fields | undefined> {
  const value = parsed((await headOf(path, LARGEST_OBJECT)).toString().replace(/^\uFEFF/, ''));
  return isFields(value) ? value : undefined;
}

/** The list of records that an object holds under one of its keys: `{rows: [...]}`. */
const innerRecords = (value: Fields): readonly unknown[] | undefined =>
  Object.values(value).find((each): each is unknown[] => Array.isArray(each) && each.some(isRecord));

const isRecord = (value: unknown): boolean => isFields(value) && formatOf(unwrapped(value)) !== undefined;

/** A row as the viewer of Hugging Face exports it: `{row_idx, row: {...}}`. */
export const unwrapped = (value: Fields): Fields => (isFields(value.row) ? value.row : value);

export function keysOf(value: Fields): string {
  const keys = Object.keys(value);
  return `the keys ${keys.slice(0, 8).join(', ')}${keys.length > 8 ? ', ...' : ''}`;
}

/** The file is read again for its records: there may be a hundred thousand such files. */
function listed(path: string, of: (value: Fields) => readonly unknown[] | undefined): Opened {
  return {
    kind: 'records',
    container: 'JSON object',
    async *records({ progress } = {}) {
      const whole = await wholeObject(path);
      progress?.((await stat(path)).size);
      for (const [ordinal, value] of (whole && of(whole))?.entries() ?? []) {
        yield { kind: 'record', ordinal, value };
      }
    },
  };
}
