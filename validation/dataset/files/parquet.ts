import type { FileMetaData } from 'hyparquet';
import { sum } from '../../../base/sample';
import type { Raw, ReadOptions } from './raw';

/** Rows are read so many at a time that they take about as much memory: 96 MiB, uncompressed. */
const BATCH = 96 * 1024 * 1024;

/** A file's columns and how its rows lie, or why it cannot be read. */
export type ParquetShape =
  | { readonly columns: readonly string[]; readonly rows: number; readonly metadata: FileMetaData }
  | { readonly unreadable: string };

/** Reads only the end of a file. */
export async function parquetShape(path: string): Promise<ParquetShape> {
  const { asyncBufferFromFile, parquetMetadataAsync } = await import('hyparquet');
  try {
    const metadata = await parquetMetadataAsync(await asyncBufferFromFile(path));
    const columns = metadata.schema
      .slice(1)
      .flatMap(({ name }, index) => (isTop(metadata, index + 1) ? [name] : []));
    return { columns, rows: Number(metadata.num_rows), metadata };
  } catch (error) {
    if (isOfSystem(error)) throw error;
    return { unreadable: messageOf(error) };
  }
}

/** Whether an element of the flattened schema is a column, and no part of one. */
function isTop({ schema }: FileMetaData, index: number): boolean {
  let at = 1;
  while (at < index) at = after(schema, at);
  return at === index;
}

/** The index behind an element and all that is below it. */
function after(schema: FileMetaData['schema'], index: number): number {
  let at = index + 1;
  for (let child = 0; child < (schema[index]?.num_children ?? 0); child += 1) at = after(schema, at);
  return at;
}

/**
 * The rows of a file, read by row groups, and of large ones a part at a time; only the columns that are asked for. Rows
 * that cannot be decoded are counted as one.
 */
export async function* parquetRows(
  path: string,
  columns: readonly string[],
  options: ReadOptions = {},
): AsyncGenerator<Raw> {
  const shape = await parquetShape(path);
  if ('unreadable' in shape) {
    yield {
      kind: 'corrupt',
      ordinal: 0,
      where: 'its end, where Parquet has its index',
      why: shape.unreadable,
    };
    return;
  }
  const { asyncBufferFromFile, parquetReadObjects } = await import('hyparquet');
  const { compressors } = await import('hyparquet-compressors');
  const file = await asyncBufferFromFile(path);
  const present = columns.filter((column) => shape.columns.includes(column));
  for (const { from, to, bytes } of batches(shape.metadata, present)) {
    const ordinals = Array.from({ length: to - from }, (_, index) => from + index);
    if (options.wanted && !ordinals.some(options.wanted)) {
      for (const ordinal of ordinals) yield { kind: 'skipped', ordinal };
    } else {
      const read = { file, metadata: shape.metadata, columns: present, compressors, useOffsetIndex: true };
      const rows = await parquetReadObjects({ ...read, rowStart: from, rowEnd: to }).catch(
        (error: unknown) => {
          if (isOfSystem(error)) throw error;
          return messageOf(error);
        },
      );
      if (typeof rows === 'string') {
        yield { kind: 'corrupt', ordinal: from, where: `rows ${from} to ${to - 1}`, why: rows };
      } else for (const [index, value] of rows.entries()) yield rowOf(value, from + index, options);
    }
    options.progress?.(bytes);
  }
}

const rowOf = (value: unknown, ordinal: number, { wanted }: ReadOptions): Raw =>
  wanted && !wanted(ordinal) ? { kind: 'skipped', ordinal } : { kind: 'record', ordinal, value };

/** Ranges of rows within row groups, each of about `BATCH` bytes in memory, with their bytes in the file. */
function batches(metadata: FileMetaData, columns: readonly string[]) {
  const ranges: { from: number; to: number; bytes: number }[] = [];
  let start = 0;
  for (const group of metadata.row_groups) {
    const rows = Number(group.num_rows);
    const chunks = group.columns.flatMap(({ meta_data: meta }) => (meta ? [meta] : []));
    const read = chunks.filter(({ path_in_schema: [top] }) => columns.includes(top ?? ''));
    const inMemory = sum(read.map(({ total_uncompressed_size: size }) => Number(size)));
    const onDisk = sum(chunks.map(({ total_compressed_size: size }) => Number(size)));
    const parts = Math.max(1, Math.min(rows, Math.ceil(inMemory / BATCH)));
    const step = Math.ceil(rows / parts);
    for (let from = 0; from < rows; from += step) {
      const to = Math.min(rows, from + step);
      ranges.push({ from: start + from, to: start + to, bytes: (onDisk * (to - from)) / rows });
    }
    start += rows;
  }
  return ranges;
}

const isOfSystem = (error: unknown): boolean => error instanceof Error && 'syscall' in error;

const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, 120);
