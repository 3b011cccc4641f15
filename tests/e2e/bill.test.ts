import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { until } from '../../local/until';
import { accessLog } from './identity-cases';
import { type Outcome, type ScriptedCall, ScriptedClient } from './scripted-calls';
import { begin, shared } from './shared';
import { nameOf, Traffic } from './traffic';

const CALLS = 2000;
const AT_ONCE = 48;

/** When what happens, by the number of the call. */
const [KILLED, CLOUD_ALONE, LOCAL_AGAIN, STOPPED] = [500, 900, 1100, 1500];

/** Every answer that a client leaves has so many tokens, at 20 ms each. */
const LONG = 13;

const PRICES = `currency: USD
aliases: { gemini-2.5-flash: gemini-flash }
entries:
  - { model: gpt-oss-120b, kind: input, from: 2026-01-01, pricePerMTok: 0.15, source: price list }
  - { model: gpt-oss-120b, kind: cachedInput, from: 2026-01-01, pricePerMTok: 0.03, source: price list }
  - { model: gpt-oss-120b, kind: output, from: 2026-01-01, pricePerMTok: 0.60, source: price list }
  - { model: gemini-flash, kind: input, from: 2026-01-01, pricePerMTok: 0.30, source: price list }
  - { model: gemini-flash, kind: output, from: 2026-01-01, pricePerMTok: 2.50, source: price list }
`;

/** Three workloads in turn; one call in ten is a stream that its client leaves. */
const script = Array.from({ length: CALLS }, (_, index): ScriptedCall => {
  const isLeft = index % 10 === 3;
  return {
    workload: ['chat', 'cloud', 'hybrid'][index % 3] ?? '',
    prompt: 'x'.repeat(4 * (1 + (index % 40))),
    maxTokens: isLeft ? LONG : 1 + (index % 4),
    stream: isLeft || index % 2 === 0,
    ...(isLeft && { leaves: 1 + (index % 5) }),
  };
});

type Line = Readonly<Record<string, string | number | null>>;

const isLeft = ({ response_flags }: Line) => `${response_flags}`.includes('DC');

