import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PlatformError } from '../../base/mistake';
import { UserError } from '../../base/user-error';
import { CORPUS_FILES, type CorpusManifest, type Turn } from './turn';
import { textOrNone } from './writer';

/** A corpus on disk. */
export interface Corpus {
  readonly folder: string;
  readonly manifest: CorpusManifest;
}

/**
 * @throws UserError where a folder holds none, or one that is not finished.
 */
export async function openCorpus(folder: string): Promise<Corpus> {
  const text = await textOrNone(join(folder, CORPUS_FILES.manifest));
  if (text === undefined) {
    const isUnfinished = existsSync(join(folder, CORPUS_FILES.bodies));
    throw new UserError(
      isUnfinished
        ? `${folder}: this corpus is not finished (run its vcf-ai dataset build again, it goes on where it was)`
        : `${folder}: there is no corpus (vcf-ai dataset build PATH… --out ${folder} makes one)`,
    );
  }
  const manifest: CorpusManifest = JSON.parse(text);
  if (manifest.format !== 1) {
    throw new UserError(`${folder}: a corpus of format ${manifest.format}; this version reads format 1`);
  }
  return { folder, manifest };
}

/** The envelopes, in their order. */
export async function* turnsOf({ folder }: Corpus): AsyncGenerator<Turn> {
  const lines = createInterface({
    input: createReadStream(join(folder, CORPUS_FILES.turns)),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  for await (const line of lines) yield JSON.parse(line) as Turn;
}

/** All of them; a million take some hundred megabytes. */
export async function allTurns(corpus: Corpus): Promise<Turn[]> {
  const turns: Turn[] = [];
  for await (const turn of turnsOf(corpus)) turns.push(turn);
  return turns;
}

/** The body of a turn, as it goes over the wire. */
export async function bodyOf(
  { folder }: Corpus,
  { offset, length }: Pick<Turn, 'offset' | 'length'>,
): Promise<Buffer> {
  const file = await open(join(folder, CORPUS_FILES.bodies));
  try {
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, offset);
    return buffer;
  } finally {
    await file.close();
  }
}

/**
 * Compares the files with what the manifest says of them.
 *
 * @throws PlatformError with each file that is another one.
 */
export async function verifyCorpus({ folder, manifest }: Corpus): Promise<void> {
  const mistakes = [];
  for (const part of ['turns', 'bodies'] as const) {
    const path = join(folder, CORPUS_FILES[part]);
    if (part === 'bodies' && (await stat(path)).size !== manifest.bytes) {
      mistakes.push({
        path,
        problem: `it does not have the ${manifest.bytes} bytes that the manifest tells`,
      });
      continue;
    }
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
    if (hash.digest('hex') !== manifest.sha256[part]) {
      mistakes.push({ path, problem: 'it was changed since it was built', fix: 'build the corpus again' });
    }
  }
  if (mistakes.length > 0) throw new PlatformError(mistakes, `${folder}: this corpus is not as it was built`);
}
