import { jsonElements } from '../../../../validation/dataset/files/json-elements';
import { jsonLines } from '../../../../validation/dataset/files/json-lines';

/** Reads a file and says how many records it has and how much memory that took. */
async function main(path: string): Promise<void> {
  let records = 0;
  for await (const raw of path.endsWith('.json') ? jsonElements(path) : jsonLines(path)) {
    if (raw.kind === 'record') records += 1;
  }
  console.log(JSON.stringify({ records, kilobytes: process.resourceUsage().maxRSS }));
}

void main(process.argv[2] ?? '');
