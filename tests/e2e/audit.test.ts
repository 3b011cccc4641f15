import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FlowAudit } from '../../audit/flow-audit';
import { until } from '../../local/until';
import { type ScriptedCall, ScriptedClient } from './scripted-calls';
import { begin, shared } from './shared';

const MODEL = 'gpt-oss-120b';
const CLOUD = 'gemini-2.5-flash';

/** One in six is left by its client. */
const CALLS = Array.from({ length: 60 }, (_, index): ScriptedCall => {
  const workload = index % 2 === 0 ? 'terminal-bench-ci' : 'toolbench-agent';
  const call = { workload, prompt: `Question ${index}`, maxTokens: 10 + index, stream: index % 3 === 0 };
  return index % 6 === 0 ? { ...call, maxTokens: 400, leaves: 4 } : call;
});

/** Replicas of which Prometheus has no fresh sample, a quarter of a minute old at most. */
const UNASKED = 'count(time() - timestamp(vllm:request_success_total) > 15) or vector(0)';

const LEFT = CALLS.filter(({ leaves }) => leaves !== undefined).length;

interface Audited {
  readonly code: number;
  readonly flow: Omit<FlowAudit, 'period'> & { readonly gaps: FlowAudit['differences'] };
}

const pastOf = ({ flow }: Audited) => flow.evidence.find(({ model }) => model === MODEL)?.bypassedRequests;

describe('an audit of the gateway while it runs', () => {
  const project = shared;
  const log = () => readFileSync(`${project.state}/logs/envoy.log`, 'utf8');
  const instant = () => new Date().toISOString();
  let from: string;
  let prometheus: string;

  /** The value of a PromQL expression now; undefined where it has none. */
  const asked = async (expression: string): Promise<number | undefined> => {
    const said = await fetch(`${prometheus}/api/v1/query?query=${encodeURIComponent(expression)}`);
    const { data } = (await said.json()) as { data: { result: readonly { value: [number, string] }[] } };
    const [one] = data.result;
    return one && Number(one.value[1]);
  };

  /** Reads a log into a ledger of its own, and compares it with what has been counted until now. */
  const audit = async (name: string, text: string): Promise<Audited> => {
    const [file, ledger] = [join(project.folder, `${name}.log`), join(project.folder, `${name}.duckdb`)];
    writeFileSync(file, text);
    const read = await project.cli(['ledger', 'ingest', '--store', ledger, file]);
    assert.equal(read.code, 0, read.text);
    const { code, text: said } = await project.cli([
      ...['audit', '--from', from, '--to', instant(), '--ledger', ledger, '--prometheus', prometheus],
      ...['--unreported', CLOUD, '--json'],
    ]);
    assert.ok(said.startsWith('{'), said);
    return { code, flow: JSON.parse(said).flow };
  };

  /** What an audit says once Prometheus has asked everybody: until then tokens may be late. */
  const audited = async (name: string, isWhole: (audited: Audited) => boolean): Promise<Audited> => {
    let last: Audited | undefined;
    let attempt = 0;
    const settled = async () => {
      attempt += 1;
      last = await audit(`${name}-${attempt}`, log());
      const isLate = last.flow.differences.some(({ classes }) => classes.late !== undefined);
      return !isLate && isWhole(last);
    };
    assert.ok(await until(settled, 60, 3000), JSON.stringify(last));
    assert.ok(last);
    return last;
  };

  /** Begins a period of its own with calls that all are answered: what left streams may explain cannot hide in it. */
  const answeredCalls = async () => {
    await sleep(10_000);
    from = instant();
    const calls = CALLS.filter(({ leaves }) => leaves === undefined);
    assert.deepEqual([...new Set(await new ScriptedClient(6).run(calls, () => {}))], [200]);
  };

  before(async () => {
    await begin();
    await project.apply();
    const { components } = await project.status();
    prometheus = components.find(({ name }) => name === 'prometheus')?.address ?? '';
    // A model server that came a moment ago is asked by Prometheus, and what went on before is in the counters.
    const isAsked = async () => (await asked('min(up)')) === 1 && (await asked(UNASKED)) === 0;
    assert.ok(await until(isAsked, 120, 1000), 'every target is asked');
    await sleep(10_000);
    from = instant();
    const outcomes = await new ScriptedClient(6).run(CALLS, () => {});
    assert.deepEqual([...new Set(outcomes)].sort(), [200, 'left']);
  });

  test('of calls that were answered and streams that were left every token is accounted for [audit-live]', async () => {
    const { flow } = await audited('all', ({ code }) => code === 0);
    assert.deepEqual(flow.gaps, []);
    const rows = flow.rows.filter(({ ledger }) => ledger > 0).map(({ model, kind }) => `${model} ${kind}`);
    assert.deepEqual(
      rows.sort(),
      [CLOUD, MODEL].flatMap((model) => [`${model} input`, `${model} output`]),
    );
    const classes = flow.differences.flatMap((difference) => Object.keys(difference.classes));
    assert.ok(classes.includes('aborted'), JSON.stringify(flow.differences));
    const [engine] = flow.evidence.filter(({ model }) => model === MODEL);
    assert.equal(engine?.leftStreams, LEFT);
  });

  test('requests past the gateway are found, and what they cost [audit-live-bypassed]', async () => {
    await answeredCalls();
    const { standIns } = await project.status();
    const { url } = standIns.find(({ name }) => name === MODEL) ?? {};
    let [input, output] = [0, 0];
    for (const content of ['Past', 'the gateway', 'three times']) {
      const answer = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: MODEL, messages: [{ role: 'user', content }] }),
      });
      const { usage } = (await answer.json()) as { usage: Record<string, number> };
      input += usage.prompt_tokens ?? 0;
      output += usage.completion_tokens ?? 0;
    }
    const { code, flow } = await audited('bypassed', (audited) => pastOf(audited) === 3);
    assert.deepEqual(
      flow.gaps.map(({ model, kind, source }) => [model, kind, source]),
      [
        [MODEL, 'input', 'upstream'],
        [MODEL, 'output', 'upstream'],
      ],
    );
    assert.deepEqual(
      flow.gaps.map(({ classes }) => classes.bypassed),
      [input, output],
    );
    assert.equal(code, 1);
  });
});
