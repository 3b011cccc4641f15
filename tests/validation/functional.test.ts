import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { type Report, UnreachableError } from '../../validation';
import { functionalCases } from '../../validation/cases';
import { type Bench, KEY, startBench, trial } from './bench';
import type { Fault } from './fake-gateway';
import { platformWith } from './platform';

let bench: Bench;
before(async () => {
  bench = await startBench();
});
after(() => bench.stop());

const platform = platformWith();

const caseOf = ({ cases }: Report, id: string) => cases.find((one) => one.id === id);

test('a gateway that does as the document says passes every case', async () => {
  const { report, failed, waits } = await trial(bench, platform);
  assert.deepEqual(failed, []);
  assert.equal(report.passed, true);
  assert.deepEqual(report.counts, { passed: functionalCases.length, failed: 0, notApplicable: 0 });
  assert.deepEqual(waits, []);
});

test('a report has every case once, by id and not in the order of the run', async () => {
  const { report } = await trial(bench, platform);
  const ids = report.cases.map(({ id }) => id);
  assert.deepEqual(ids.toSorted(), functionalCases.map(({ id }) => id).sort());
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual(ids.slice(0, 5), ['TC1', 'TC2', 'TC2b', 'TC2c', 'TC3']);
});

test("the paper's three test cases leave the paper's evidence", async () => {
  const { report } = await trial(bench, platform);
  const limit = caseOf(report, 'TC1');
  const routing = caseOf(report, 'TC3');
  assert.deepEqual(
    limit?.evidence.exchanges.map(({ status }) => status),
    [200, 200, 429, 429, 429, 429],
  );
  assert.deepEqual(limit?.evidence.counters, [
    {
      series:
        'envoy_http_local_rate_limit_rate_limited{envoy_local_http_ratelimit_prefix="http_local_rate_limiter"}',
      before: 0,
      after: 4,
    },
  ]);
  assert.deepEqual(
    routing?.evidence.exchanges.map(({ request, status, seen }) => [
      request.replace(/^.* as /, ''),
      status,
      seen.map(({ upstream }) => upstream).join(),
    ]),
    [
      ['swe-rebench-ide', 429, ''],
      ['terminal-bench-ci', 200, 'gpt-oss-120b'],
      ['toolbench-agent', 200, 'gemini'],
      ['unknown-guest', 404, ''],
    ],
  );
});

const detected: readonly (readonly [fault: Fault, ...cases: string[]])[] = [
  ['admits one more', 'TC1'],
  ['counts one less', 'TC1'],
  ['has no counter', 'TC1'],
  ['keeps the credential of the client', 'TC2', 'TC2c'],
  ['tells the key', 'TC2'],
  ['forwards x-api-key', 'TC2c'],
  ['forwards the cookie', 'TC2c'],
  ['forwards the query', 'TC2c'],
  ['shows the key to everybody', 'TC2c'],
  ['serves everybody', 'TC3'],
  ['changes the body', 'TC3'],
  ['serves nobody in particular', 'TC4'],
  ['takes the last of two identities', 'TC4'],
  ['lists its models', 'TC4'],
  ['believes the model header', 'TC5'],
  ['believes the time-out header', 'TC5'],
  ['believes the retry headers', 'TC5'],
  ['buffers streams', 'TC6'],
  ['drops the usage of streams', 'TC6'],
  ['has the default buffer', 'TC7'],
  ['has no buffer limit', 'TC7'],
  ['cuts prompts', 'TC7'],
  ['forgets streams', 'TC8'],
  ['charges twice', 'TC8'],
  ['charges the wrong workload', 'TC8'],
  ['charges refusals', 'TC8'],
  ['has a target down', 'TC9'],
  ['has no targets', 'TC9'],
  ['has a silent rule', 'TC9'],
  ['records another sum', 'TC9'],
  ['stands still', 'TC9'],
];

for (const [fault, ...cases] of detected) {
  test(`a gateway that ${fault} fails ${cases.join(' and ')} and nothing else`, async () => {
    const { report, failed } = await trial(bench, platform, { faults: [fault] });
    assert.deepEqual(failed, cases);
    assert.equal(report.passed, false);
  });
}

test('every case fails for some fault', () => {
  // A provider that answers without a key is no fault of the gateway: its test stands below.
  const found = new Set([...detected.flatMap(([, ...cases]) => cases), 'TC2b']);
  assert.deepEqual(
    functionalCases.filter(({ id }) => !found.has(id)),
    [],
  );
});

test('another name of the model at the right upstream fails wherever the name is said', async () => {
  const { failed } = await trial(bench, platform, { faults: ['names the model differently'] });
  assert.deepEqual(failed, ['TC2', 'TC3']);
});

test('workloads that are answered by the wrong model fail the routing', async () => {
  const { failed } = await trial(bench, platform, { faults: ['swaps the models'] });
  assert.deepEqual(failed, ['TC2', 'TC2c', 'TC3']);
});

test('a limit that an earlier run has used up is waited for once, and said', async () => {
  const { failed, waits, report } = await trial(bench, platform, {
    prepare: (gateway) => gateway.useUp('swe-rebench-ide'),
  });
  assert.deepEqual(failed, []);
  assert.equal(waits.length, 1);
  assert.match(waits[0] ?? '', /minute/);
  assert.deepEqual(
    caseOf(report, 'TC1')?.evidence.exchanges.map(({ status }) => status),
    [429, 429, 429, 429, 429, 429, 200, 200, 429, 429, 429, 429],
  );
});

