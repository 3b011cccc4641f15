import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import execa from 'execa';
import { quantile } from '../../base/sample';
import { textTable } from '../../base/text-table';
import { writeMadeUpCorpus } from '../../validation/corpus/made-up';
import { allTurns, openCorpus } from '../../validation/corpus/reader';
import { aiperfExport } from '../../validation/export/aiperf';
import { type ExportProps, writeExport } from '../../validation/export/exported';
import { locustExport } from '../../validation/export/locust';
import { compilePlan } from '../../validation/replay/compile';
import { planHash } from '../../validation/replay/plan';
import { Replayer } from '../../validation/replay/replayer';
import { OUTCOMES } from '../../validation/replay/request-rows';
import { MODEL, startEngine } from './engine';

export interface PeersProps {
  readonly folder: string;
  /** Folders of virtual environments that have `bin/locust` or `bin/aiperf`; beside PATH. */
  readonly venvs: readonly string[];
  /** A gateway before the model; default: a stand-in of its own for each engine, so that no cache is warm. */
  readonly target?: string;
  readonly users: number;
  readonly seconds: number;
}

/** What one load engine saw of the plan; milliseconds. */
interface Seen {
  readonly engine: string;
  readonly requests: number;
  readonly failed: number;
  readonly firstTokenP50: number;
  readonly totalP50: number;
}

const APP = 'terminal-bench-ci';

/** Relative to the replay's own. */
const ALLOWED = { requests: 0.02, firstToken: 0.1 } as const;

const PACE = ['--first-token-delay', '50', '--token-delay', '10', '--answer-tokens', '400'];

/** The same closed plan through our replay, Locust with two workers, and AIPerf. */
export async function peers(props: PeersProps): Promise<boolean> {
  const env = { PATH: [...props.venvs.map((venv) => join(venv, 'bin')), process.env.PATH].join(delimiter) };
  const missing = await missingOf(env, ['locust', 'aiperf']);
  if (missing.length > 0) {
    console.log(
      `peers: ${missing.join(' and ')} not found on PATH; pip install ${missing.join(' ')}, and name the environment by --venv`,
    );
    return false;
  }
  const made = await planned(props);
  const runs: Seen[] = [];
  for (const engine of [replayed, locust, aiperf]) {
    const server = props.target === undefined ? await startEngine(PACE) : undefined;
    try {
      const target = server?.url ?? props.target ?? '';
      runs.push(await engine({ ...made, target, timeScale: 1, folder: props.folder, env }));
    } finally {
      await server?.stop();
    }
  }
  return judged(props, planHash(made.plan), runs);
}

type Env = Readonly<Record<string, string>>;

async function missingOf(env: Env, programs: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    programs.map((program) => execa('sh', ['-c', `command -v ${program}`], { env, reject: false })),
  );
  return programs.filter((_, index) => found[index]?.exitCode !== 0);
}

async function planned({
  folder,
  users,
  seconds,
}: PeersProps): Promise<Pick<ExportProps, 'plan' | 'bodies'>> {
  const corpus = join(folder, 'peers');
  const profiles = { D: { sessions: users * 40, app: APP } };
  const { sha256 } = await writeMadeUpCorpus({ folder: corpus, seed: 1, model: MODEL, profiles });
  const turns = await allTurns(await openCorpus(corpus));
  const plan = compilePlan({
    ...{ corpus: { sha256 }, turns, mode: 'closed', users, seconds, seed: 1 },
    profiles: [{ profile: 'D', law: { kind: 'exponential', rate: 0.5 } }],
  });
  return { plan, bodies: join(corpus, 'bodies.jsonl') };
}

interface Run extends ExportProps {
  readonly folder: string;
  readonly env: Env;
}

async function replayed({ plan, bodies, target }: Run): Promise<Seen> {
  const replayer = await Replayer.start({ plan, bodies, target: { origin: target } });
  await replayer.finish(plan.header.seconds, 30);
  const rows = [...replayer.data];
  const p50 = (of: (row: (typeof rows)[number]) => number) =>
    quantile(rows.map(of).filter(Number.isFinite), 0.5) * 1000;
  return {
    engine: 'replay of vcf-ai',
    requests: rows.length,
    failed: rows.filter(({ outcome }) => outcome !== OUTCOMES.ok).length,
    firstTokenP50: p50(({ firstToken, sent }) => firstToken - sent),
    totalP50: p50(({ end, sent }) => end - sent),
  };
}

