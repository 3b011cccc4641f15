import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request as send } from 'node:http';
import { join } from 'node:path';
import { TOKEN_METADATA } from '../../constructs/token-metadata';
import { until } from '../../local/until';
import type { BareEnvoy } from '../../tests/bare-envoy';
import { callsOf, envoyBefore, METER_FILTER } from '../../tests/e2e/meter-proxy';
import { usageOf } from '../check/measure';
import { median } from '../median';

const PAIRS = 20;

/** Ranks of the sorted differences of 20 pairs between which the median is with 95.9 % (binomial distribution). */
const [LOWEST, HIGHEST] = [5, 14];

const FRAMES = 5000;

const CALLS = 300;

/** Streams of each speed that are left. */
const LEFT = 60;

/** Milliseconds a token: an engine under load, and the fastest that there is. */
const PERIODS = [35, 1];

interface Model {
  readonly port: number;
  readonly stop: () => void;
}

async function startModel(): Promise<Model> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'upstream.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = await once(child.stdout, 'data');
  return { port: Number(port), stop: () => child.kill() };
}

const agent = new Agent({ keepAlive: true });

async function call(envoy: BareEnvoy, path: string): Promise<void> {
  const request = send({ host: '127.0.0.1', port: envoy.port, path, method: 'POST', agent });
  request.end('{}');
  const [response] = await once(request, 'response');
  response.resume();
  await once(response, 'end');
}

/** Seconds on the clock and of Envoy's CPU that `work` takes. */
async function measured(envoy: BareEnvoy, work: () => Promise<void>): Promise<{ wall: number; cpu: number }> {
  const cpu = () => usageOf(envoy.pid)?.cpuSeconds ?? Number.NaN;
  const [cpuBefore, began] = [cpu(), performance.now()];
  await work();
  return { wall: (performance.now() - began) / 1000, cpu: cpu() - cpuBefore };
}

const microseconds = (seconds: number) => `${(seconds * 1e6).toFixed(1)} µs`;

/** What the meter adds to each of `count` things that `work` does: pairs of runs with it and without it, in turn. */
async function overhead(
  what: string,
  count: number,
  { metered, plain }: { readonly metered: BareEnvoy; readonly plain: BareEnvoy },
  work: (envoy: BareEnvoy) => Promise<void>,
): Promise<void> {
  for (const envoy of [metered, plain]) await work(envoy);
  const added: { wall: number; cpu: number }[] = [];
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const turns = pair % 2 === 0 ? [metered, plain] : [plain, metered];
    const took = new Map<BareEnvoy, { wall: number; cpu: number }>();
    for (const envoy of turns) took.set(envoy, await measured(envoy, () => work(envoy)));
    const [a, b] = [took.get(metered), took.get(plain)];
    if (a && b) added.push({ wall: (a.wall - b.wall) / count, cpu: (a.cpu - b.cpu) / count });
  }
  const row = (of: 'wall' | 'cpu') => {
    const sorted = added.map((one) => one[of]).sort((x, y) => x - y);
    const [low = 0, high = 0] = [sorted[LOWEST], sorted[HIGHEST]];
    return `${microseconds(median(sorted))} (${microseconds(low)} to ${microseconds(high)})`;
  };
  console.log(`  ${what}: ${row('wall')} on the clock, ${row('cpu')} of Envoy's CPU`);
}

/** Opens a stream, reads `frames` of it, and leaves. */
async function leave(envoy: BareEnvoy, path: string, frames: number): Promise<void> {
  const request = send({ host: '127.0.0.1', port: envoy.port, path, method: 'POST', agent: false });
  request.end('{}');
  const [response] = await once(request, 'response');
  let received = 0;
  for await (const chunk of response) {
    received += chunk.toString().split('data: ').length - 1;
    if (received >= frames) break;
  }
  request.destroy();
}

/** Of streams that are left: how many tokens the model made and the meter did not count, or the other way round. */
async function left(envoy: BareEnvoy, model: Model, period: number): Promise<void> {
  const paths = Array.from({ length: LEFT }, (_, index) => `/endless/${period}/${index}`);
  for (const [index, path] of paths.entries()) await leave(envoy, path, 1 + (index % 20));
  const logged = () =>
    new Map(callsOf(envoy).map(({ path, tokens }) => [path, Number(tokens[TOKEN_METADATA.output] ?? 0)]));
  if (!(await until(async () => paths.every((path) => logged().has(path)), 20))) {
    throw new Error('Envoy did not log every stream within 20 s');
  }
  const answer = await fetch(`http://127.0.0.1:${model.port}/made`);
  const made = (await answer.json()) as Record<string, number>;
  const counted = logged();
  const off = paths.map((path) => (made[path] ?? 0) - (counted.get(path) ?? 0));
  const kinds = [...new Set(off)].sort((a, b) => a - b);
  const told = kinds.map((tokens) => `${off.filter((one) => one === tokens).length} by ${tokens}`);
  console.log(
    `  ${LEFT} streams left at ${period} ms a token: tokens made and not counted: ${told.join(', ')}`,
  );
}

/** What the meter costs, with and without it in turn, and how true it is to streams that clients leave. */
export async function benchMeter(): Promise<void> {
  const model = await startModel();
  const envoys = {
    metered: await envoyBefore(model.port, [METER_FILTER]),
    plain: await envoyBefore(model.port, []),
  };
  try {
    console.log(
      `the meter in an Envoy with one thread: what it adds, median of ${PAIRS} pairs and its 96 % interval`,
    );
    await overhead(`a frame of a stream of ${FRAMES}`, FRAMES, envoys, (envoy) =>
      call(envoy, `/stream/${FRAMES}`),
    );
    await overhead('a call of one frame', CALLS, envoys, async (envoy) => {
      for (let calls = 0; calls < CALLS; calls += 1) await call(envoy, '/stream/1');
    });
    for (const period of PERIODS) await left(envoys.metered, model, period);
  } finally {
    agent.destroy();
    await Promise.all(Object.values(envoys).map((envoy) => envoy.stop()));
    model.stop();
  }
}
