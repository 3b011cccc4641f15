import assert from 'node:assert/strict';
import { type ClientRequest, request } from 'node:http';
import { before, describe, test } from 'node:test';
import { loadStack } from '../../cli/stack';
import { planEnvoy } from '../../config';
import { until } from '../../local/until';
import { ask, LISTENER } from './chat';
import { begin, shared } from './shared';

/** How a call ended: its status, when to come back, and the last bytes of the answer; status 0, and why, where it broke. */
interface Ended {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly end: string;
}

/** Calls that were all begun at once. */
class Calls {
  /** How many are refused so far. */
  refused = 0;
  private readonly ends: Promise<Ended>[];

  /** @param bytes Of each prompt. */
  constructor(workloads: readonly string[], count: number, bytes: number) {
    const messages = [{ role: 'user', content: 'x'.repeat(bytes) }];
    const body = Buffer.from(JSON.stringify({ model: 'any', messages, stream: true }));
    this.ends = Array.from({ length: count }, (_, index) =>
      this.call(workloads[index % workloads.length] ?? '', body),
    );
  }

  all(): Promise<readonly Ended[]> {
    return Promise.all(this.ends);
  }

  private call(workload: string, body: Buffer): Promise<Ended> {
    return new Promise((resolve) => {
      const req: ClientRequest = request(`http://127.0.0.1:${LISTENER}/v1/chat/completions`, {
        method: 'POST',
        agent: false,
        timeout: 120_000,
        headers: {
          'content-type': 'application/json',
          'content-length': body.length,
          'x-workload-app': workload,
        },
      });
      let answered = false;
      const broke = (error: Error) => resolve({ status: 0, retryAfter: undefined, end: error.message });
      req.once('response', (response) => {
        answered = true;
        const { statusCode: status = 0, headers } = response;
        let end = '';
        response.on('data', (part) => {
          end = `${end}${part}`.slice(-40);
        });
        const ended = () => resolve({ status, retryAfter: headers['retry-after'], end });
        if (status !== 200) this.refused += 1;
        response.once('end', ended);
        // What the gateway refuses it does not read to the end.
        response.once('error', (error) => (status === 200 ? broke(error) : ended()));
      });
      req.once('timeout', () => req.destroy(new Error('no answer in 120 s')));
      req.on('error', (error) => answered || broke(error));
      req.end(body);
    });
  }
}

describe('a gateway at its limits', () => {
  const project = shared;
  const workloads = ['toolbench-agent', 'unlimited'];
  const servers = ['stand-in:gemini', 'stand-in:gpt-oss-120b'];
  let most = 0;
  let mostLarge = 0;
  /** Each worker may let one more pass. */
  let workers = 0;

  /** Begins calls while no model answers, and lets the models go on when all others are refused. */
  async function whileModelsHang(count: number, bytes: number, carried: number) {
    const pids = await Promise.all(servers.map((name) => project.pidOf(name)));
    const calls = new Calls(workloads, count, bytes);
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    let refused = 0;
    try {
      await until(async () => calls.refused >= count - carried - workers, 60, 100);
      refused = calls.refused;
    } finally {
      for (const pid of pids) process.kill(pid, 'SIGCONT');
    }
    return { refused, ended: await calls.all() };
  }

  function judge({ refused, ended }: { refused: number; ended: readonly Ended[] }, carried: number) {
    const counts = new Map<string, number>();
    for (const { status, retryAfter, end } of ended) {
      const key = status === 503 ? `503 ${retryAfter}` : `${status} ${end.trim().slice(-12)}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const [done = 0, away = 0] = [counts.get('200 data: [DONE]'), counts.get('503 5')];
    assert.equal(done + away, ended.length, JSON.stringify([...counts]));
    assert.ok(done >= carried && done <= carried + workers, `${done} of ${carried} answered`);
    // They did not wait for a model, and nobody was refused afterwards.
    assert.equal(refused, away);
  }

  before(async () => {
    await begin();
    project.edit((platform) => {
      // 3/4 of 3584Mi / (128Ki + 5 × 999k), and 1/4 of it / (5 × 25Mi).
      Object.assign(platform.gateway, { expectedRequestSize: '999k', requestTimeout: '2m' });
      platform.workloads.unlimited = { model: 'gpt-oss-120b' };
    });
    await project.apply();
    const { platform } = loadStack('local', project.folder);
    const plan = planEnvoy(platform.gateway);
    most = plan.maxParallelRequests;
    mostLarge = plan.large?.maxParallel ?? 0;
    workers = plan.workers;
    assert.deepEqual([most, mostLarge], [549, 7]);
    const serve = () => Promise.all(workloads.map(ask));
    assert.ok(await until(async () => (await serve()).every((status) => status === 200), 60, 500));
  });

  test('of 2,000 streams at once over two routes as many are answered as planned, and the rest with 503 [gateway-capacity]', async () => {
    judge(await whileModelsHang(2000, 10, most), most);
  });

  test('many prompts of 5 MB are refused before they are read, and Envoy lives on [gateway-capacity-large]', async () => {
    const envoy = await project.pidOf('envoy');
    const { refused, ended } = await whileModelsHang(60, 5_000_000, mostLarge);
    judge({ refused, ended }, mostLarge);
    assert.equal(await project.pidOf('envoy'), envoy);
    assert.deepEqual(await Promise.all(workloads.map(ask)), [200, 200]);
  });
});
