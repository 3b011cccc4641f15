// Runs test files in one process, one after the other: node --import tsx scripts/test/together.mjs FILE…
// Most of the time of a short test file is what it loads, and most files load the same.
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const require = createRequire(import.meta.url);
for (const file of process.argv.slice(2)) require(resolve(file));
