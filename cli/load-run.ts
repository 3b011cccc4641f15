import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UserError } from '../base/user-error';
import { stateDir } from '../local/paths';
import { version } from '../package.json';
import type { Target } from '../validation';
import type { GateSettings } from '../validation/gate/settings';
import type { EngineTarget } from '../validation/load/engine-poll';
import { type LoadEvent, type LoadProgress, runLoad } from '../validation/load/load-run';
import { gateOf } from '../validation/load/presets';
import {
  type InterruptedRun,
  type RunBeginning,
  RunFolder,
  type RunManifest,
} from '../validation/load/run-folder';
import type { Part } from '../validation/replay/part';
import { saidText } from '../validation/replay/said';
import { endText, exitCodeOf } from '../validation/report/ends';
import { time } from '../validation/report/format';
import { writeLoadReport } from '../validation/report/write';
import { headersOf } from './headers';
import { untilInterrupted } from './interrupted';
import { refuseOverLimits } from './load-apps';
import {
  checkCorpusOf,
  type LoadPlanOptions,
  type MadePlan,
  makePlan,
  openPlan,
  parsedPlan,
  planText,
} from './load-plan';
import { runningIn } from './running';
import { loadCompleteStack, type Stack } from './stack';
import { localTarget } from './target';
import { withProgress } from './ui';
import { validate } from './validate';

export interface LoadRunOptions extends Omit<LoadPlanOptions, 'out'> {
  readonly plan?: string;
  readonly state?: string;
  readonly target?: string;
  readonly engine?: readonly string[];
  readonly prometheus?: string;
  readonly header?: readonly string[];
  /** Path of settings; false with `--no-gate`. */
  readonly gate?: string | boolean;
  readonly validate: boolean;
  readonly part?: Part;
  readonly timeScale: number;
  readonly workers: number;
  readonly timeout: number;
  readonly out?: string;
  readonly resume?: string;
}

/** Where a load goes, and who can tell what it does there. */
interface Destination {
  readonly origin: string;
  readonly engines: readonly EngineTarget[];
  readonly prometheus?: string;
  readonly standIns: readonly string[];
}

/** `vcf-ai load run`. */
export async function runLoadCommand(options: LoadRunOptions): Promise<void> {
  if (options.resume !== undefined) {
    const run = RunFolder.resume(options.resume);
    console.error(
      `goes on after ${time(run.before.seconds * run.facts.timeScale)}: ${run.before.data.count} requests so far`,
    );
    return conclude(options, await execute(options, run));
  }
  if (options.part !== undefined && options.gate !== false) {
    throw new UserError(
      'a part of a plan knows nothing of the others, and a gate would judge them all: add --no-gate',
    );
  }
  if (options.mode !== 'closed' && options.gate !== false) {
    throw new UserError('a gate changes users, and only a closed load has users to change: add --no-gate');
  }
  const state = stateDir(options.state);
  const folder = options.out ?? join(state, 'load', new Date().toISOString().replaceAll(/[:.]/g, '-'));
  const prepared = await prepare(options, state, folder);
  const { plan } = prepared.made;
  console.error(planText(prepared.made));
  const gate =
    options.gate === false ? undefined : gateOf(options.preset, plan.header, settingsOf(options.gate));
  return conclude(options, await execute(options, begin({ options, gate, folder, ...prepared })));
}

async function conclude({ json }: LoadRunOptions, { folder, manifest }: Concluded): Promise<void> {
  const { page } = await withProgress(async (progress) => {
    progress.step('report');
    return writeLoadReport(folder);
  });
  if (json) console.log(JSON.stringify(manifest, null, 2));
  else console.log(`${endText(manifest.end)}\nrun: ${folder}\nreport: ${page}`);
  process.exitCode = exitCodeOf(manifest.end);
}

/** What a run needs beside its options. A plan with its corpus and a gateway needs no stack: so runs a pod of a job. */
async function prepare(
  options: LoadRunOptions,
  state: string,
  folder: string,
): Promise<Pick<Running, 'made' | 'destination' | 'functional'>> {
  const { plan: file, corpus, target, validate: asked, timeScale } = options;
  if (file !== undefined && corpus !== undefined && target !== undefined && !asked) {
    const made = await openPlan(file, corpus);
    return { made, destination: ofTarget(options, target), functional: null };
  }
  const stack = loadCompleteStack(options.stack);
  const destination = await destinationOf(options, stack, state);
  const made = await makePlan(options, stack.platform, `${folder}.corpus`);
  const plan = file === undefined ? made.plan : checkCorpusOf(file, parsedPlan(file), made.corpus);
  refuseOverLimits(stack.platform, { ...made, plan }, timeScale);
  return { made: { ...made, plan }, destination, functional: await functionalOf(options, stack, state) };
}

async function destinationOf(options: LoadRunOptions, stack: Stack, state: string): Promise<Destination> {
  if (options.target !== undefined) return ofTarget(options, options.target);
  const fix = 'start it with npm start, or name a gateway by --target and its engines by --engine';
  const status = await runningIn(state, fix);
  return ofDatacenter(localTarget(stack.platform, status));
}

