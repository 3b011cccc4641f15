import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Model,
  parsePlatform,
  planModelMemory,
  requiredSecrets,
  type TeiModel,
  type VllmModel,
} from '../../config';
import { type Draft, papersDocument } from './papers-document';
import { mistakesOf, refuses } from './refused';

const NAME = 'gpt-oss-120b';

function vllmOf(vllm: object, edit: (document: Draft) => void = () => {}): VllmModel {
  return modelOf(NAME, (document) => {
    document.models[NAME] = { vllm };
    edit(document);
  }) as VllmModel;
}

function teiOf(tei: object, name = 'bge-large-en'): TeiModel {
  return modelOf(name, withTei(name, tei)) as TeiModel;
}

function withTei(name: string, tei: object): (document: Draft) => void {
  return (document) => {
    document.models[name] = { tei };
    document.workloads.search = { model: name };
  };
}

function modelOf(name: string, edit: (document: Draft) => void): Model {
  const { models } = parsePlatform(papersDocument(edit));
  return models.find((model) => model.name === name) as Model;
}

/** Checks that settings of the paper's model are refused. */
function refusesVllm(vllm: object, path: string, ...said: readonly RegExp[]): void {
  refuses(
    (document) => {
      document.models[NAME] = { vllm };
    },
    `models.${NAME}.vllm.${path}`,
    ...said,
  );
}

test('a strategy stands for a division of four GPUs', () => {
  const { tensorParallelSize, replicas } = vllmOf({ strategy: 'throughput' });
  assert.deepEqual([tensorParallelSize, replicas], [2, 2]);
  assert.equal(vllmOf({ strategy: 'latency' }).tensorParallelSize, 4);
  assert.equal(vllmOf({ strategy: 'throughput', tensorParallelSize: 2 }).replicas, 2);
});

test('refuses a division that contradicts the strategy', () => {
  refusesVllm(
    { strategy: 'throughput', tensorParallelSize: 4 },
    'tensorParallelSize',
    /4 contradicts strategy throughput, which means tensorParallelSize 2/,
  );
  refusesVllm({ strategy: 'latency', replicas: 3 }, 'replicas', /3 contradicts strategy latency/);
});

test('draining follows the request timeout', () => {
  assert.equal(`${vllmOf({}).drain}`, '600s');
  assert.equal(`${vllmOf({ drain: '2m' }).drain}`, '120s');
});

test('replicas share a volume', () => {
  const accessMode = (vllm: object) => {
    const { weights } = vllmOf(vllm);
    return weights.kind === 'pvc' && weights.accessMode;
  };
  const autoscale = { maxReplicas: 3, prometheus: 'http://prometheus.monitoring.svc:9090' };
  assert.equal(accessMode({}), 'ReadWriteOnce');
  assert.equal(accessMode({ replicas: 2 }), 'ReadWriteMany');
  assert.equal(accessMode({ autoscale }), 'ReadWriteMany');
});

test('weights come from exactly one place', () => {
  assert.deepEqual(vllmOf({ weights: { hub: {} } }).weights, { kind: 'hub' });
  const refusesWeights = (weights: object, said: RegExp) => refusesVllm({ weights }, 'weights', said);
  refusesWeights({ hub: {}, pvc: {} }, /exactly one of pvc, image and hub, and has pvc and hub/);
  refusesWeights({}, /has none/);
});

/** A cluster that mounts images as volumes. */
function onKubernetes(kubernetesVersion: string, vllm: object): (document: Draft) => void {
  return (document) => {
    document.cluster = { existing: { context: 'prod', kubernetesVersion } };
    document.models[NAME] = { vllm };
  };
}

test('refuses an image of weights that is not pinned by digest', () => {
  refuses(
    onKubernetes('1.35', { weights: { image: { reference: 'registry.example.com/weights:v1' } } }),
    `models.${NAME}.vllm.weights.image.reference`,
    /is not an image by digest/,
    /a tag can move/,
  );
});

test('refuses an image of weights before Kubernetes 1.35', () => {
  const reference = `registry.example.com/weights@sha256:${'0'.repeat(64)}`;
  const weights = { image: { reference } };
  refuses(
    onKubernetes('1.34', { weights }),
    `models.${NAME}.vllm.weights.image`,
    /Kubernetes 1\.34 cannot mount an image as a volume/,
    /use pvc, or a cluster with Kubernetes 1\.35 or later/,
  );
  const { models } = parsePlatform(papersDocument(onKubernetes('1.35', { weights })));
  assert.ok(models.some((model) => model.kind === 'vllm' && model.weights.kind === 'image'));
});

test('refuses replicas that share a volume of one node', () => {
  const weights = { pvc: { accessMode: 'ReadWriteOnce' } };
  const path = 'weights.pvc.accessMode';
  const autoscale = { maxReplicas: 3, prometheus: 'http://prometheus.monitoring.svc:9090' };
  refusesVllm({ replicas: 2, weights }, path, /2 replicas cannot share a volume/, /use ReadWriteMany/);
  refusesVllm({ autoscale, weights }, path, /3 replicas cannot share/);
  refuses(
    onKubernetes('1.34', { pipelineParallelSize: 2, weights }),
    `models.${NAME}.vllm.${path}`,
    /2 pods on as many nodes cannot share/,
  );
  refuses(
    withTei('bge-large-en', { replicas: 2, weights }),
    'models.bge-large-en.tei.weights.pvc.accessMode',
    /2 replicas cannot share/,
  );
});