test('Prometheus is given time to scrape what was counted before the run', async () => {
  const { failed, waits } = await trial(bench, platform, { faults: ['was behind'] });
  assert.deepEqual(failed, []);
  assert.match(waits.join(), /scraped/);
});

test('a provider that answers without a key fails TC2b', async () => {
  const open = createServer((_, response) => response.end('{}'));
  await new Promise<void>((listening) => open.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(open.address() as AddressInfo).port}`;
  const { failed } = await trial(bench, platform, {
    target: (target) => ({
      ...target,
      upstreams: target.upstreams.map((one) => (one.kind === 'provider' ? { ...one, url } : one)),
    }),
  });
  open.close();
  assert.deepEqual(failed, ['TC2b']);
});

test('a wrong key fails TC2', async () => {
  const { failed } = await trial(bench, platform, { keys: { 'gemini-flash': 'another key' } });
  assert.deepEqual(failed, ['TC2']);
});

test('what the platform or the target lacks is not applicable, with the reason, and does not count as passed', async () => {
  const { report } = await trial(bench, platformWith({ 'swe-rebench-ide': { model: 'gpt-oss-120b' } }), {
    keys: {},
    target: ({ prometheus: _, extprocMetrics: __, ...target }) => target,
  });
  const lacking = [
    ['TC1', 'no workload of the platform has a limit that is small enough to exhaust', false],
    ['TC2', 'the real key of gemini-flash was not given, so no comparison is possible', false],
    ['TC8', 'the target has no address of the metrics of the external processor', false],
    ['TC9', 'the target has no Prometheus', false],
  ];
  assert.deepEqual(
    report.cases
      .filter(({ notApplicable }) => notApplicable !== undefined)
      .map(({ id, notApplicable, passed }) => [id, notApplicable, passed]),
    lacking,
  );
  const notApplicable = lacking.length;
  assert.deepEqual(report.counts, {
    passed: functionalCases.length - notApplicable,
    failed: 0,
    notApplicable,
  });
});

test('several small limits are each used up', async () => {
  const more = platformWith({ 'nightly-tools': { model: 'gemini-flash', limits: { requestsPerMinute: 3 } } });
  const { failed, report } = await trial(bench, more);
  assert.deepEqual(failed, []);
  assert.match(caseOf(report, 'TC1')?.actual ?? '', /nightly-tools: answers: 200 200 200 429 429 429 429;/);
});

test('a limit whose bucket fills while it is used up is still told exactly', async () => {
  const wide = platformWith({
    'swe-rebench-ide': { model: 'gpt-oss-120b', limits: { requestsPerMinute: 110 } },
  });
  const { failed, waits } = await trial(bench, wide);
  assert.deepEqual(failed, []);
  assert.deepEqual(waits, []);
});

test('no key is anywhere in a report, whatever the gateway says', async () => {
  const { report } = await trial(bench, platform, {
    faults: ['tells the key', 'shows the key to everybody'],
  });
  assert.equal(JSON.stringify(report).includes(KEY), false);
});

test('refuses a gateway that does not answer, with its address', async () => {
  await assert.rejects(
    trial(bench, platform, { target: (target) => ({ ...target, gateway: 'http://127.0.0.1:1' }) }),
    (error: unknown) =>
      error instanceof UnreachableError &&
      /^the gateway at http:\/\/127\.0\.0\.1:1 refuses the connection; start it/.test(error.message),
  );
});

test('refuses a target without an upstream for a model', async () => {
  await assert.rejects(
    trial(bench, platform, { target: (target) => ({ ...target, upstreams: target.upstreams.slice(1) }) }),
    /no recording upstream for the model gpt-oss-120b; known are: gemini \(provider\)/,
  );
});

test('refuses a record that is cleared while the suite runs', async () => {
  await assert.rejects(
    trial(bench, platform, {
      onCase: () => void fetch(`${bench.modelServer.admin}/requests`, { method: 'DELETE' }),
    }),
    /the record of gpt-oss-120b at .* was cleared or restarted/,
  );
});

test('refuses pages that are not there', async () => {
  const elsewhere = bench.modelServer.url;
  for (const [pages, what] of [
    [{ envoyStats: [`${elsewhere}/nothing`] }, "Envoy's statistics"],
    [{ extprocMetrics: [`${elsewhere}/nothing`] }, "the external processor's metrics"],
    [{ prometheus: `${elsewhere}/nothing` }, 'Prometheus'],
  ] as const) {
    await assert.rejects(
      trial(bench, platform, { target: (target) => ({ ...target, ...pages }) }),
      (error: unknown) => error instanceof UnreachableError && error.message.startsWith(what),
    );
  }
});

test('refuses a record that is none', async () => {
  await assert.rejects(
    trial(bench, platform, {
      target: (target) => ({
        ...target,
        upstreams: target.upstreams.map((one) => ({ ...one, admin: one.url })),
      }),
    }),
    /the record of .* answered 404 without a list of requests/,
  );
});
