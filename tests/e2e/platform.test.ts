import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { statusOf } from '../../local/client';
import { controllerPorts } from '../../local/controllers';
import { until } from '../../local/until';
import { ask, askTimes } from './chat';
import { Cluster } from './cluster';
import { Project } from './project';
import { shared } from './shared';

const GATEWAY_OBJECTS = [
  '/apis/gateway.networking.k8s.io/v1/namespaces/ai-gateway/gateways/ai-gateway',
  '/apis/aigateway.envoyproxy.io/v1beta1/namespaces/ai-gateway/aigatewayroutes/swe-rebench-ide',
  '/apis/apps/v1/namespaces/ai-serving/deployments/gpt-oss-120b',
];

describe('the platform on the embedded datacenter', () => {
  const project = shared;
  let cluster: Cluster;

  const healthy = async () => {
    const status = await statusOf(project.state);
    return (
      status?.note === undefined && status?.components.every(({ state }) => state === 'running') === true
    );
  };

  before(async () => {
    const { code, text } = await project.up();
    assert.equal(code, 0, text);
    cluster = new Cluster(project.state);
  });
  test('npm start: pulumi up, an answering gateway, and every case of the functional suite [npm-start]', async () => {
    const { code, text } = await project.cli(['start'], { minutes: 8 });
    assert.equal(code, 0, text);
    assert.match(text, /The gateway answered \d+ s after the start/);
  });

  test('no key and no token of a client is in a log', async () => {
    const logs = readdirSync(join(project.state, 'logs')).map((name) => join(project.state, 'logs', name));
    assert.ok(logs.some((file) => file.endsWith('envoy.log')));
    const telling = logs.filter((file) => /malicious-token|not-a-secret/.test(readFileSync(file, 'utf8')));
    assert.deepEqual(telling, []);
  });

  test('status conditions are real: Programmed, Accepted', async () => {
    const conditions = async (path: string) => {
      const { status } = await cluster.get(path);
      return status.conditions.map((c: { type: string; status: string }) => `${c.type}=${c.status}`);
    };
    const [gateway = '', route = ''] = GATEWAY_OBJECTS;
    assert.ok((await conditions(gateway)).includes('Programmed=True'));
    assert.ok((await conditions(route)).includes('Accepted=True'));
  });

  test('pulumi up with no change changes nothing', async () => {
    const { code, text } = await project.pulumi(['up', '--yes', '--skip-preview', '--expect-no-changes']);
    assert.equal(code, 0, text);
  });

  test('vcf-ai diff says so too, object by object, without asking the cluster', async () => {
    const { code, text } = await project.cli(['diff']);
    assert.equal(code, 0, text);
    assert.match(text, /^local: 0 to create, 0 to change, 0 to delete, \d+ the same$/m);
  });

  test('no secret is in clear in the state that pulumi keeps', async () => {
    const { code, text } = await project.pulumi(['stack', 'export']);
    assert.equal(code, 0, text);
    assert.ok(text.includes('secret/ai-gateway/gemini-flash'));
    assert.ok(!text.includes('stand-in-gemini-key-not-a-secret'));
  });

  test('one changed limit is one changed object, and the gateway follows within five seconds [request-limit-update]', async () => {
    project.edit(({ workloads }) => {
      workloads['swe-rebench-ide'].limits.requestsPerMinute = 3;
    });
    const foretold = await project.cli(['diff']);
    assert.equal(foretold.code, 1, foretold.text);
    assert.match(
      foretold.text,
      /^~ backendtrafficpolicy\/ai-gateway\/swe-rebench-ide\n {4}~ \S+: 2 → 3\nlocal: 0 to create, 1 to change, 0 to delete/m,
    );
    const text = await project.update();
    assert.match(
      text,
      /~ {2}kubernetes:gateway\.envoyproxy\.io\/v1alpha1:BackendTrafficPolicy backendtrafficpolicy\/ai-gateway\/swe-rebench-ide updated/,
    );
    assert.match(text, /~ 1 updated/);
    // A changed limit starts with a full bucket, so the first refused request shows which limit it was.
    let statuses: number[] = [];
    const follows = async () => {
      statuses = await askTimes('swe-rebench-ide', 4);
      return statuses.join() === '200,200,200,429';
    };
    assert.ok(await until(follows, 5, 500), statuses.join());
  });

  test('a global token budget: the request that crosses it is served, the next is refused', async () => {
    // An answer to this request takes 2 + 12 tokens: 14 are within the budget, 28 are over it.
    project.edit(({ workloads }) => {
      workloads['budget-probe'] = { model: 'gpt-oss-120b', limits: { tokensPerHour: 20 } };
    });
    await project.update();
    // A new route answers 500 until the external processor has read it; those calls cost nothing.
    assert.ok(await until(async () => (await ask('budget-probe')) === 200, 20, 1000));
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++) {
      // A call is charged when its answer is over, beside the answer.
      await sleep(500);
      statuses.push(await ask('budget-probe'));
    }
    assert.deepEqual(statuses, [200, 429, 429, 429]);
    assert.equal(await ask('toolbench-agent'), 200);
  });

  // What a component takes down with it is its own test; those that answer for nothing of each other share one.
  const killedTogether = [
    ['etcd'],
    ['kube-apiserver'],
    ['ai-gateway-controller', 'envoy-gateway', 'redis'],
    ['extproc', 'prometheus', 'stand-in:gpt-oss-120b'],
    ['envoy', 'ratelimit', 'stand-in:gemini'],
  ];
  for (const names of killedTogether) {
    test(`status names a killed ${names.join(', ')}, and the next up heals what died`, async () => {
      await project.kill(...names);
      const status = await project.cli(['local', 'status']);
      assert.equal(status.code, 1);
      for (const name of names) assert.match(status.text, new RegExp(`✗ ${name} is dead`));
      const healed = await project.up();
      assert.equal(healed.code, 0, healed.text);
      for (const path of GATEWAY_OBJECTS) assert.equal((await cluster.get(path)).status !== undefined, true);
      assert.ok(await until(healthy, 60, 500), JSON.stringify(await project.status()));
      assert.ok(await until(async () => (await ask('toolbench-agent')) === 200, 20, 500));
    });
  }

  test('a second data plane on this host is refused with what holds the ports', async () => {
    const other = new Project();
    try {
      const { code, text } = await other.up();
      assert.equal(code, 2);
      assert.match(text, /one data plane fits on a host/);
      for (const port of controllerPorts)
        assert.match(text, new RegExp(`port ${port} is held by \\S+ \\(pid \\d+\\)`));
      assert.doesNotMatch(text, /\n {4}at /);
    } finally {
      await other.close();
    }
  });

  test('two replicas do not fit on the one GPU node, and pulumi says which pod and why [replica-without-gpu]', async () => {
    project.edit(({ models }) => {
      models['gpt-oss-120b'].vllm.replicas = 2;
      // Pulumi waits for a pod as long as its forerunner may take to leave.
      models['gpt-oss-120b'].vllm.drain = '1s';
    });
    const { code, text } = await project.pulumi(['up', '--yes', '--skip-preview'], 6);
    assert.notEqual(code, 0);
    assert.match(text, /gpt-oss-120b-[0-9a-z]+-[0-9a-z]+/);
    assert.match(text, /Insufficient nvidia\.com\/gpu/);
    project.restore();
    await project.update();
  });
});
