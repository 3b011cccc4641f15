import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CHUNK } from './raw';

/** What ended a file before its end, where its bytes are compressed. */
export class CutOff extends Error {}

export const isPacked = (path: string): boolean => path.endsWith('.gz');

/**
 * The bytes of a file, unpacked where its name ends in `.gz`.
 *
 * @param start Where in the file to begin; for a file that is not packed. Default: 0.
 * @throws CutOff where a packed file is damaged.
 */
export async function* bytesOf(
  path: string,
  progress?: (bytes: number) => void,
  start = 0,
): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: CHUNK, start });
  if (progress) file.on('data', (chunk) => progress(chunk.length));
  const source: Readable = isPacked(path) ? file.pipe(createGunzip({ chunkSize: CHUNK })) : file;
  file.on('error', (error) => source.destroy(error));
  try {
    for await (const chunk of source) yield chunk as Buffer;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code?.startsWith('Z_')) throw new CutOff(message);
    throw error;
  } finally {
    file.destroy();
  }
}

/** The first bytes of a file, or all where it has fewer. */
export async function headOf(path: string, most = CHUNK): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of bytesOf(path)) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= most) break;
    }
  } catch (error) {
    if (!(error instanceof CutOff)) throw error;
  }
  return Buffer.concat(chunks).subarray(0, most);
}
