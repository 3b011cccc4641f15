import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import execa from 'execa';
import type { AuditedCall } from '../../audit/calls';
import { gapsOf } from '../../audit/flow-audit';
import { flowTable } from '../../audit/table';
import { auditsOf, exitCodeOf } from '../../cli/audit';
import { ingestFile } from '../../ledger/follow';
import { openLedger } from '../../ledger/open';
import { startPrometheus, type Written } from '../audit/prometheus';
import { engineAt, FROM, gatewayAt, MODEL, recordsOf, type WorldCall } from '../audit/world';
import { call } from '../billing/books';
import { line } from '../ledger/lines';
import { newFolder } from '../local/scratch';

const MINUTE = 60_000;
const SCRAPE = 15_000;
const GATEWAY = 'job="ai-observability/extproc"';
const ENGINE = 'job="ai-observability/vllm", instance="vllm:8000", namespace="ai-serving"';

/** The second gateway pod comes at 12:20, and the model server is started anew at 12:30; none of both is busy then. */
const POD = 20 * MINUTE;
const RESTART = 30 * MINUTE;

const regular: readonly WorldCall[] = Array.from({ length: 120 }, (_, index) => ({
  start: index * MINUTE + 5000,
  lasts: 20_000,
  input: 1000 + index,
  output: 100 + index,
  ...(index % 10 === 3 && { ending: 'left' as const }),
}));

/** In the second hour one call has no record, and one never passed the gateway. */
const CALLS: readonly WorldCall[] = [
  ...regular,
  { start: 90 * MINUTE + 30_000, lasts: 10_000, input: 40, output: 7, lost: true },
  { start: 91 * MINUTE + 30_000, lasts: 10_000, input: 300, output: 50, bypasses: true },
];

const ofSecondPod = ({ start }: WorldCall) => start > POD && (start / MINUTE) % 2 < 1;

/** Samples from five minutes before the first hour to the end of the second. */
function sampled(valueAt: (ms: number) => number | undefined): readonly (readonly [number, number])[] {
  const times = Array.from({ length: 125 * 4 + 1 }, (_, index) => index * SCRAPE - 5 * MINUTE);
  return times.flatMap((ms) => {
    const value = valueAt(ms);
    return value === undefined ? [] : [[FROM + ms, value] as const];
  });
}

function gatewayPod(pod: string, calls: readonly WorldCall[], since: number): Written {
  const labels = `{${GATEWAY}, instance="${pod}:1064", workload_app="ide", gen_ai_request_model="${MODEL}"`;
  const of = (kind: 'input' | 'output' | 'requests') =>
    sampled((ms) => {
      const counted = gatewayAt(calls, ms);
      // OpenTelemetry has no series before the first call.
      return counted.requests > 0 ? counted[kind] : undefined;
    });
  return {
    [`up{${GATEWAY}, instance="${pod}:1064"}`]: sampled((ms) => (ms < since ? undefined : 1)),
    [`gen_ai_client_token_usage_sum${labels}, gen_ai_token_type="input"}`]: of('input'),
    [`gen_ai_client_token_usage_sum${labels}, gen_ai_token_type="output"}`]: of('output'),
    [`gen_ai_server_request_duration_seconds_count${labels}}`]: of('requests'),
  };
}

function enginePod(): Written {
  const atRestart = engineAt(CALLS, RESTART);
  const of = (kind: 'input' | 'output' | 'requests') =>
    sampled((ms) => {
      const lost = ms < RESTART ? 0 : atRestart[kind];
      return 5000 * Number(ms < RESTART) + engineAt(CALLS, ms)[kind] - lost;
    });
  const labels = `{${ENGINE}, engine="0", model_name="${MODEL}"`;
  return {
    [`up{${ENGINE}}`]: sampled(() => 1),
    [`vllm:prompt_tokens_total${labels}}`]: of('input'),
    [`vllm:generation_tokens_total${labels}}`]: of('output'),
    [`vllm:request_success_total${labels}, finished_reason="stop"}`]: of('requests'),
  };
}

