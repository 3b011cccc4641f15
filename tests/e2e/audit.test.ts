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
  const audited = async (
    name: string,
    isWhole: (audited: Audited) => boolean,
    change = (text: string) => text,
  ): Promise<Audited> => {
    let last: Audited | undefined;
    let attempt = 0;
    const settled = async () => {
      attempt += 1;
      last = await audit(`${name}-${attempt}`, change(log()));
      const isLate = last.flow.differences.some(({ classes }) => classes.late !== undefined);
      return !isLate && isWhole(last);
    };
    assert.ok(await until(settled, 60, 3000), JSON.stringify(last));
    assert.ok(last);
    return last;
  };

  before(async () => {
    await begin();
    await project.apply();
    const { components } = await project.status();
    prometheus = components.find(({ name }) => name === 'prometheus')?.address ?? '';
    // What went on before is over, and in the counters.
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

  test('a call that the ledger does not have is found, and what it cost [audit-live-lost]', async () => {
    const answered = (line: string) =>
      line.startsWith('{') &&
      JSON.parse(line).response_model === MODEL &&
      JSON.parse(line).response_flags === '-';
    const all = log().trimEnd().split('\n');
    const at = all.findIndex((line, index) => index > all.length - CALLS.length / 2 && answered(line));
    const { input_tokens, output_tokens } = JSON.parse(all[at] ?? '');
    const { flow } = await audited(
      'lost',
      ({ code }) => code === 1,
      () => `${all.filter((_, index) => index !== at).join('\n')}\n`,
    );
    const lost = flow.gaps.filter(({ source }) => source === 'gateway');
    assert.deepEqual(
      lost.map(({ model, kind, classes }) => [model, kind, classes.lost]),
      [
        [MODEL, 'input', input_tokens],
        [MODEL, 'output', output_tokens],
      ],
    );
  });

  test('requests past the gateway are found, and what they cost [audit-live-bypassed]', async () => {
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
    const [read, made] = flow.gaps.map(({ classes }) => classes.bypassed ?? 0);
    assert.equal(read, input);
    // Of each stream that was left the engine may have made a token that the meter did not see: it could be one of these.
    assert.ok(made !== undefined && made <= output && made >= output - LEFT, `${made} of ${output}`);
    assert.equal(code, 1);
  });
});
