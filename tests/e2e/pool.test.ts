import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { waitForDataPlane } from '../../cli/start';
import { until } from '../../local/until';
import { ask, askTimes } from './chat';
import { Cluster } from './cluster';
import { Project } from './project';

describe('a model whose replica an endpoint picker chooses', () => {
  const project = new Project();
  let cluster: Cluster;

  const conditions = (status: { conditions: { type: string; status: string }[] }) =>
    status.conditions.map(({ type, status: value }) => `${type}=${value}`);

  /** Chat requests that each replica saw. */
  const served = async () => {
    const replicas = (await project.status()).standIns.filter(({ name }) => name === 'small');
    return Promise.all(
      replicas.map(async ({ admin }) => {
        const { requests } = (await (await fetch(`${admin}/requests`)).json()) as {
          requests: { method: string }[];
        };
        return requests.filter(({ method }) => method === 'POST').length;
      }),
    );
  };

  before(async () => {
    const booted = await project.up();
    assert.equal(booted.code, 0, booted.text);
    const created = await project.pulumi(['stack', 'select', '--create']);
    assert.equal(created.code, 0, created.text);
    project.edit((platform) => {
      platform.models.small = {
        vllm: {
          model: 'openai/gpt-oss-20b',
          tensorParallelSize: 1,
          maxModelLen: 65536,
          replicas: 3,
          startupBudget: '15s',
          endpointPicker: true,
        },
      };
      delete platform.models['gpt-oss-120b'];
      platform.workloads = {
        agent: { model: 'small' },
        limited: { model: 'small', limits: { requestsPerMinute: 2 } },
        cloud: { model: 'gemini-flash' },
      };
    });
    const { code, text } = await project.pulumi(['up', '--yes', '--skip-preview']);
    assert.equal(code, 0, text);
    await waitForDataPlane(project.state);
    cluster = new Cluster(project.state);
    const answers = async () => (await ask('agent')) === 200 && (await ask('cloud')) === 200;
    assert.ok(await until(answers, 60, 1000), JSON.stringify(await project.status()));
  });
  after(() => project.close());

  test('pool and route are Accepted, beside the model servers', async () => {
    const pools = '/apis/inference.networking.k8s.io/v1/namespaces/ai-serving/inferencepools/small';
    const routes = '/apis/aigateway.envoyproxy.io/v1beta1/namespaces/ai-serving/aigatewayroutes/agent';
    const [parent, ...others] = (await cluster.get(pools)).status.parents;
    assert.deepEqual(others, []);
    assert.deepEqual(conditions(parent).sort(), ['Accepted=True', 'ResolvedRefs=True']);
    assert.deepEqual(conditions((await cluster.get(routes)).status), ['Accepted=True']);
  });

  test('the picker spreads requests over all replicas', async () => {
    const before = await served();
    assert.equal(before.length, 3);
    const statuses = await Promise.all(Array.from({ length: 60 }, () => ask('agent')));
    assert.deepEqual([...new Set(statuses)], [200]);
    const shares = (await served()).map((count, i) => count - (before[i] ?? 0));
    assert.equal(
      shares.reduce((sum, share) => sum + share, 0),
      60,
    );
    assert.ok(
      shares.every((share) => share > 0),
      shares.join(),
    );
  });

  test('limits hold on the way to a pool', async () => {
    assert.deepEqual(await askTimes('limited', 4), [200, 200, 429, 429]);
  });

  test('without its picker a pool refuses, and the rest of the platform goes on', async () => {
    process.kill(await project.pidOf('endpoint-picker:small'), 'SIGKILL');
    assert.ok(await until(async () => (await ask('agent')) >= 500, 10, 500));
    assert.equal(await ask('cloud'), 200);
    const healed = await project.up();
    assert.equal(healed.code, 0, healed.text);
    assert.ok(await until(async () => (await ask('agent')) === 200, 60, 500));
  });
});