/** A ledger that read these calls in the gateway's access log. */
async function ledgerOf(records: readonly AuditedCall[], folder: string): Promise<string> {
  const [log, place] = [join(folder, 'access.log'), join(folder, 'ledger.duckdb')];
  const lines = records.map(({ startedAt, durationMs, ending, tokens }) =>
    line({
      ...{ start_time: new Date(startedAt).toISOString(), duration_ms: durationMs, response_model: MODEL },
      ...{ input_tokens: tokens.input, output_tokens: tokens.output },
      response_flags: ending === 'left' ? 'DC' : '-',
    }),
  );
  writeFileSync(log, lines.map((text) => `${text}\n`).join(''));
  const store = await openLedger(place);
  await ingestFile(store, log);
  await store.end();
  return place;
}

/** 17 tokens each, and one for the space at the end. */
const TEXT = 'Every token has one owner, and every bill adds up to the last of them. '.repeat(80);

describe('vcf-ai audit, with a real Prometheus', () => {
  const root = resolve(__dirname, '../..');
  const folder = newFolder();
  const metrics = join(folder, 'metrics', 'audit.prom');
  let prometheus: Awaited<ReturnType<typeof startPrometheus>>;

  const optionsOf = (from: string, to: string) => ({
    ...{ from: `2026-06-01T${from}:00Z`, to: `2026-06-01T${to}:00Z` },
    ...{ records: join(folder, 'records.jsonl'), prometheus: prometheus.url },
  });

  before(async () => {
    const records = recordsOf(CALLS).map((record) => call(record));
    writeFileSync(join(folder, 'records.jsonl'), records.map((one) => `${JSON.stringify(one)}\n`).join(''));
    writeFileSync(
      join(folder, 'samples.jsonl'),
      `${JSON.stringify({ model: MODEL, text: TEXT, tokens: 1361 })}\n`,
    );
    prometheus = await startPrometheus({
      ...gatewayPod(
        'ext-1',
        CALLS.filter((one) => !ofSecondPod(one)),
        -5 * MINUTE,
      ),
      ...gatewayPod('ext-2', CALLS.filter(ofSecondPod), POD),
      ...enginePod(),
    });
  });
  after(() => prometheus.stop());

  test('an hour with a new pod, a restart and left streams adds up to the token, and is written for Prometheus [audit-command]', async () => {
    const options = { ...optionsOf('12:00', '13:00'), samples: join(folder, 'samples.jsonl'), metrics };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
    const { exitCode, stdout, stderr } = await execa(join(root, 'bin/vcf-ai.mjs'), ['audit', ...args], {
      reject: false,
    });
    assert.deepEqual([exitCode, stderr], [0, ''], stdout);
    const hour = regular.slice(0, 60);
    const left = hour.filter(({ ending }) => ending === 'left');
    const sum = (calls: readonly WorldCall[]) => calls.reduce((all, { output }) => all + output, 0);
    const [all, aborted] = [sum(hour), sum(left)];
    const output = new RegExp(
      `output +│ +${all.toLocaleString('en')} │ +${(all - aborted).toLocaleString('en')} │ +`,
    );
    assert.match(stdout, output);
    assert.match(stdout, new RegExp(`output │ gateway │ +−${aborted} │ +−${aborted} │`));
    assert.match(stdout, /counters that began anew or ended: 3;/);
    assert.match(stdout, /^✓ every difference has a good reason$/m);
    const page = readFileSync(metrics, 'utf8');
    const of = `model="${MODEL}",kind="output"`;
    assert.match(page, new RegExp(`^billing_audit_tokens{${of},source="ledger"} ${all}$`, 'm'));
    assert.match(page, new RegExp(`^billing_audit_tokens{${of},source="engine"} ${all}$`, 'm'));
    assert.match(
      page,
      new RegExp(
        `^billing_audit_difference_tokens{${of},source="gateway",class="aborted"} -${aborted}$`,
        'm',
      ),
    );
    assert.match(page, new RegExp(`^billing_audit_inconclusive{model="${MODEL}",source="upstream"} 0$`, 'm'));
    assert.match(
      page,
      new RegExp(`^billing_audit_inconclusive{model="${MODEL}",source="tokenizer"} 0$`, 'm'),
    );
    assert.match(page, new RegExp(`^billing_tokenizer_ratio{model="${MODEL}"} 1$`, 'm'));
    // Whole, readable by others, and nothing half-written beside it.
    assert.deepEqual(readdirSync(join(folder, 'metrics')), ['audit.prom']);
    assert.equal(statSync(metrics).mode & 0o777, 0o644);
  });

  test('a call without a record and a request past the gateway are found in the next hour, and exit with 1', async () => {
    const audits = await auditsOf(optionsOf('13:00', '14:00'));
    assert.equal(exitCodeOf(audits), 1);
    const gaps = audits.flow === undefined ? [] : gapsOf(audits.flow);
    assert.deepEqual(
      gaps.map(({ source, kind, classes, unexplained }) => [
        source,
        kind,
        classes.lost,
        classes.bypassed,
        unexplained,
      ]),
      [
        ['gateway', 'input', 40, undefined, 0],
        ['upstream', 'input', 40, 300, 0],
        ['gateway', 'output', 7, undefined, 0],
        ['upstream', 'output', 7, 50, 0],
      ],
    );
    const [evidence] = audits.flow?.evidence ?? [];
    assert.deepEqual([evidence?.lostCalls, evidence?.bypassedRequests], [1, 1]);
    const text = audits.flow === undefined ? '' : flowTable(audits.flow);
    assert.match(text, /^✗ there are gaps/m);
    assert.match(text, /^! gpt-oss-120b: requests that no call of the gateway explains: 1$/m);
    assert.match(text, /^ {2}lost: counted by the gateway, without a record in the ledger$/m);
  });

  test('a ledger of both hours has the same gaps: a restart and a new pod within them hide nothing', async () => {
    const { records: _, ...options } = optionsOf('12:00', '14:00');
    const { flow } = await auditsOf({ ...options, ledger: await ledgerOf(recordsOf(CALLS), folder) });
    const gaps = flow === undefined ? [] : gapsOf(flow).filter(({ source }) => source === 'upstream');
    assert.deepEqual(
      gaps.map(({ kind, classes, unexplained }) => [kind, classes, unexplained]),
      [
        ['input', { lost: 40, bypassed: 300 }, 0],
        ['output', { lost: 7, bypassed: 50 }, 0],
      ],
    );
  });

  test('an hour whose end was not scraped is inconclusive, says why, and exits with 2', async () => {
    const audits = await auditsOf(optionsOf('13:30', '14:30'));
    assert.equal(exitCodeOf(audits), 2);
    assert.ok(audits.flow);
    assert.deepEqual(audits.flow.differences, []);
    const text = flowTable(audits.flow);
    assert.match(
      text,
      /\? gpt-oss-120b: no comparison with its gateway: Prometheus scraped nothing in the five/,
    );
    assert.match(text, /^\? inconclusive/m);
    assert.doesNotMatch(text, /✓/);
  });

  test('a Prometheus that is none, and one that does not answer, are named', async () => {
    const closed = { ...optionsOf('13:00', '14:00'), prometheus: 'http://127.0.0.1:9' };
    await assert.rejects(
      auditsOf(closed),
      /^UserError: http:\/\/127\.0\.0\.1:9: Prometheus does not answer: /,
    );
    const page = { ...closed, prometheus: `${prometheus.url}/nowhere` };
    await assert.rejects(auditsOf(page), /no Prometheus answers there \(correct --prometheus\)/);
  });

  test('refuses what it cannot work with, all of it at once', async () => {
    const wrong = {
      ...optionsOf('13:00', '12:00'),
      expect: ['m'],
      prices: 'no.yaml',
      ledger: 'l',
      providerReport: ['r'],
    };
    await assert.rejects(auditsOf(wrong), (error: Error) => {
      for (const says of [
        /--prices: there is no file no\.yaml/,
        /--provider-report: there is no file r /,
        /--expect: "m" is no model with its ratio \(write it as gemini-flash=1\.08\)/,
        /--ledger: usage is in two places/,
        /--to: 2026-06-01T12:00:00Z is not after --from/,
      ]) {
        assert.match(error.message, says);
      }
      return true;
    });
    await assert.rejects(auditsOf({}), /nothing says what to audit/);
    await assert.rejects(
      auditsOf({ to: '2200-01-01', from: '2026-06-01', prometheus: 'here' }),
      /--ledger: usage is in no place.*\n.*"here" is no address.*\n.*--to: 2200-01-01 is not over/,
    );
    await assert.rejects(
      auditsOf({ ledger: 'l' }),
      /--from: is missing.*\n.*--to: is missing.*\n.*--prometheus: is/,
    );
  });
});
