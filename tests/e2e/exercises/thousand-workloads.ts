import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../../local/until';
import { ask } from '../chat';
import type { Exercise } from './exercise';

/** Series that one workload may cost in the gateway's metrics, each of its models counted apart. */
const MOST_SERIES = 40;

export const thousandWorkloads: Exercise = (stage) => {
  test('the token metrics tell a thousand workloads apart [metric-sets-apart]', async () => {
    // Each has been called once by now. OpenTelemetry's own limit is 2,000 sets of attributes: 400 workloads.
    const { extprocMetrics = [] } = await stage().project.status();
    const pages = await Promise.all(extprocMetrics.map(async (url) => (await fetch(url)).text()));
    const lines = pages.flatMap((page) => page.split('\n'));
    const apps = new Set(
      lines
        .filter((line) => line.startsWith('gen_ai_client_token_usage_sum'))
        .flatMap((line) => /[{,]workload_app="(app-\d+)"/.exec(line)?.[1] ?? []),
    );
    assert.equal(apps.size, 1000);
    assert.deepEqual(
      lines.filter((line) => line.includes('otel_metric_overflow')),
      [],
    );
  });

  test('a workload costs Prometheus at most 40 series [series-per-workload]', async (t) => {
    const { components } = await stage().project.status();
    const prometheus = components.find(({ name }) => name === 'prometheus')?.address;
    const value = async (query: string) => {
      const response = await fetch(`${prometheus}/api/v1/query?${new URLSearchParams({ query })}`);
      const { data } = (await response.json()) as { data: { result: { value: [number, string] }[] } };
      return Number(data.result[0]?.value[1] ?? 0);
    };
    const each = 'count by (workload_app) ({__name__=~"gen_ai_.+", workload_app=~"app-.+"})';
    assert.ok(await until(async () => (await value(`count(${each})`)) === 1000, 60, 1000));
    const most = await value(`max(${each})`);
    t.diagnostic(`${most} series for the workload with the most, ${await value(`sum(${each})`)} for 1,000`);
    assert.ok(most > 0 && most <= MOST_SERIES, `${most} series`);
  });

  test('one more is one changed route, and answers [thousand-workloads-one-more]', async (t) => {
    const { project } = stage();
    project.edit(({ workloads }) => {
      // Like a quarter of the others, and so in a route of theirs.
      workloads.newcomer = { model: 'gemini-flash', limits: { requestsPerMinute: 600 } };
    });
    const text = await project.update();
    const began = Date.now();
    assert.match(text, /~ 1 updated/);
    assert.doesNotMatch(text, /\d+ (created|deleted|replaced)/);
    assert.ok(await until(async () => (await ask('newcomer')) === 200, 30, 100));
    const { components } = await project.status();
    const envoy = components.find(({ name }) => name === 'envoy');
    const { allocated } = (await (await fetch(`${envoy?.address}/memory`)).json()) as { allocated: string };
    t.diagnostic(
      `the first answer ${Date.now() - began} ms after pulumi up; Envoy has ${allocated} bytes allocated`,
    );
  });

  test('an external processor that died is followed by one that serves them all', async () => {
    const { project } = stage();
    await project.kill('extproc');
    const healed = await project.up();
    assert.equal(healed.code, 0, healed.text);
    for (const workload of ['app-0000', 'app-0999', 'newcomer'])
      assert.ok(await until(async () => (await ask(workload)) === 200, 30, 100), workload);
  });
};
