import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ACCESS_LOG_FIELDS, readLine, SKIP_REASONS } from '../../ledger/access-log';
import { chart, field, gatewayIn, manifests, only } from '../constructs/support';
import { CALL, line } from './lines';

const ID = '0b5f8c2e-3d50-4c53-9d3b-6f6f0e1f2a11';

test('a line becomes a record', () => {
  assert.deepEqual(readLine(line({ unique_id: ID })), {
    record: {
      id: ID,
      startedAt: Date.UTC(2026, 10, 29, 22, 24, 45, 294),
      durationMs: 142,
      workload: 'chat',
      tenant: 'research',
      modelAsked: 'gpt-oss-120b',
      modelAnswered: 'openai/gpt-oss-120b',
      backend: 'ai/gpt-oss-120b',
      status: 200,
      flags: '',
      attempts: 1,
      ending: 'whole',
      tokens: { input: 48, cachedInput: 16, cacheWriteInput: 0, output: 9, reasoning: 4 },
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    },
  });
});

test('the gateway writes every field that a record is made of, and no other id', () => {
  const scope = chart();
  gatewayIn(scope);
  const format = field(
    only(manifests(scope), 'EnvoyProxy'),
    'spec.telemetry.accessLog.settings.0.format.json',
  ) as Record<string, string>;
  assert.deepEqual(
    ACCESS_LOG_FIELDS.filter((name) => format[name] === undefined),
    [],
  );
  assert.equal(format.unique_id, '%UNIQUE_ID%');
  assert.equal(format.attempts, '%UPSTREAM_REQUEST_ATTEMPT_COUNT%');
  assert.equal(format.trace_id, '%TRACE_ID%');
});

test('what nobody told is absent, which is not the same as none', () => {
  const nothing = {
    input_tokens: null,
    cached_input_tokens: '-',
    output_tokens: 0,
    reasoning_tokens: undefined,
  };
  const { record } = readLine(line({ ...nothing, workload: null, tenant: '-', trace_id: null }));
  assert.deepEqual(record?.tokens, { cacheWriteInput: 0, output: 0 });
  assert.deepEqual([record?.workload, record?.tenant, record?.traceId], ['', '', '']);
});

test('a client that left is known by the flag, its backend by the endpoint', () => {
  const { record } = readLine(
    line({ backend: null, response_flags: 'DC', response_code_details: 'downstream_remote_disconnect' }),
  );
  assert.deepEqual([record?.ending, record?.backend, record?.flags], ['left', 'ai/gpt-oss-120b', 'DC']);
});

test('a request id that is used twice is in two records', () => {
  const [a, b] = [readLine(line()), readLine(line())];
  assert.equal(CALL.request_id, JSON.parse(line()).request_id);
  assert.notEqual(a.record?.id, b.record?.id);
});

const NO_RECORDS = {
  empty: '  \r',
  envoy:
    '[2026-11-29 22:19:12.196][553][warning][config] [source/server/options_impl.cc:274] Both --concurrency',
  text: 'terminate called after throwing an instance',
  cut: line().slice(0, 300),
  'no-id': line({ unique_id: undefined }),
} as const;

for (const [reason, text] of Object.entries(NO_RECORDS)) {
  test(`refuses a line that is no record, and says why: ${reason}`, () => {
    assert.deepEqual(readLine(text), { skipped: reason });
  });
}

const MALFORMED = {
  'an id that is none': { unique_id: 'chosen-by-a-client' },
  'a time that is none': { start_time: 'yesterday' },
  'no time': { start_time: null },
  'a status that is no number': { status: 'OK' },
  'no attempts': { attempts: null },
  'a fraction of a token': { output_tokens: 1.5 },
  'fewer than no tokens': { input_tokens: -1 },
  'more tokens than a number holds': { input_tokens: 2 ** 53 },
} as const;

for (const [name, changes] of Object.entries(MALFORMED)) {
  test(`refuses ${name}`, () => assert.deepEqual(readLine(line(changes)), { skipped: 'malformed' }));
}

test('a line is the same with what a container runtime writes before it', () => {
  const text = line({ unique_id: ID });
  assert.deepEqual(readLine(`2026-11-29T22:24:46.294123456Z stdout F ${text}`), readLine(text));
  const envoy = '2026-11-29T22:24:46.294123456Z stderr F [2026-11-29 22:19:12.196][553][warning][config] x';
  assert.deepEqual(readLine(envoy), { skipped: 'envoy' });
  // Longer than 16 KiB, and therefore in parts.
  assert.deepEqual(readLine(`2026-11-29T22:24:46.294123456Z stdout P ${text.slice(0, 99)}`), {
    skipped: 'text',
  });
});

test('an Envoy that crashed in a line goes on in the same line: the record behind it is whole', () => {
  const whole = line({ unique_id: ID, path: '/v1/{"a":1}' });
  for (const cut of [1, 40, 333]) {
    const { record, skipped } = readLine(line().slice(0, cut) + whole);
    assert.deepEqual([record?.id, skipped], [ID, 'cut']);
  }
});

test('nothing that a line can hold is an error', () => {
  const any = fc.oneof(
    fc.string(),
    fc.json(),
    fc.string().map((text) => `{"${text}`),
  );
  fc.assert(
    fc.property(any, (text) => {
      const { record, skipped } = readLine(text);
      return record === undefined && SKIP_REASONS.some((reason) => reason === skipped);
    }),
  );
});
