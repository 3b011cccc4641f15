import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { until } from '../../local/until';
import { CALL_HEADER, type Outcome, type ScriptedCall, ScriptedClient } from './scripted-calls';
import { begin, shared } from './shared';
import { Traffic } from './traffic';

const CALLS = 2000;
const AT_ONCE = 24;

/** When what happens, by the number of the call. */
const [KILLED, CLOUD_ALONE, LOCAL_AGAIN, STOPPED] = [400, 700, 1200, 1600];

/** Every answer that a client leaves has so many tokens. */
const LONG = 13;

/** The pace of the stand-ins, in milliseconds a token. */
const TOKEN_MS = 20;

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

/** What an upstream recorded of a call. */
interface Counted {
  readonly input: number;
  readonly output: number;
  /** How long the model did not know that its client had left, in milliseconds; 0 where it stayed. */
  readonly unaware: number;
}

/** How long a token of a busy model is on its way to a busy Envoy at most: a tenth of a second. */
const UNDERWAY_MS = 100;

/** What a model makes that Envoy does not see: on the way when the client left, and until the model knew. */
const mostLate = ({ unaware }: Counted) => Math.ceil((UNDERWAY_MS + unaware) / TOKEN_MS);

/**
 * Why tokens are not billed: `late`, those that the model made until it knew that its client had left; `uncounted`, of a
 * provider that tells tokens at the end alone, to a client that left before; `lost`, with the line that a killed Envoy
 * had not written yet.
 */
type Reason = 'late' | 'uncounted' | 'lost';

function billedOf(counted: Counted, line: Line | undefined) {
  if (line === undefined) return { billed: 0, reason: 'lost' as const };
  const billed = Number(line.input_tokens) + Number(line.output_tokens);
  if (billed === 0 && isLeft(line)) return { billed, reason: 'uncounted' as const };
  // It may have made all of its answer by then.
  const late = counted.input + counted.output - billed;
  const isLate = isLeft(line) && late > 0 && late <= mostLate(counted);
  return { billed, ...(isLate && { reason: 'late' as const }) };
}

const isLeft = ({ response_flags }: Line) => `${response_flags}`.includes('DC');

describe('the bill of a scripted hour', () => {
  const project = shared;
  let outcomes: Outcome[] = [];
  /** What the upstreams recorded, by the request that they saw. */
  const counted = new Map<string, Counted>();
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
        chat: { model: 'gpt-oss-120b', limits: { requestsPerMinute: 250 } },
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
    const began = Date.now();
    const traffic = await Traffic.open(project);
    const events: Promise<void>[] = [];
    const client = new ScriptedClient(AT_ONCE);
    outcomes = await client.run(script, (index) => {
      if (index === KILLED) events.push(restart('envoy', 'SIGKILL'));
      if (index === CLOUD_ALONE) events.push(fault('PUT'), restart('prometheus', 'SIGKILL'));
      if (index === LOCAL_AGAIN) events.push(fault('DELETE'));
      if (index === STOPPED) events.push(restart('envoy', 'SIGTERM'));
    });
    await Promise.all(events);
    for (const sighting of await traffic.seen()) {
      const { usage, headers, ended } = sighting;
      if (usage === null) continue;
      const [[id], [call]] = [headers['x-request-id'] ?? [], headers[CALL_HEADER] ?? []];
      assert.equal(typeof id, 'string');
      const left = client.leftAt.get(Number(call));
      const unaware = left === undefined ? 0 : Math.max(0, Date.parse(ended) - left);
      const [input, output] = [usage.prompt_tokens, usage.completion_tokens];
      counted.set(`${id}`, { input, output, unaware });
    }
    const log = join(project.folder, 'hour.log');
    const all = readFileSync(`${project.state}/logs/envoy.log`, 'utf8').split('\n');
    const ours = all.filter(
      (line) => line.startsWith('{') && Date.parse(JSON.parse(line).start_time) >= began,
    );
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
    // After some failures the first choice is not even tried.
    const failedOver = lines.filter(
      ({ workload, attempted_backend, status }) =>
        workload === 'hybrid' && `${attempted_backend}`.includes('gemini-flash') && status === 200,
    );
    assert.ok(failedOver.length > 10, `${failedOver.length} answers of the fallback`);
  });

  test('every token that an upstream recorded is billed, or has a reason not to be [bill-adds-up]', (t) => {
    const byRequest = new Map(lines.map((line) => [line.request_id, line]));
    const sums: Record<Reason | 'billed' | 'recorded', number> = {
      ...{ recorded: 0, billed: 0 },
      ...{ late: 0, uncounted: 0, lost: 0 },
    };
    const unexplained: string[] = [];
    for (const [id, call] of counted) {
      const line = byRequest.get(id);
      const { billed, reason } = billedOf(call, line);
      const rest = call.input + call.output - billed;
      sums.recorded += call.input + call.output;
      sums.billed += billed;
      if (reason !== undefined) sums[reason] += rest;
      else if (rest !== 0) unexplained.push(`${id}: ${billed} billed of ${JSON.stringify(call)}`);
    }
    t.diagnostic(JSON.stringify(sums));
    assert.deepEqual(unexplained.slice(0, 5), []);
    assert.equal(sums.recorded, sums.billed + sums.late + sums.uncounted + sums.lost);
    const groups: readonly { readonly tokens: Record<string, string> }[] = bill.groups;
    const inBill = groups.flatMap(({ tokens }) => Object.values(tokens)).map(Number);
    const told: readonly { readonly why: string; readonly calls: number; readonly tokens: number }[] =
      bill.notBilled;
    const of = (reason: string) => told.find(({ why }) => why === reason) ?? { calls: 0, tokens: 0 };
    // What a call used that failed in the middle is the platform's: it is told beside the bill.
    const sum = inBill.reduce((all, tokens) => all + tokens, 0);
    assert.equal(sum + of('failed').tokens, sums.billed);
    // With each token of its answer vLLM tells all that it has made so far.
    const uncounted = lines.filter(
      (line) =>
        isLeft(line) && Number(line.bytes_sent) > 0 && line.status === 200 && line.input_tokens === null,
    );
    // Others left before a model was asked.
    assert.ok(of('leftUncounted').calls >= uncounted.length && uncounted.length > 0);
    for (const line of uncounted) assert.notEqual(line.workload, 'chat', JSON.stringify(line));
  });
});
