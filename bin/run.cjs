// Runs a TypeScript program of this package: node bin/run.cjs FILE [ARGUMENT…], the file from the package's root.
const { join, resolve } = require('node:path');
const { load } = require('./compiled.cjs');

const [node, , file, ...args] = process.argv;
process.argv = [node, join(resolve(__dirname, '..'), file), ...args];
load(file, args[0]).catch((error) => {
  console.error(error);
  process.exit(2);
});
