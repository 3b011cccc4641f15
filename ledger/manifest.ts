import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** The list of the segments of a folder, one line of JSON each. */
export const MANIFEST = 'manifest.jsonl';

/** What the first line has in the place of the hash of the line before. */
const NO_LINE = '0'.repeat(64);

/** One line of the manifest. */
export interface Listed {
  readonly segment: number;
  readonly file: string;
  readonly records: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** SHA-256 of the file. */
  readonly sha256: string;
  /** SHA-256 of the line before. */
  readonly before: string;
}

/** A line as it is in the file, and what it says; nothing for a line that is none. */
export interface ManifestLine {
  readonly text: string;
  readonly sha256: string;
  readonly listed: Listed | undefined;
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

function listedIn(text: string): Listed | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'segment' in value ? (value as Listed) : undefined;
  } catch {
    return undefined;
  }
}

/** Every line of the manifest of a folder; none when there is no manifest. */
export async function manifestLines(folder: string): Promise<readonly ManifestLine[]> {
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => ({ text: line, sha256: sha256(line), listed: listedIn(line) }));
}

/** The hash that the line after these has to have. */
export const chainAfter = (lines: readonly ManifestLine[]): string => lines.at(-1)?.sha256 ?? NO_LINE;

/** Appends a line, and returns its hash once it is on the disk. */
export async function appendLine(folder: string, listed: Listed): Promise<string> {
  const text = JSON.stringify(listed);
  const file = await open(join(folder, MANIFEST), 'a');
  try {
    await file.appendFile(`${text}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  return sha256(text);
}
