import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { waitForDataPlane } from '../../cli/start';
import { until } from '../../local/until';
import { ask } from './chat';
import { Project } from './project';

const WORKLOADS = 1000;
const AT_ONCE = 16;

/** Three tiers of limits, as in a company where teams are added one by one. */
const TIERS = [
  {},
  { limits: { requestsPerMinute: 600 } },
  { limits: { requestsPerMinute: 1200, tokensPerHour: 5_000_000 } },
];

const nameOf = (index: number) => `team-${`${index}`.padStart(4, '0')}`;

describe('a thousand workloads on the real controllers', () => {
  const project = new Project();

  const apply = async () => {
    const began = Date.now();
    const { code, text } = await project.pulumi(['up', '--yes', '--skip-preview'], 10);
    assert.equal(code, 0, text);
    return { text, seconds: (Date.now() - began) / 1000 };
  };

  before(async () => {
    const { code, text } = await project.up();
    assert.equal(code, 0, text);
    const made = await project.pulumi(['stack', 'select', '--create'], 1);
    assert.equal(made.code, 0, made.text);
    project.edit(({ workloads }) => {
      for (let index = 0; index < WORKLOADS; index += 1) {
        workloads[nameOf(index)] = { model: 'gpt-oss-120b', ...TIERS[index % TIERS.length] };
      }
    });
  });
  after(() => project.close());

  test('every one of them answers', async (t) => {
    const { seconds } = await apply();
    t.diagnostic(`pulumi up took ${seconds.toFixed(0)} s`);
    await waitForDataPlane(project.state);
    // New routes answer 500 until the external processor has read them, within five seconds.
    assert.ok(await until(async () => (await ask(nameOf(WORKLOADS - 1))) === 200, 30, 250));
    const refused: string[] = [];
    const names = Array.from({ length: WORKLOADS }, (_, index) => nameOf(index));
    const worker = async () => {
      for (let name = names.pop(); name !== undefined; name = names.pop()) {
        const status = await ask(name);
        if (status !== 200) refused.push(`${name}: ${status}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    assert.deepEqual(refused, []);
    const { components } = await project.status();
    const envoy = components.find(({ name }) => name === 'envoy');
    const memory = (await (await fetch(`${envoy?.address}/memory`)).json()) as { allocated: string };
    t.diagnostic(`Envoy has ${Math.round(Number(memory.allocated) / 1e6)} MB allocated`);
  });

  test('one more is one changed route, and answers within a second of the end of pulumi up', async (t) => {
    project.edit(({ workloads }) => {
      workloads.newcomer = { model: 'gpt-oss-120b', ...TIERS[1] };
    });
    const { text, seconds } = await apply();
    const began = Date.now();
    assert.match(text, /~ 1 updated/);
    assert.doesNotMatch(text, /\d+ (created|deleted|replaced)/);
    let answered = false;
    while (!answered && Date.now() - began < 1000) answered = (await ask('newcomer')) === 200;
    t.diagnostic(`pulumi up took ${seconds.toFixed(0)} s, the first answer ${Date.now() - began} ms more`);
    assert.ok(answered);
  });
});
