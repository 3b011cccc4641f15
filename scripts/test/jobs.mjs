// What the test runner runs beside each other: a test file with a datacenter, or the others of a folder together.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';

/** Of a file that has a process of its own: Pulumi knows one set of mocks in a process. */
const MOCKS = 'setMocks(';

/**
 * Files that share a datacenter, each in the order in which they run: one leaves its platform to the next, which begins
 * with an update of it, and a model of the next finds the GPUs that it needs. The longest groups first: they should not
 * be what is waited for at the end.
 */
const SHARED = [
  // The first sees `npm start` of an empty datacenter, the second looks into all logs, the last destroys the platform.
  [
    ...[
      'platform',
      'identity',
      'providers',
      'replicas',
      'mcp',
      'limits',
      'capacity',
      'load',
      'renamed-metric',
      'bill',
    ],
    ...['faults', 'controllers'],
  ],
  ['supervisor', 'day-two', 'two-stacks'],
  ['examples'],
  // The last makes policies of the API server, which refuse what the others try.
  ['cluster-objects', 'agreement', 'admission'],
];

const isNamed = (name, file) => file.endsWith(`/${name}.test.ts`);

export const needsHost = (file) => file.includes('e2e');

const folderOf = (file) => file.split('/').slice(0, 2).join('/');

/** Jobs of test files below a folder, in the order in which they begin: `{ name, files, network }`. */
export function jobsOf(files, root) {
  const datacenters = files.filter(needsHost);
  const shared = SHARED.map((group) =>
    group.flatMap((one) => datacenters.filter((file) => isNamed(one, file))),
  );
  const others = datacenters.filter((file) => !shared.flat().includes(file)).map((file) => [file]);
  const hosts = [...shared.filter(({ length }) => length > 0), ...others].map((some) => ({
    name: some.join(' + '),
    files: some,
    network: true,
  }));
  const hasMocks = (file) => readFileSync(join(root, file), 'utf8').includes(MOCKS);
  const units = files.filter((file) => !needsHost(file));
  const keys = new Map(units.map((file) => [file, hasMocks(file) ? file : folderOf(file)]));
  const folders = [...new Set(keys.values())].map((key) => {
    const inside = units.filter((file) => keys.get(file) === key);
    return { name: inside.length === 1 ? inside[0] : `${key} (${inside.length} files)`, files: inside };
  });
  // The short ones fill what is left beside the last datacenters.
  return [...hosts, ...folders];
}

/**
 * What writes the CPU time of everything that a job started to a file, for a datacenter outlives the command that starts
 * it, and is adopted by this shell in a process namespace; and what gives the job loopback ports of its own, where
 * it needs them. Undefined where the system allows no namespaces.
 */
function namespaces() {
  const own = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  const unshare = ['unshare', ...own, '--pid', '--fork', '--mount-proc', '--kill-child'];
  const script = 'file=$1; shift; "$@"; code=$?; times > "$file"; exit $code';
  const inside = (file, network) => [
    ...[...unshare, ...(network ? ['--net'] : []), 'sh', '-c'],
    ...[`${network ? 'ip link set lo up || exit 125; ' : ''}${script}`, 'sh', file],
  ];
  const [command, ...args] = [...inside('/dev/null', true), 'true'];
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0 ? inside : undefined;
}

/** Seconds of CPU in what `times` of a shell wrote: its own and its children's, user and system. */
function cpuSeconds(file) {
  const all = [...readFileSync(file, 'utf8').matchAll(/(\d+)m([\d.]+)s/g)];
  return Math.round(
    all.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0),
  );
}

const REPORTERS = ['slowest', 'failed'];

const LAST_LINES = 40;

