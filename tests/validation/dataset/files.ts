import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Raw } from '../../../validation/dataset/files/raw';

/** An empty folder that nobody else has. */
export const emptyFolder = (): string => mkdtempSync(join(tmpdir(), 'dataset-'));

/** Writes a file into a folder, with the folders above it; its path. */
export function put(folder: string, name: string, content: string | Buffer): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

export async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const value of values) list.push(value);
  return list;
}

/** Records by their value, the others by their kind. */
export const values = (raws: readonly Raw[]): readonly unknown[] =>
  raws.map((raw) => (raw.kind === 'record' ? raw.value : raw.kind));
