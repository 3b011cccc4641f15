import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../../local/until';
import { ask } from '../chat';
import type { Exercise } from './exercise';

export const thousandWorkloads: Exercise = (stage) => {
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
    // The examples after this one read its metrics, and OpenTelemetry counts 2,000 sets of attributes apart in a process:
    // these workloads have used them up.
    const { project } = stage();
    await project.kill('extproc');
    const healed = await project.up();
    assert.equal(healed.code, 0, healed.text);
    for (const workload of ['app-0000', 'app-0999', 'newcomer'])
      assert.ok(await until(async () => (await ask(workload)) === 200, 30, 100), workload);
  });
};
