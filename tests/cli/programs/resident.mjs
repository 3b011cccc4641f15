// Runs one command line of vcf-ai after the other, as its parent says, and tells how each ended: most of the time of a short
// command is to load the program.
import { createRequire } from 'node:module';

const { load } = createRequire(import.meta.url)('../../../bin/compiled.cjs');
const { runCommand } = await load('cli/program.ts');

/** Runs a command with all that it writes kept. */
async function run({ folder, args }) {
  const written = { stdout: '', stderr: '', text: '' };
  const { stdout, stderr } = process;
  const before = [stdout.write, stderr.write];
  const keeper = (stream) =>
    function write(chunk, encoding, done) {
      const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      written[stream] += text;
      written.text += text;
      const callback = typeof encoding === 'function' ? encoding : done;
      if (callback) process.nextTick(callback);
      return true;
    };
  stdout.write = keeper('stdout');
  stderr.write = keeper('stderr');
  process.chdir(folder);
  process.exitCode = undefined;
  try {
    await runCommand(args);
  } finally {
    [stdout.write, stderr.write] = before;
  }
  const code = process.exitCode ?? 0;
  process.exitCode = undefined;
  return { code, ...written };
}

let last = Promise.resolve();
process.on('message', ({ call, ...command }) => {
  last = last.then(async () => process.send({ call, ...(await run(command)) }));
});
process.once('disconnect', () => process.exit());
