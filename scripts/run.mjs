// The entry of `npm start` and `npm test`: works on a fresh clone, before anything is installed.
//
//   test                    everything that CI checks
//   test FILE…              lint, types, and these test files
//   test --changed [COMMIT] lint, types, and the test files that a change since the commit can reach
//   test:unit               lint, types, and the tests without a datacenter
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

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

const node = (...args) => run(process.execPath, ['--import', 'tsx', ...args]);

/** What gives a command loopback ports of its own; nothing where the system allows no namespaces. */
function ownNetwork() {
  const unshare = ['unshare', process.getuid?.() === 0 ? '-n' : '-rn'];
  const inside = [...unshare, 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];
  const { status } = spawnSync(inside[0], [...inside.slice(1), 'true'], { stdio: 'ignore' });
  return status === 0 ? inside : [];
}

const seconds = (since) => `${Math.round((Date.now() - since) / 1000)} s`;

/** One test file; its output is shown whole when it is over, for others run beside it. */
function testFile(file, network) {
  const began = Date.now();
  const [command, ...args] = [...network, process.execPath, '--import', 'tsx', '--test', file];
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => said.push(chunk));
  return new Promise((resolve) => {
    child.once('error', (error) =>
      resolve({ file, passed: false, text: error.message, took: Math.round((Date.now() - began) / 1000) }),
    );
    child.once('close', (status) =>
      resolve({
        file,
        passed: status === 0,
        text: Buffer.concat(said).toString(),
        took: Math.round((Date.now() - began) / 1000),
      }),
    );
  });
}

/**
 * Tests that start a datacenter. Its ports are fixed, so several run at once only in networks of their own. What is
 * held to a time, or needs two control planes, runs alone, at the end.
 */
async function testOnHost(files) {
  const alone = files.filter((name) => ALONE.some((one) => name.endsWith(one)));
  const queue = [
    ...files.filter((name) => LONGEST.some((one) => name.endsWith(one))),
    ...files.filter((name) => ![...ALONE, ...LONGEST].some((one) => name.endsWith(one))),
  ];
  const network = ownNetwork();
  const atOnce =
    network.length > 0 ? Math.min(4, Math.max(1, Math.floor(availableParallelism() / 2) + 1)) : 1;
  console.error(
    `… ${files.length} test files with datacenters, ${atOnce} at a time${network.length > 0 ? '' : ': no network namespaces here'}`,
  );
  const began = Date.now();
  const failed = [];
  const times = [];
  const worker = async (from) => {
    for (let file = from.shift(); file !== undefined; file = from.shift()) {
      const { passed, text, took } = await testFile(file, network);
      times.push([file, took]);
      process.stdout.write(text);
      console.error(`${passed ? '✓' : '✗'} ${file} (${took} s, ${seconds(began)} in all)`);
      if (!passed) failed.push(file);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, () => worker(queue)));
  await worker(alone);
  console.error(`the slowest of ${times.length} files with datacenters:`);
  const sorted = times.sort((a, b) => b[1] - a[1]).slice(0, 10);
  for (const [file, took] of sorted) console.error(`  ${took} s ${file}`);
  if (failed.length === 0) return;
  console.error(`✗ failed: ${failed.join(', ')}`);
  process.exit(1);
}

/** The longest first: it should not be what is waited for at the end. */
const LONGEST = ['examples.test.ts'];
const ALONE = ['scale.test.ts', 'supervisor.test.ts', 'day-two.test.ts'];

const needsHost = (name) => name.includes('e2e');

function lint() {
  run('npx', ['biome', 'check', '.'], '`npm run format` mends what can be mended by itself');
  run('npx', ['tsc', '--noEmit', '-p', '.'], 'the types above do not fit');
}

function tools() {
  const began = Date.now();
  node('cli/main.ts', 'tools', '--tests');
  console.error(`✓ tools (${seconds(began)})`);
}

function chosenFiles([first, ...rest]) {
  if (first === undefined) return testFiles('tests');
  if (first !== '--changed') return [first, ...rest];
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'scripts/test/changed.ts', ...rest],
    { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  );
  if (status !== 0) process.exit(2);
  const files = stdout.split('\n').filter(Boolean);
  console.error(`… ${files.length} test files that the change can reach`);
  return files;
}

/** What node prints by itself, and a list of the slowest files beside it. */
const REPORTERS = [
  ...[`--test-reporter=${process.stdout.isTTY ? 'spec' : 'tap'}`, '--test-reporter-destination=stdout'],
  ...['--test-reporter=./scripts/test/slowest.mjs', '--test-reporter-destination=stderr'],
];

async function runTests(files) {
  const [onHost, beside] = [files.filter(needsHost), files.filter((name) => !needsHost(name))];
  const began = Date.now();
  if (beside.length > 0) {
    node('--test', '--test-concurrency=2', ...REPORTERS, ...beside);
    console.error(`✓ ${beside.length} test files without a datacenter (${seconds(began)})`);
  }
  if (onHost.length > 0) await testOnHost(onHost);
}

const verbs = {
  start: (args) => node('cli/main.ts', 'start', ...args),
  test: async (args) => {
    lint();
    tools();
    await runTests(chosenFiles(args));
  },
  'test:unit': async () => {
    lint();
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
