import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { synthesize } from '../../cli/synth';
import { until } from '../../local/until';
import { ask } from './chat';
import { supervised } from './shared-supervisor';
import type { Exported } from './supervised';

// biome-ignore lint/suspicious/noExplicitAny: objects as the API server returns them
type Json = any;

const CLUSTER = '/apis/cluster.x-k8s.io/v1beta2/namespaces/ai-platform/clusters/ai-local';

const isVolumeOf = (model: string) => (resource: Exported) =>
  resource.urn.endsWith(`::persistentvolumeclaim/ai-serving/${model}-weights`);

/** The recipes of docs/operations.md, one after the other on one platform that is protected as in production. */
describe('day two', () => {
  const project = supervised;

  before(async () => {
    await project.boot();
    project.restore();
    project.edit((platform) => {
      delete platform.protect;
    });
    await project.update();
  });

  test('a pool grows with its models, and a model is replaced beside the old one [day-two-pools-and-models]', async () => {
    const [before] = await project.nodesOf('gpu');
    project.edit(({ models, workloads, cluster }) => {
      models['gpt-oss-20b'] = {
        vllm: { tensorParallelSize: 4, maxModelLen: 131072, replicas: 1, startupBudget: '15s' },
      };
      workloads['terminal-bench-ci'].model = 'gpt-oss-20b';
      cluster.vks.pools.system.replicas = 3;
    });
    await project.update();
    assert.equal((await project.nodesOf('system')).length, 3);
    const gpus = await project.nodesOf('gpu');
    assert.equal(gpus.length, 2);
    assert.ok(
      gpus.some(({ metadata }) => metadata.uid === before.metadata.uid),
      'the node in use stayed',
    );
    await project.answers();
    project.edit(({ models, workloads, cluster }) => {
      delete models['gpt-oss-120b'];
      for (const name of Object.keys(workloads)) {
        if (workloads[name].model === 'gpt-oss-120b') workloads[name].model = 'gpt-oss-20b';
      }
      // The pool shrinks in an update of its own: a drained node may be the one with the new model.
      cluster.vks.pools.gpu.replicas = 2;
    });
    const weights = (await project.resources()).find(isVolumeOf('gpt-oss-120b'));
    await project.succeeds(['state', 'unprotect', weights?.urn ?? '', '--yes']);
    await project.update();
    await project.answers();
    assert.equal((await project.nodesOf('gpu')).length, 2);
  });

  test('another Kubernetes release comes on every node, pool by pool [day-two-kubernetes-upgrade]', async () => {
    project.edit(({ cluster }) => {
      delete cluster.vks.pools.gpu.replicas;
      cluster.vks.kubernetesVersion = 'v1.35.1+vmware.1';
    });
    await project.update();
    const versions = (await project.nodes()).map(({ status }) => status.nodeInfo.kubeletVersion);
    assert.deepEqual([...new Set(versions)], ['v1.35.1+vmware.1']);
    assert.equal((await project.nodesOf('gpu')).length, 1);
    await project.answers();
  });

  test('a new provider key reaches the provider, and one Secret is changed [day-two-key-rotation]', async () => {
    const own = await project.secret('gemini-api-key');
    await project.setSecret('gemini-api-key', 'another-key-of-the-same-provider');
    const text = await project.update();
    assert.match(text, /~ {2}kubernetes:core\/v1:Secret secret\/ai-gateway\/gemini-flash updated/);
    assert.match(text, /~ 1 updated/);
    // The provider knows the first key only: its refusal shows that the gateway sends the new one.
    assert.ok(await until(async () => (await ask('toolbench-agent')) >= 400, 30, 500));
    // The next update brings it back.
    await project.setSecret('gemini-api-key', own);
  });

  test('refresh finds what somebody took away, and the next update brings it back [day-two-refresh]', async () => {
    await project.workload.remove(
      '/apis/gateway.envoyproxy.io/v1alpha1/namespaces/ai-gateway/backendtrafficpolicies/toolbench-agent',
    );
    const policies = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings';
    const [policy] = await project.workload.list(policies);
    await project.workload.remove(`${policies}/${policy.metadata.name}`);
    const refreshed = await project.succeeds(['refresh', '--yes', '--skip-preview']);
    assert.match(
      refreshed,
      /- {2}kubernetes:gateway\.envoyproxy\.io\/v1alpha1:BackendTrafficPolicy backendtrafficpolicy\/ai-gateway\/toolbench-agent deleted/,
    );
    assert.match(refreshed, /~ {2}vcf-ai:index:Bundle \w+\/admission updated/);
    const text = await project.update();
    assert.match(text, /\+ 1 created/);
    assert.match(text, /~ {2}vcf-ai:index:Bundle \w+\/admission updated/);
    assert.equal(
      (await project.workload.get(`${policies}/${policy.metadata.name}`)).kind,
      'ValidatingAdmissionPolicyBinding',
    );
    await project.unchanged();
    await project.answers();
  });

  test('a protected platform is not destroyed: nothing of it is touched [protect-destroy-refused]', async () => {
    await project.hasNoOrphans();
    const [resources, held] = [await project.resources(), await project.holdings()];
    const isProtected = resources.filter(({ protect }) => protect).map(({ urn }) => urn.split('::').at(-1));
    assert.deepEqual(isProtected.sort(), [
      'cluster/ai-platform/ai-local',
      'persistentvolumeclaim/ai-serving/gpt-oss-20b-weights',
      'protection',
    ]);
    for (const args of [[], ['--skip-preview'], ['--skip-preview', '--continue-on-error']]) {
      const text = await project.refuses(['destroy', '--yes', ...args]);
      assert.match(text, /because it is protected/);
      assert.doesNotMatch(text, / deleted /);
    }
    assert.deepEqual([await project.resources(), await project.holdings()], [resources, held]);
    await project.answers();
  });

  test('a platform that is protected no more is destroyed, from the gateway to the cluster, and leaves nothing [protect-off-destroy]', async () => {
    project.edit((platform) => {
      platform.protect = false;
    });
    await project.update();
    const text = await project.destroy();
    const last = (pattern: RegExp) => text.split('\n').findLastIndex((line) => pattern.test(line));
    const order = [
      last(/:Gateway \S+ deleted/),
      last(/:PodMonitor \S+ deleted/),
      last(/:Deployment \S+ deleted/),
      last(/vcf-ai:index:Bundle crds\/definitions deleted/),
      last(/:Cluster \S+ deleted/),
    ];
    assert.ok(!order.includes(-1), text);
    assert.deepEqual(
      [...order].sort((a, b) => a - b),
      order,
    );
    await project.isEmpty('supervisor');
  });

  test('a cluster that is there is taken over as it is, once the document says what it is [day-two-import]', async () => {
    const [ours] = synthesize('supervisor', project.folder).filter(({ layer }) => layer === 'cluster');
    const byHand: Json = structuredClone(ours?.manifest);
    byHand.metadata = { name: 'ai-local', namespace: 'ai-platform' };
    byHand.spec.topology.workers.machineDeployments[0].replicas = 2;
    await project.supervisor.apply(byHand);
    const made = await project.supervisor.get(CLUSTER);
    project.edit((platform) => {
      platform.layers = ['cluster'];
    });
    const refusal = await project.refusesUpdate();
    assert.match(refusal, /conflict with "somebody": \S+machineDeployments\[name="system"\]\.replicas/);
    const resize = (replicas: number) =>
      project.edit(({ cluster }) => {
        cluster.vks.pools.system.replicas = replicas;
      });
    resize(2);
    await project.update();
    const taken = await project.supervisor.get(CLUSTER);
    assert.equal(taken.metadata.uid, made.metadata.uid);
    assert.deepEqual(taken.spec.topology, made.spec.topology);
    await project.unchanged();
    // The first change of a field that its maker wrote takes the field away from them.
    resize(3);
    await project.update({ env: { PULUMI_K8S_ENABLE_PATCH_FORCE: 'true' } });
    assert.equal((await project.nodesOf('system')).length, 3);
    resize(4);
    await project.update();
    assert.equal((await project.nodesOf('system')).length, 4);
    await project.destroy();
    await project.isEmpty('supervisor');
  });

  test('a new environment has a file, a preview without its vCenter, and a cluster of its own [day-two-environment]', async () => {
    const stack = 'team-a';
    const flags = ['--like', 'dev', '--vcenter', 'vcenter.team-a.example.com', '--pods', '172.30.0.0/20'];
    const written = await project.cli(['new', stack, ...flags]);
    assert.equal(written.code, 0, written.text);
    await project.succeeds(['stack', 'init', stack], { stack: null });
    for (const name of ['vcenter-password', 'gemini-api-key']) {
      await project.succeeds(['config', 'set', '--secret', name], { stack, input: `the ${name} of team a` });
    }
    const checked = await project.cli(['check', '--stack', stack]);
    assert.equal(checked.code, 0, checked.text);
    const preview = await project.succeeds(['preview'], { stack, env: { VCF_AI_OFFLINE: '1' } });
    for (const resource of [
      'vsphere:index:Namespace ai-team-a create',
      'kubernetes:cluster.x-k8s.io/v1beta2:Cluster cluster/ai-team-a/ai-team-a create',
      'kubernetes:gateway.networking.k8s.io/v1:Gateway gateway/ai-gateway/ai-gateway create',
    ]) {
      assert.ok(preview.includes(resource), `${resource}\n${preview}`);
    }
    // What this datacenter has of a vSphere: a Namespace with VM classes in it.
    project.edit(
      (platform) => {
        const { vks } = platform.cluster;
        delete vks.vcenter;
        vks.supervisor = { context: 'vcf-ai-supervisor' };
        vks.namespace = { name: 'ai-platform', manage: false };
        vks.storage = { nodes: 'vcf-ai-local', default: 'vcf-ai-local' };
        platform.layers = ['cluster'];
        platform.protect = false;
      },
      { stack },
    );
    await project.update({ stack });
    const { spec } = await project.supervisor.get(CLUSTER.replace('ai-local', 'ai-team-a'));
    assert.deepEqual(spec.clusterNetwork.pods.cidrBlocks, ['172.30.0.0/20']);
    await project.destroy({ stack });
    await project.isEmpty(stack);
  });
});
