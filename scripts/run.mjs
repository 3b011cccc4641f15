// The entry of `npm start` and `npm test`: works on a fresh clone, before anything is installed.
//
//   test                    everything that CI checks
//   test FILE…              these test files alone; the tools are made for those that run them
//   test --changed [COMMIT] lint, types, and the test files that a change since the commit can reach
//   test:unit               lint, types, and the tests without a datacenter
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { needsHost, runJobs } from './test/jobs.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

function run(command, args, advice) {
  const { status, signal, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status === 0) return;
  if (advice) console.error(`✗ ${[command, ...args].join(' ')} failed: ${advice}`);
  else if (error) console.error(`✗ ${command}: ${error.message}`);
  process.exit(status ?? (signal ? 1 : 2));
}

const newer = (file, than) => statSync(file).mtimeMs > statSync(than).mtimeMs;

function install() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`✗ Node.js ${process.versions.node} is too old: install 20.19 or newer`);
    process.exit(2);
  }
  const lock = join(root, 'package-lock.json');
  const done = join(root, 'node_modules', '.package-lock.json');
  if (existsSync(done) && !newer(lock, done)) return;
  console.error('… packages: npm ci');
  run(
    'npm',
    ['ci', '--ignore-scripts', '--no-fund', '--no-audit'],
    'check that the package registry can be reached, and try again',
  );
}

const testFiles = (folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(folder, name))
    .sort();

const seconds = (since) => `${Math.round((Date.now() - since) / 1000)} s`;

/**
 * TypeScript 7 builds the package with 7 s of CPU instead of 32 and has no library, which what reads our sources needs: both are
 * there, and `npx tsc` would be either.
 */
const types = (project) => ({
  name: `tsc --noEmit -p ${project}`,
  command: [process.execPath, 'node_modules/typescript-7/bin/tsc', '--noEmit', '-p', project],
});

/** What is checked without a test; `npm run format` mends by itself what of it can be mended. */
const LINT = [
  { name: 'npx biome check .', command: ['npx', 'biome', 'check', '.'] },
  types('.'),
  // The page of the dashboards runs in a browser, and has types of its own.
  types('local/dashboards/page'),
];

/** What a script prints; its errors are told as they come, and end the run. */
function script(...args) {
  const { status, stdout } = spawnSync(process.execPath, ['--import', 'tsx', ...args], {
    ...{ cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  });
  if (status !== 0) process.exit(2);
  return stdout;
}

function tools() {
  const began = Date.now();
  run(process.execPath, ['bin/vcf-ai.mjs', 'tools', '--tests']);
  console.error(`✓ tools (${seconds(began)})`);
  const upstream = script('scripts/test/upstream.ts');
  // The compiler out of a wheel is not on PATH.
  process.env.VCF_AI_GO = upstream.trim();
}

function chosenFiles([first, ...rest]) {
  if (first === undefined) return testFiles('tests');
  if (first !== '--changed') return [first, ...rest];
  const files = script('scripts/test/changed.ts', ...rest)
    .split('\n')
    .filter(Boolean);
  console.error(`… ${files.length} test files affected by the change`);
  return files;
}

async function runTests(files, lint = LINT) {
  const failed = await runJobs(files, root, lint);
  if (failed.length === 0) return;
  console.error(`✗ failed: ${failed.join(', ')}`);
  process.exit(1);
}

/** Whether a test file runs programs that have to be built first. */
const runsTools = (file) => needsHost(file) || /^(\.\/)?tests\/local\//.test(file);

const verbs = {
  start: (args) => run(process.execPath, ['bin/vcf-ai.mjs', 'start', ...args]),
  test: async (args) => {
    const files = chosenFiles(args);
    const named = args.length > 0 && args[0] !== '--changed';
    if (!named || files.some(runsTools)) tools();
    await runTests(files, named ? [] : LINT);
  },
  'test:unit': async () => {
    tools();
    await runTests(testFiles('tests').filter((name) => !needsHost(name)));
  },
};

const [verb, ...args] = process.argv.slice(2);
if (!verbs[verb]) {
  console.error(`usage: node scripts/run.mjs ${Object.keys(verbs).join(' | ')}`);
  process.exit(2);
}
install();
await verbs[verb](args);