async function locust(run: Run): Promise<Seen> {
  const { plan, target, folder, env } = run;
  const { users, seconds } = plan.header;
  const cwd = join(folder, 'locust');
  writeExport(cwd, locustExport(run));
  const common = { cwd, env, reject: false } as const;
  const master = execa(
    'locust',
    [
      ...['-f', 'locustfile.py', '--master', '--master-bind-host', '127.0.0.1', '--expect-workers', '2'],
      ...[
        '--headless',
        '-H',
        target,
        '-u',
        `${users}`,
        '-r',
        `${users}`,
        '-t',
        `${seconds + 20}s`,
        '-s',
        '30',
      ],
      ...['--csv', 'out', '--only-summary'],
    ],
    common,
  );
  const workers = execa('locust', ['-f', 'locustfile.py', '--worker', '--processes', '2'], common);
  const { exitCode, all, stderr } = await master;
  await workers;
  if (exitCode !== 0 && exitCode !== 1) throw new Error(`locust ended with ${exitCode}: ${all ?? stderr}`);
  const rows = readFileSync(join(cwd, 'out_stats.csv'), 'utf8').trim().split('\n');
  const [head = [], ...values] = rows.map((row) => row.split(','));
  const row = (type: string) => values.find(([first]) => first === type) ?? [];
  const field = (type: string, name: string) => Number(row(type)[head.indexOf(name)]);
  return {
    engine: 'Locust, two workers',
    requests: field('POST', 'Request Count'),
    failed: field('POST', 'Failure Count'),
    firstTokenP50: field('TTFT', '50%'),
    totalP50: field('POST', '50%'),
  };
}

async function aiperf(run: Run): Promise<Seen> {
  const { target, folder, env } = run;
  const cwd = join(folder, 'aiperf');
  writeExport(cwd, aiperfExport(run));
  const { exitCode, stdout } = await execa('./run.sh', {
    cwd,
    env: { ...env, MODEL, TARGET: target },
    reject: false,
  });
  if (exitCode !== 0) throw new Error(`aiperf ended with ${exitCode}: ${stdout.slice(-2000)}`);
  const text = readFileSync(join(cwd, 'artifacts', APP, 'profile_export_aiperf.json'), 'utf8');
  const { request_count, error_request_count, time_to_first_token, request_latency } = JSON.parse(text);
  const failed = error_request_count?.avg ?? 0;
  return {
    ...{ engine: 'AIPerf', requests: request_count.avg + failed, failed },
    ...{ firstTokenP50: time_to_first_token.p50, totalP50: request_latency.p50 },
  };
}

function judged({ users, seconds, target }: PeersProps, hash: string, runs: readonly Seen[]): boolean {
  const [own] = runs as readonly [Seen, ...Seen[]];
  const difference = (run: Seen, of: 'requests' | 'firstTokenP50') => run[of] / own[of] - 1;
  const isKept = (run: Seen) =>
    run.failed === 0 &&
    Math.abs(difference(run, 'requests')) <= ALLOWED.requests &&
    Math.abs(difference(run, 'firstTokenP50')) <= ALLOWED.firstToken;
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  console.log(
    `${users} users for ${seconds} s against ${target ?? 'a stand-in of vLLM'}, plan ${hash.slice(0, 16)}`,
  );
  console.log(
    textTable(
      ['', 'requests/s', '', 'p50 first token, ms', '', 'p50 whole, ms', 'failed', ''],
      runs.map((run) => [
        ...[run.engine, (run.requests / seconds).toFixed(2), percent(difference(run, 'requests'))],
        ...[run.firstTokenP50.toFixed(1), percent(difference(run, 'firstTokenP50'))],
        ...[run.totalP50.toFixed(0), run.failed, isKept(run) ? '✓' : '✗'],
      ]),
      1,
    ),
  );
  return runs.every(isKept);
}
