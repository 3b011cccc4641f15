// The entry of `npm start` and `npm test`: works on a fresh clone, before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
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

const verbs = {
  start: (args) => node('cli/main.ts', 'start', ...args),
  test: (args) => {
    run('npx', ['biome', 'check', '.'], '`npm run format` mends what can be mended by itself');
    run('npx', ['tsc', '--noEmit', '-p', '.'], 'the types above do not fit');
    node('cli/main.ts', 'tools');
    const files = args.length > 0 ? args : testFiles('tests');
    const needsHost = (name) => name.includes('e2e');
    const [onHost, beside] = [files.filter(needsHost), files.filter((name) => !needsHost(name))];
    if (beside.length > 0) node('--test', '--test-concurrency=2', ...beside);
    // One at a time: each of them starts a datacenter, and one data plane fits on a host.
    if (onHost.length > 0) node('--test', '--test-concurrency=1', ...onHost);
  },
};

const [verb, ...args] = process.argv.slice(2);
if (!verbs[verb]) {
  console.error(`usage: node scripts/run.mjs ${Object.keys(verbs).join(' | ')}`);
  process.exit(2);
}
install();
verbs[verb](args);