describe('the bill of a scripted hour', () => {
  const project = shared;
  let outcomes: Outcome[] = [];
  /** What the upstreams recorded, by the request that they saw. */
  const counted = new Map<string, { model: string; input: number; output: number; aborted: boolean }>();
  let lines: readonly Line[] = [];
  // biome-ignore lint/suspicious/noExplicitAny: what the command prints
  let bill: any;

  /** Kills a component, or ends it, and starts it again. */
  const restart = async (name: string, signal: 'SIGKILL' | 'SIGTERM') => {
    process.kill(await project.pidOf(name), signal);
    assert.ok(
      await until(async () => (await project.up()).code === 0, 60, 500),
      `${name} is not there again`,
    );
  };

  const fault = async (method: 'PUT' | 'DELETE') => {
    const { standIns } = await project.status();
    const { admin } = standIns.find(({ name }) => name === 'gpt-oss-120b') ?? {};
    const said = await fetch(`${admin}/faults?match=gpt-oss-120b&status=503`, { method });
    assert.equal(said.status, 200);
  };

  before(async () => {
    await begin();
    project.edit((platform) => {
      platform.gateway.retry = { attempts: 1 };
      platform.workloads = {
        chat: { model: 'gpt-oss-120b', limits: { requestsPerMinute: 600 } },
        cloud: { model: 'gemini-flash' },
        hybrid: { model: 'gpt-oss-120b', fallback: ['gemini-flash'] },
      };
    });
    await project.apply();
    for (const workload of ['chat', 'cloud', 'hybrid']) {
      const one = [{ workload, prompt: 'x', maxTokens: 1, stream: false }];
      const serves = async () => (await new ScriptedClient(1).run(one, () => {}))[0] === 200;
      assert.ok(await until(serves, 30, 500), workload);
    }
    const since = accessLog(project).length;
    const traffic = await Traffic.open(project);
    const events: Promise<void>[] = [];
    outcomes = await new ScriptedClient(AT_ONCE).run(script, (index) => {
      if (index === KILLED) events.push(restart('envoy', 'SIGKILL'));
      if (index === CLOUD_ALONE) events.push(fault('PUT'), restart('prometheus', 'SIGKILL'));
      if (index === LOCAL_AGAIN) events.push(fault('DELETE'));
      if (index === STOPPED) events.push(restart('envoy', 'SIGTERM'));
    });
    await Promise.all(events);
    for (const sighting of await traffic.seen()) {
      const { usage, headers } = sighting;
      if (usage === null) continue;
      const [id] = headers['x-request-id'] ?? [];
      assert.equal(typeof id, 'string');
      const { aborted } = sighting as unknown as { aborted: boolean };
      const [input, output] = [usage.prompt_tokens, usage.completion_tokens];
      counted.set(`${id}`, { model: nameOf(sighting), input, output, aborted });
    }
    const log = join(project.folder, 'hour.log');
    const all = readFileSync(`${project.state}/logs/envoy.log`, 'utf8').split('\n');
    const ours = all.filter((line) => line.startsWith('{')).slice(since);
    lines = ours.map((line) => JSON.parse(line));
    writeFileSync(log, `${ours.join('\n')}\n`);
    writeFileSync(join(project.folder, 'prices.yaml'), PRICES);
    const ledger = ['--store', 'hour.duckdb'];
    const read = await project.cli(['ledger', 'ingest', 'hour.log', ...ledger]);
    assert.equal(read.code, 0, read.text);
    const [from, to] = ['2026-01-01', '2100-01-01'];
    const period = ['--from', from, '--to', to, '--prices', 'prices.yaml', '--ledger', 'hour.duckdb'];
    const made = await project.cli(['bill', ...period, '--by', 'model', '--json']);
    assert.equal(made.code, 0, made.text);
    bill = JSON.parse(made.text.slice(made.text.indexOf('{')));
  });

  test('everything happened that the script says', () => {
    const of = (outcome: Outcome) => outcomes.filter((one) => one === outcome).length;
    assert.equal(outcomes.length, CALLS);
    assert.ok(of('left') > CALLS / 20, `${of('left')} left`);
    assert.ok(
      of(429) > 0 && of(503) > 0 && of('broken') > 0,
      JSON.stringify([of(429), of(503), of('broken')]),
    );
    const failedOver = lines.filter(
      ({ workload, attempts, status }) => workload === 'hybrid' && Number(attempts) > 1 && status === 200,
    );
    assert.ok(failedOver.length > 10, `${failedOver.length} answers of the fallback`);
  });

  test('every token that an upstream recorded is billed, or is of a client that left, or of a killed Envoy', () => {
    const byRequest = new Map(lines.map((line) => [line.request_id, line]));
    const sums = { billed: 0, aborted: 0, lost: 0, recorded: 0 };
    const unexplained: string[] = [];
    for (const [id, { input, output, aborted }] of counted) {
      sums.recorded += input + output;
      const line = byRequest.get(id);
      if (line === undefined) {
        sums.lost += input + output;
        continue;
      }
      const [paid, made] = [Number(line.input_tokens), Number(line.output_tokens)];
      sums.billed += paid + made;
      const late = output - made;
      const isExplained = paid === input && (late === 0 || (isLeft(line) && aborted && late === 1));
      if (late === 1) sums.aborted += 1;
      if (!isExplained) unexplained.push(`${id}: ${JSON.stringify(line)}, upstream ${input} + ${output}`);
    }
    assert.deepEqual(unexplained, []);
    assert.equal(sums.recorded, sums.billed + sums.aborted + sums.lost);
    const total = Object.entries<{ tokens: Record<string, string> }>(bill.groups).flatMap(([, { tokens }]) =>
      Object.entries(tokens).map(([, count]) => Number(count)),
    );
    console.log(JSON.stringify(sums), JSON.stringify(bill.groups), JSON.stringify(bill.differences), total);
  });
});