/** One job; its output is shown whole when it is over, for others run beside it. */
function runJob({ name, files, network, command: given }, { root, inside, env: more, before = [] }) {
  const began = Date.now();
  const folder = mkdtempSync(join(tmpdir(), 'vcf-ai-run-'));
  const times = join(folder, 'times');
  const own = Object.fromEntries(REPORTERS.map((reporter) => [reporter, join(folder, reporter)]));
  const reporters = [
    ...['--test-reporter=tap', '--test-reporter-destination=stdout'],
    ...Object.entries(own).flatMap(([reporter, file]) => [
      `--test-reporter=./scripts/test/${reporter}.mjs`,
      `--test-reporter-destination=${file}`,
    ]),
  ];
  const node = () => [
    process.execPath,
    '--import',
    'tsx',
    ...reporters,
    'scripts/test/together.mjs',
    ...files,
  ];
  const [command, ...args] = [...before, ...(inside?.(times, network) ?? []), ...(given ?? node())];
  // A name of a file has an end: that of a job names all of its files.
  const logs = join(root, '.vcf-ai', 'failed', name.replaceAll(/\W+/g, '-').slice(0, 100));
  rmSync(logs, { recursive: true, force: true });
  const env = { ...process.env, ...more, VCF_AI_TEST_LOGS: logs };
  const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => said.push(chunk));
  const ended = (passed, text) => {
    const took = Math.round((Date.now() - began) / 1000);
    const cpu = existsSync(times) ? cpuSeconds(times) : undefined;
    const [slowest, failed] = Object.values(own).map((file) =>
      existsSync(file) ? readFileSync(file, 'utf8') : '',
    );
    rmSync(folder, { recursive: true });
    if (passed) rmSync(logs, { recursive: true, force: true });
    const kept = existsSync(logs) ? `the logs of its components are in ${logs}\n` : '';
    // Without a test that failed it is what the command said last: of a linter, or of a process that died.
    const why = passed ? '' : `${failed || text.split('\n').slice(-LAST_LINES).join('\n')}${kept}`;
    return { name, passed, text, took, cpu, slowest, why };
  };
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(ended(false, error.message)));
    child.once('close', (status) => resolve(ended(status === 0, Buffer.concat(said).toString())));
  });
}

/**
 * A datacenter keeps a core busy, and needs some 4 GB. With more of them than cores all are slower, and use more CPU for
 * the same: three on two cores, with all threads of what is written in Go, took 3,470 s for what alone takes some 2,500.
 */
const jobsAtOnce = () => Math.max(1, Math.min(6, availableParallelism(), Math.floor(totalmem() / 5e9)));

/**
 * Of all that is written in Go: several processes on each core gain nothing by threads of their own. The control plane's
 * tests alone took 119 s of CPU with it, 126 to 133 without.
 */
const ONE_THREAD = { GOMAXPROCS: '1' };

/** Beside the datacenters, which sometimes wait, others run in what they leave. */
const BESIDE = ['nice', '-n', '5'];

const timeOf = ({ name, took, cpu }) => `${took} s${cpu === undefined ? '' : `, CPU ${cpu} s,`} ${name}`;

/**
 * Runs the jobs of these files and prints what ran where.
 *
 * The ports of a datacenter are fixed, so several run at once only in networks of their own.
 *
 * @param checks Jobs that need no datacenter and begin before the others of these: `{ name, command }`.
 * @returns The names of the jobs that failed.
 */
export async function runJobs(files, root, checks) {
  const jobs = jobsOf(files, root);
  const hosts = jobs.filter(({ network }) => network);
  const others = [...checks, ...jobs.filter(({ network }) => !network)];
  const inside = namespaces();
  const atOnce = inside ? jobsAtOnce() : 1;
  const beside = inside && hosts.length > 0;
  const env = hosts.length + others.length > 1 ? ONE_THREAD : {};
  console.error(
    `… ${files.length} test files in ${hosts.length + others.length} jobs, ${atOnce} at a time${inside ? '' : ': without namespaces'}${beside ? ', and one beside them' : ''}`,
  );
  const began = Date.now();
  const ended = [];
  const worker = async (next, before) => {
    for (let job = next(); job !== undefined; job = next()) {
      const end = await runJob(job, { root, inside, env, before });
      ended.push(end);
      process.stdout.write(end.text);
      console.error(
        `${end.passed ? '✓' : '✗'} ${timeOf(end)} (${Math.round((Date.now() - began) / 1000)} s in all)`,
      );
    }
  };
  const other = () => others.shift();
  const any = () => hosts.shift() ?? other();
  await Promise.all([
    ...Array.from({ length: atOnce }, () => worker(any)),
    ...(beside ? [worker(other, BESIDE)] : []),
  ]);
  for (const { slowest } of ended) process.stderr.write(slowest);
  console.error(`the slowest of ${ended.length} jobs:`);
  for (const one of [...ended].sort((a, b) => b.took - a.took).slice(0, 10))
    console.error(`  ${timeOf(one)}`);
  for (const { name, why } of ended.filter(({ passed }) => !passed)) console.error(`✗ ${name}\n${why}`);
  return ended.filter(({ passed }) => !passed).map(({ name }) => name);
}
