// What the test runner runs beside each other: a test file with a datacenter, or the others of a folder together.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';

/** The longest first: it should not be what is waited for at the end. */
const LONGEST = ['identity', 'examples', 'day-two', 'conditions', 'supervisor', 'platform'];

/** Folders of which every file has a process of its own: Pulumi knows one set of mocks in a process. */
const ISOLATED = ['tests/stacks'];

/**
 * Files that share a datacenter, in this order: the first looks into all logs, and the platform that each leaves has
 * the GPUs that the next needs.
 */
const SHARED = ['identity', 'providers', 'mcp', 'limits', 'faults'];

/** What is held to a time runs alone, at the end. */
const ALONE = ['scale'];

const isOneOf = (names, file) => names.some((name) => file.includes(`/${name}.test.ts`));

export const needsHost = (file) => file.includes('e2e');

const folderOf = (file) => file.split('/').slice(0, 2).join('/');

/** Jobs in the order in which they begin: `{ name, files, network, isolated }`. */
export function jobsOf(files) {
  const shared = SHARED.flatMap((one) => files.filter(needsHost).filter((file) => isOneOf([one], file)));
  const hosts = [
    ...files.filter((file) => needsHost(file) && !shared.includes(file)).map((file) => [file]),
    ...(shared.length > 0 ? [shared] : []),
  ].map((some) => ({ name: some.join(' + '), files: some, network: true }));
  const others = files.filter((file) => !needsHost(file));
  const folders = [...new Set(others.map(folderOf))].map((folder) => {
    const inside = others.filter((file) => folderOf(file) === folder);
    return inside.length === 1
      ? { name: inside[0], files: inside }
      : { name: `${folder} (${inside.length} files)`, files: inside, isolated: ISOLATED.includes(folder) };
  });
  const rank = ({ name }) => {
    const place = LONGEST.findIndex((one) => isOneOf([one], name));
    return place === -1 ? LONGEST.length : place;
  };
  const beside = hosts.filter(({ name }) => !isOneOf(ALONE, name)).sort((a, b) => rank(a) - rank(b));
  // The short ones fill what is left beside the last datacenters.
  return { beside: [...beside, ...folders], alone: hosts.filter(({ name }) => isOneOf(ALONE, name)) };
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

/** One job; its output is shown whole when it is over, for others run beside it. */
function runJob({ name, files, network, isolated, command: given }, { root, inside }) {
  const began = Date.now();
  const folder = mkdtempSync(join(tmpdir(), 'vcf-ai-run-'));
  const [times, slowest] = [join(folder, 'times'), join(folder, 'slowest')];
  const reporters = [
    ...['--test-reporter=tap', '--test-reporter-destination=stdout'],
    ...['--test-reporter=./scripts/test/slowest.mjs', `--test-reporter-destination=${slowest}`],
  ];
  const how = isolated ? ['--test', '--test-concurrency=1'] : ['scripts/test/together.mjs'];
  const node = () => [process.execPath, '--import', 'tsx', ...reporters, ...how, ...files];
  const [command, ...args] = [...(inside?.(times, network) ?? []), ...(given ?? node())];
  const logs = join(root, '.vcf-ai', 'failed', name.replaceAll(/\W+/g, '-'));
  rmSync(logs, { recursive: true, force: true });
  const env = { ...process.env, VCF_AI_TEST_LOGS: logs };
  const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => said.push(chunk));
  const ended = (passed, text) => {
    const took = Math.round((Date.now() - began) / 1000);
    const cpu = existsSync(times) ? cpuSeconds(times) : undefined;
    const slow = existsSync(slowest) ? readFileSync(slowest, 'utf8') : '';
    rmSync(folder, { recursive: true });
    if (passed) rmSync(logs, { recursive: true, force: true });
    const kept = existsSync(logs) ? `the logs of its components are in ${logs}\n` : '';
    return { name, passed, text: `${text}${kept}`, took, cpu, slow };
  };
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(ended(false, error.message)));
    child.once('close', (status) => resolve(ended(status === 0, Buffer.concat(said).toString())));
  });
}

/** A datacenter keeps a core busy, and needs some 4 GB; what it has to do in time it does not do in a crowd. */
const jobsAtOnce = () => Math.max(1, Math.min(6, availableParallelism(), Math.floor(totalmem() / 5e9)));

const timeOf = ({ name, took, cpu }) => `${took} s${cpu === undefined ? '' : `, CPU ${cpu} s,`} ${name}`;

/**
 * Runs the jobs of these files and prints what ran where.
 *
 * The ports of a datacenter are fixed, so several run at once only in networks of their own.
 *
 * @param before Jobs that begin first: `{ name, command }`.
 * @returns The names of the jobs that failed.
 */
export async function runJobs(files, root, before) {
  const { beside: tests, alone } = jobsOf(files);
  const beside = [...before, ...tests];
  const inside = namespaces();
  const atOnce = inside ? jobsAtOnce() : 1;
  console.error(
    `… ${files.length} test files in ${beside.length + alone.length} jobs, ${atOnce} at a time${inside ? '' : ': no namespaces here'}`,
  );
  const began = Date.now();
  const ended = [];
  const worker = async (queue) => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
      const end = await runJob(job, { root, inside });
      ended.push(end);
      process.stdout.write(end.text);
      console.error(
        `${end.passed ? '✓' : '✗'} ${timeOf(end)} (${Math.round((Date.now() - began) / 1000)} s in all)`,
      );
    }
  };
  await Promise.all(Array.from({ length: atOnce }, () => worker(beside)));
  await worker(alone);
  for (const { slow } of ended) process.stderr.write(slow);
  console.error(`the slowest of ${ended.length} jobs:`);
  for (const one of [...ended].sort((a, b) => b.took - a.took).slice(0, 10))
    console.error(`  ${timeOf(one)}`);
  return ended.filter(({ passed }) => !passed).map(({ name }) => name);
}