function ofTarget({ engine = [], gate, prometheus }: LoadRunOptions, origin: string): Destination {
  if (engine.length === 0 && gate !== false) {
    throw new UserError(
      '--target needs the engines behind it: name the metrics of each, --engine http://<host>:8000/metrics; or add --no-gate',
    );
  }
  const engines = engine.map((metrics) => ({ name: new URL(metrics).host, metrics }));
  return { origin, engines, standIns: [], ...(prometheus !== undefined && { prometheus }) };
}

function ofDatacenter({ gateway, prometheus, upstreams }: Target): Destination {
  const engines = upstreams
    .filter(({ kind }) => kind === 'model-server')
    .map(({ name, url }) => ({ name: `${name} ${new URL(url).host}`, metrics: `${url}/metrics` }));
  const standIns = upstreams.filter(({ standIn }) => standIn).map(({ name }) => name);
  return { origin: gateway, engines, standIns, ...(prometheus !== undefined && { prometheus }) };
}

/** Load on a platform that fails its functional suite shows failures, and nobody knows of what. */
async function functionalOf(
  { validate: asked }: LoadRunOptions,
  stack: Stack,
  state: string,
): Promise<true | null> {
  if (!asked) return null;
  const report = await validate(stack, state);
  if (report.passed) return true;
  throw new UserError(
    'the functional suite fails on this platform, so that a load would not tell saturation from faults; see vcf-ai validate',
  );
}

function settingsOf(file: string | boolean | undefined): unknown {
  if (typeof file !== 'string') return {};
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UserError(`${file} is no JSON: ${error.message}`);
  }
}

interface Running {
  readonly options: LoadRunOptions;
  readonly made: MadePlan;
  readonly destination: Destination;
  readonly gate: GateSettings | undefined;
  readonly functional: true | null;
  readonly folder: string;
}

/** A run that begins, or goes on. */
type Runnable = Omit<InterruptedRun, 'before'> & Partial<Pick<InterruptedRun, 'before'>>;

interface Concluded {
  readonly folder: string;
  readonly manifest: RunManifest;
}

function begin({ options, made, destination, gate, functional, folder }: Running): Runnable {
  const { plan, bodies, isMadeUp: synthetic } = made;
  const { timeScale, workers, timeout, part } = options;
  const { origin, engines, standIns, prometheus } = destination;
  const beginning: RunBeginning = {
    facts: {
      ...{ version, began: new Date().toISOString(), timeScale, workers, functional, synthetic, standIns },
      ...{ gateway: origin, engines: engines.map(({ name }) => name), gate: gate ?? null },
      ...(part && { part }),
    },
    ...{ bodies: resolve(bodies), origin, engines, timeout },
    ...(prometheus !== undefined && { prometheus }),
  };
  return { ...beginning, plan, folder: RunFolder.begin(folder, plan, beginning) };
}

async function execute(options: LoadRunOptions, run: Runnable): Promise<Concluded> {
  const { facts, plan, folder, before, bodies, engines, prometheus, timeout } = run;
  const { timeScale, workers, part, gate } = facts;
  const { replayer, end, seconds } = await untilInterrupted((signal) =>
    runLoad({
      ...{ plan, bodies, engines, workers, timeout, timeScale, signal, ...(part && { part }) },
      target: { origin: run.origin, headers: headersOf(options.header) },
      ...(prometheus !== undefined && { prometheus }),
      ...(gate && { gate }),
      ...(before && { before }),
      onRows: (rows) => folder.rows(rows),
      onEvent: (event) => {
        folder.event(event);
        tell(event);
      },
      onProgress: showProgress,
    }),
  );
  const ended = new Date().toISOString();
  const manifest = folder.finish({ ...facts, ended, seconds, end }, plan, replayer.data, replayer.gaps);
  return { folder: folder.path, manifest };
}

function tell(event: LoadEvent): void {
  if (event.kind === 'decision') {
    const { at, phase, users, why } = event.decision;
    line(`${time(at)} ${phase} ${users} users: ${why}`);
  } else if (event.kind === 'said') {
    line(`${time(event.at)} ${saidText(event)}`);
  } else if (event.kind === 'stopping')
    line(`${time(event.at)} stopping: ${event.why}; ${event.underWay} under way`);
}

const isTerminal = process.stderr.isTTY === true;

function line(text: string): void {
  process.stderr.write(isTerminal ? `\r\u001b[K${text}\n` : `${text}\n`);
}

/** A line that is written over on a terminal; JSON a second in a pipe. */
function showProgress(progress: LoadProgress): void {
  if (!isTerminal) {
    process.stderr.write(`${JSON.stringify(progress)}\n`);
    return;
  }
  const { seconds, phase, users, underWay, requests, requestsPerSecond, firstToken } = progress;
  const first = Number.isNaN(firstToken) ? '–' : `${(firstToken * 1000).toFixed(0)} ms`;
  process.stderr.write(
    `\r\u001b[K${time(seconds)} ${phase}: ${users} users, ${underWay} under way, ${requests} requests, ${requestsPerSecond.toFixed(1)}/s, first token ${first}`,
  );
}
