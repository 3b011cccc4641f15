import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ReadOptions, readTrace, type Trace } from '../../../../validation/arrivals/traces/read';
import { newFolder } from '../../../local/scratch';

const folder = newFolder();
let files = 0;

/** A file with these bytes. */
export function fileOf(content: string | Buffer): string {
  files += 1;
  const file = join(folder, `trace-${files}`);
  writeFileSync(file, content);
  return file;
}

/** What is read of lines, or of bytes. */
export const traceOf = (content: readonly string[] | Buffer, options: ReadOptions = {}): Promise<Trace> =>
  readTrace(fileOf(content instanceof Buffer ? content : `${content.join('\n')}\n`), options);
