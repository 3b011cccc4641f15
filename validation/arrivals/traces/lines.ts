import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';

/** A longer line is no record, and its text is not kept. */
const LONGEST = 64 * 2 ** 20;

/** Consecutive lines of a file, without their ends; undefined for one that is too long. */
export type Lines = readonly (string | undefined)[];

/** Told of each piece with the bytes of the file that are read. */
export type BytesRead = (bytes: number) => void;

/**
 * The lines of a file or, for `-`, of standard input, in pieces; of what it holds where it is compressed with gzip. Only
 * one piece is in memory.
 */
export async function* linesOf(file: string, told: BytesRead = () => {}): AsyncGenerator<Lines> {
  const source = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 2 ** 20 });
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let tooLong = false;
  for await (const piece of expanded(counted(source, told))) {
    const parts = decoder.write(piece).split('\n');
    const last = parts.pop() as string;
    const lines: (string | undefined)[] = [];
    for (const part of parts) {
      lines.push(tooLong ? undefined : ended(rest + part));
      rest = '';
      tooLong = false;
    }
    rest += last;
    if (rest.length > LONGEST) {
      rest = '';
      tooLong = true;
    }
    yield lines;
  }
  rest += decoder.end();
  if (tooLong || rest !== '') yield [tooLong ? undefined : ended(rest)];
}

/** Files of Windows end their lines with two characters, and some begin with a mark of their byte order. */
const ended = (line: string) => line.replace(/\r$/, '').replace(/^\uFEFF/, '');

async function* counted(source: Readable, told: BytesRead): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const piece of source) {
    bytes += (piece as Buffer).length;
    told(bytes);
    yield piece as Buffer;
  }
}

/** What the pieces hold, where they begin as gzip does (RFC 1952). */
async function* expanded(pieces: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const first = await pieces.next();
  if (first.done) return;
  const whole = after(first.value, pieces);
  if (first.value[0] !== 0x1f || first.value[1] !== 0x8b) {
    yield* whole;
    return;
  }
  // An error of the source or of the data ends the pipe, and is thrown where it is read.
  yield* pipeline(Readable.from(whole), createGunzip(), () => {}) as AsyncIterable<Buffer>;
}

async function* after(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}
