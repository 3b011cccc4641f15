import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { GPU_OPERATOR, knownArchitecture, type ModelArchitecture, planGpuMemory } from '../../config';
import { NameRegistry } from '../../local/dns';
import type { LiveObject } from '../../local/kube';
import { standIns } from '../../local/lacking';
import { ModelServers } from '../../local/model-servers';
import { newFolder } from './scratch';

const NAME = 'small.ai-serving.svc.cluster.local';

const labels = (instance: string) => ({
  'app.kubernetes.io/component': 'model-server',
  'app.kubernetes.io/instance': instance,
});

function pod(uid: string, changes: { instance?: string; ready?: boolean } = {}): LiveObject {
  const { instance = 'small', ready = true } = changes;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: uid, uid, namespace: 'ai-serving', labels: labels(instance) },
    spec: {
      nodeName: 'gpu-0',
      containers: [{ name: 'vllm', ports: [{ name: 'http', containerPort: 8000 }] }],
    },
    status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  };
}

const service: LiveObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'small', namespace: 'ai-serving', labels: labels('small') },
  spec: { clusterIP: 'None', selector: labels('small'), ports: [{ port: 8000 }] },
};

const newRegistry = () => new NameRegistry(join(newFolder(), 'names.json'));

describe('model servers', () => {
  test('a Service answers with the address of every ready pod, and a lone replica has the Service’s own', () => {
    const registry = newRegistry();
    const servers = new ModelServers(registry);
    const own = registry.addressOf(NAME);
    servers.follow([service], [pod('a')]);
    assert.deepEqual(registry.addressesOf(NAME), [own]);

    const replicas = servers.follow([service], [pod('a'), pod('b'), pod('starting', { ready: false })]);
    assert.deepEqual(
      replicas.map(({ pod: { metadata } }) => metadata.name),
      ['a', 'b'],
    );
    assert.deepEqual(
      registry.addressesOf(NAME),
      replicas.map(({ host }) => host),
    );
    assert.equal(new Set(replicas.map(({ host }) => host)).size, 2);

    servers.follow([service], [pod('b')]);
    assert.deepEqual(registry.addressesOf(NAME), [servers.hostFor(pod('b'))]);
    assert.notEqual(servers.hostFor(pod('b')), own);
    assert.equal(servers.hostFor(pod('a')), undefined);

    servers.follow([service], []);
    assert.deepEqual(registry.addressesOf(NAME), [own]);
  });

  test('a pod that no Service selects is not run', () => {
    assert.deepEqual(
      new ModelServers(newRegistry()).follow([service], [pod('x', { instance: 'other' })]),
      [],
    );
  });

  test('a stand-in is the engine of its pod, and an exporter follows those of its node', () => {
    const registry = newRegistry();
    const vllm = pod('a');
    const [container] = vllm.spec.containers;
    // The arguments of tests/golden/vllm.yaml.
    container.args = [
      ...['openai/gpt-oss-120b', '--served-model-name=small', '--tensor-parallel-size=4'],
      ...['--max-model-len=131072', '--gpu-memory-utilization=0.90', '--max-num-seqs=256'],
      ...['--max-num-batched-tokens=8192', '--enable-force-include-usage'],
    ];
    container.resources = { limits: { 'nvidia.com/gpu': 4 } };
    const exporter = pod('x');
    exporter.metadata.labels = { app: GPU_OPERATOR.exporter };
    const replicas = new ModelServers(registry).follow([service], [vllm, pod('b')]);
    const running = standIns([], replicas, [exporter], '/state', registry);
    const optionsOf = (place: number) => {
      const { args } = running[place]?.component ?? { args: [] };
      return (name: string) => args.flatMap((arg, at) => (arg === `--${name}` ? [args[at + 1]] : []));
    };
    const known = optionsOf(0);
    assert.deepEqual(known('max-num-seqs'), ['256']);
    assert.deepEqual(known('max-num-batched-tokens'), ['8192']);
    assert.deepEqual(known('pod'), ['ai-serving/a/vllm']);
    assert.deepEqual([known('gpus'), known('gpu-memory')], [['4'], ['90']]);
    // 36 layers, two all-reduces of 2,880 numbers in 16 bits, each sent 2 × 3 / 4 times.
    assert.deepEqual(known('link-bytes'), [`${36 * 2 * 2880 * 2 * 1.5}`]);
    // Blocks for the tokens that the memory plan of this model promises.
    const plan = planGpuMemory({
      architecture: knownArchitecture('openai/gpt-oss-120b') as ModelArchitecture,
      ...{ gpu: 'h100-sxm-80gb', gpusPerNode: 4, tensorParallelSize: 4, pipelineParallelSize: 1 },
      ...{ maxModelLen: 131_072, maxNumSeqs: 256, maxNumBatchedTokens: 8192 },
      ...{ gpuMemoryUtilization: 0.9, kvCacheDtype: 'auto' as const },
    });
    const blocks = Number(known('kv-blocks')[0]);
    assert.ok(Math.abs((blocks - 1) * 16 - plan.kvCapacityTokens) < 16);

    const unknown = optionsOf(1);
    assert.deepEqual([unknown('kv-blocks'), unknown('link-bytes'), unknown('gpus')], [[], [], ['1']]);
    assert.deepEqual(
      optionsOf(2)('engine'),
      replicas.map(({ host }) => `${host}:9901`),
    );
  });

  test('every replica is a process of its own under the name of the model', () => {
    const registry = newRegistry();
    const replicas = new ModelServers(registry).follow([service], [pod('a'), pod('b')]);
    const running = standIns([], replicas, [], '/state', registry);
    assert.deepEqual(
      running.map(({ name, component }) => [name, component.name, component.env]),
      [
        ['small', 'stand-in:small', { HOSTNAME: 'a' }],
        ['small', 'stand-in:small.1', { HOSTNAME: 'b' }],
      ],
    );
    assert.deepEqual(
      running.map(({ url }) => url),
      replicas.map(({ host }) => `http://${host}:8000`),
    );
  });
});