test('refuses fewer replicas at most than at least', () => {
  const autoscale = { maxReplicas: 1, prometheus: 'http://prometheus.monitoring.svc:9090' };
  refusesVllm({ replicas: 2, autoscale }, 'autoscale.maxReplicas', /1 is less than replicas 2/);
});

test('refuses a model that does not fit into its GPUs, at the field that is nearest', () => {
  refusesVllm({ tensorParallelSize: 8 }, 'tensorParallelSize', /8 GPUs .* more than the 4 of a node/);
  refusesVllm(
    { tensorParallelSize: 1, gpuMemoryUtilization: 0.88 },
    'maxModelLen',
    /one request of 131072 tokens needs 9225 blocks/,
  );
  refusesVllm(
    { gpuMemoryUtilization: 0.99 },
    'gpuMemoryUtilization',
    /0\.99 is not a number over 0 and at most 0\.98 \(use 0\.98 or less\)/,
  );
  refusesVllm({ mig: '3g.40gb' }, 'mig', /cannot run on MIG slices/);
  refusesVllm({ overheadMemory: '60Gi' }, 'gpuMemoryUtilization', /no memory is left/);
});

test('refuses a version of vLLM that cannot drain', () => {
  refusesVllm(
    { version: '0.17.1' },
    'version',
    /0\.17\.1 is older than 0\.18\.0, which added --shutdown-timeout/,
  );
});

test('refuses a flag that the version does not have, and never repeats its value', () => {
  refusesVllm({ extraArgs: { watermrk: 0.01 } }, 'extraArgs.watermrk', /has no flag --watermrk/, /watermark/);
  const [mistake] = mistakesOf(() => vllmOf({ extraArgs: { 'api-key': 'not-a-real-key' } }));
  assert.equal(mistake?.path, `models.${NAME}.vllm.extraArgs.api-key`);
  assert.ok(!JSON.stringify(mistake).includes('not-a-real-key'));
});

test('a model that is not known is planned from its config.json', () => {
  const architecture = {
    hidden_size: 5120,
    intermediate_size: 25600,
    max_position_embeddings: 40960,
    num_attention_heads: 64,
    num_hidden_layers: 64,
    num_key_value_heads: 8,
    head_dim: 128,
    vocab_size: 151936,
  };
  const own = vllmOf({ model: 'org/tuned', architecture });
  const known = vllmOf({ model: 'Qwen/Qwen3-32B' });
  assert.equal(own.maxModelLen, 40960);
  assert.deepEqual(own.weights, known.weights);
  assert.equal(planModelMemory(own)?.blocks, planModelMemory(known)?.blocks);
  const { head_dim: _, num_key_value_heads: __, ...incomplete } = architecture;
  refusesVllm(
    { model: 'org/tuned', architecture: { ...incomplete, head_dim: 128 } },
    'architecture.num_key_value_heads',
    /is required: a field of the model's config\.json/,
  );
});

test('refuses to guess about a model that is not known', () => {
  const vllm = { model: 'org/model' };
  const unknown = /is required: the architecture of org\/model is unknown, so /;
  refusesVllm(vllm, 'architecture', unknown, /maxModelLen and weights.pvc.size cannot be calculated/);
  refusesVllm({ ...vllm, maxModelLen: 8192 }, 'architecture', unknown, /so weights.pvc.size cannot/);
  assert.equal(vllmOf({ ...vllm, maxModelLen: 8192, weights: { hub: {} } }).maxModelLen, 8192);
});

test('an embedding model needs no settings', () => {
  const { model, gpu, version, replicas, startupBudget } = teiOf({});
  assert.deepEqual(
    { model, gpu, version, replicas, startupBudget: `${startupBudget}` },
    { model: 'BAAI/bge-large-en-v1.5', gpu: 'cpu', version: '1.9.3', replicas: 1, startupBudget: '600s' },
  );
});

test('refuses an embedding model whose hub id cannot be told', () => {
  refuses(
    withTei('e5', {}),
    'models.e5.tei.model',
    /is required: the hub id cannot be derived from the name "e5"/,
  );
});

test('the keys of model servers and of the hub are required secrets', () => {
  const platform = parsePlatform(
    papersDocument((document) => {
      document.models[NAME].vllm = { apiKeySecret: 'vllm-api-key', hubTokenSecret: 'hub-token' };
      withTei('bge-large-en', { hubTokenSecret: 'hub-token' })(document);
    }),
  );
  assert.deepEqual(
    requiredSecrets(platform)
      .filter(({ name }) => name !== 'gemini-api-key')
      .map(({ name, at }) => [name, at.join('.')]),
    [
      ['hub-token', 'models.bge-large-en.tei.hubTokenSecret'],
      ['vllm-api-key', `models.${NAME}.vllm.apiKeySecret`],
      ['hub-token', `models.${NAME}.vllm.hubTokenSecret`],
    ],
  );
});

test('a model says what it costs and how long it takes [model-price-latency]', () => {
  const { price, expectedLatency } = vllmOf({}, (document) => {
    document.models[NAME].price = { inputPerMTok: 0.15, outputPerMTok: 0.6 };
    document.models[NAME].expectedLatency = '800ms';
  });
  assert.deepEqual(price, { inputPerMTok: 0.15, outputPerMTok: 0.6 });
  assert.equal(`${expectedLatency}`, '800ms');
});

test('refuses a slice of a CPU', () => {
  refuses(
    withTei('bge-large-en', { mig: '1g.10gb' }),
    'models.bge-large-en.tei.mig',
    /cpu has no MIG profile 1g\.10gb/,
  );
});
