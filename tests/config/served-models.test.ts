import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Model, parsePlatform, requiredSecrets, type TeiModel, type VllmModel } from '../../config';
import { type Draft, papersDocument } from './papers-document';
import { refuses } from './refused';

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
  refusesWeights({ hub: {}, pvc: {} }, /exactly one of pvc, image and hub and has pvc and hub/);
  refusesWeights({}, /has none/);
});

test('refuses an image of weights that is not pinned by digest', () => {
  refusesVllm(
    { weights: { image: { reference: 'registry.example.com/weights:v1' } } },
    'weights.image.reference',
    /is not an image by digest/,
    /a tag can move/,
  );
});

test('refuses to guess about a model that is not known', () => {
  const vllm = { model: 'org/model' };
  const unknown = /is required: nothing is known about org\/model, so /;
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
  refuses(withTei('e5', {}), 'models.e5.tei.model', /is required: the hub id of "e5"/);
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

test('a model says what it costs and how long it takes', () => {
  const { price, expectedLatency } = vllmOf({}, (document) => {
    document.models[NAME].price = { inputPerMTok: 0.15, outputPerMTok: 0.6 };
    document.models[NAME].expectedLatency = '800ms';
  });
  assert.deepEqual(price, { inputPerMTok: 0.15, outputPerMTok: 0.6 });
  assert.equal(`${expectedLatency}`, '800ms');
});
