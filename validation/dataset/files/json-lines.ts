import { bytesOf, CutOff } from './bytes';
import { parsedRecord } from './parse';
import { LARGEST_RECORD, type Raw, type ReadOptions } from './raw';

const NEWLINE = 0x0a;

/** Records of a file with one JSON value a line. A line that is none costs that line only. */
export async function* jsonLines(path: string, options: ReadOptions = {}): AsyncGenerator<Raw> {
  let ordinal = 0;
  let line = 0;
  try {
    for await (const bytes of linesOf(path, options)) {
      line += 1;
      const isBlank = bytes !== undefined && bytes.length < 8 && bytes.toString().trim() === '';
      if (isBlank) continue;
      yield lineRecord(bytes, line, ordinal, options);
      ordinal += 1;
    }
  } catch (error) {
    if (!(error instanceof CutOff)) throw error;
    yield {
      kind: 'corrupt',
      ordinal,
      where: `after line ${line}`,
      why: `it cannot be unpacked: ${error.message}`,
    };
  }
}

function lineRecord(bytes: Buffer | undefined, line: number, ordinal: number, { wanted }: ReadOptions): Raw {
  if (bytes === undefined) {
    return { kind: 'corrupt', ordinal, where: `line ${line}`, why: `longer than ${LARGEST_RECORD} bytes` };
  }
  if (wanted && !wanted(ordinal)) return { kind: 'skipped', ordinal };
  return parsedRecord(bytes.toString().replace(/^\uFEFF/, ''), ordinal, `line ${line}`);
}

/** Lines without their ends; undefined for one that is too long to keep. */
async function* linesOf(path: string, { progress }: ReadOptions): AsyncGenerator<Buffer | undefined> {
  let parts: Buffer[] = [];
  let length = 0;
  const take = () => {
    const line = length > LARGEST_RECORD ? undefined : parts.length === 1 ? parts[0] : Buffer.concat(parts);
    parts = [];
    length = 0;
    return line;
  };
  const keep = (part: Buffer) => {
    length += part.length;
    if (length > LARGEST_RECORD) parts = [];
    else parts.push(part);
  };
  for await (const chunk of bytesOf(path, progress)) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      keep(chunk.subarray(from, end));
      yield take();
      from = end + 1;
    }
    if (from < chunk.length) keep(chunk.subarray(from));
  }
  if (length > 0) yield take();
}
