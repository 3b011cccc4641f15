import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Job } from 'kubernetes-types/batch/v1';
import type { Container, EnvVar } from 'kubernetes-types/core/v1';
import { Duration, Memory } from '../../config';
import { ModelStore, type ModelStoreProps, Namespace } from '../../constructs';
import { assertGolden, chart, field, manifests, mistakesOf, only } from './support';

const REVISION = 'b5c939de8f754692c1647ca79fbf85e8c1e70f8a';
const PVC = { kind: 'pvc', accessMode: 'ReadWriteOnce', size: Memory.gibibytes(80) } as const;
const IMAGE = { kind: 'image', reference: 'registry.example.com/gpt-oss@sha256:0123' } as const;

function render(changes: Partial<ModelStoreProps> = {}) {
  const scope = chart();
  const store = new ModelStore(scope, 'weights', {
    namespace: new Namespace(scope, 'namespace', { name: 'ai-serving' }),
    server: 'gpt-oss-120b',
    model: 'openai/gpt-oss-120b',
    revision: REVISION,
    weights: PVC,
    pods: 1,
    kubernetesVersion: '1.34',
    budget: Duration.minutes(60),
    ...changes,
  });
  return { store, objects: manifests(scope) };
}

function download(changes: Partial<ModelStoreProps> = {}): Container {
  const job = only(render(changes).objects, 'Job') as unknown as Job;
  return job.spec?.template.spec?.containers[0] as Container;
}

const variable = (env: readonly EnvVar[] | undefined, name: string) =>
  env?.find((entry) => entry.name === name);

test('a store is a claim, and a Job that fills it [model-store-shape]', () => {
  assertGolden('model-store', render().objects);
});

describe('a claim', () => {
  test('is named after the revision, and so is the Job: a new revision is a new store', () => {
    const names = (revision: string) => {
      const { objects } = render({ revision });
      return ['PersistentVolumeClaim', 'Job'].map((kind) => only(objects, kind).metadata.name);
    };
    assert.deepEqual(names(REVISION), ['gpt-oss-120b-weights-b5c939de', 'gpt-oss-120b-weights-b5c939de']);
    assert.notDeepEqual(names('0'.repeat(40)), names(REVISION));
  });

  test('of another class or for other mounts is another claim: no claim can change either', () => {
    const name = (weights: object) => {
      const { objects } = render({ weights: { ...PVC, ...weights } });
      assert.equal(only(objects, 'Job').metadata.name, 'gpt-oss-120b-weights-b5c939de');
      return only(objects, 'PersistentVolumeClaim').metadata.name;
    };
    assert.equal(name({ storageClass: 'fast' }), 'gpt-oss-120b-weights-fast-b5c939de');
    assert.equal(name({ accessMode: 'ReadWriteMany' }), 'gpt-oss-120b-weights-shared-b5c939de');
    // As long as VKS makes them of storage policies; a Job's name could not hold it.
    const long = 'vsan-esa-default-policy-raid5-latebinding';
    assert.equal(name({ storageClass: long }), `gpt-oss-120b-weights-${long}-b5c939de`);
  });

  test('grows under its own name', () => {
    const [before, after] = [80, 90].map((size) => {
      const { objects } = render({ weights: { ...PVC, size: Memory.gibibytes(size) } });
      return only(objects, 'PersistentVolumeClaim');
    });
    assert.equal(before?.metadata.name, after?.metadata.name);
    assert.equal(field(after, 'spec.resources.requests.storage'), '90Gi');
  });

  test('is not waited for: its class may bind it with the first pod that mounts it', () => {
    const { annotations } = only(render().objects, 'PersistentVolumeClaim').metadata;
    assert.equal(annotations?.['pulumi.com/skipAwait'], 'true');
  });

  test('is mounted read-only by the server', () => {
    const { store } = render();
    assert.deepEqual(store.mounts, [{ name: 'models', mountPath: '/models', readOnly: true }]);
    assert.equal(store.model, '/models/gpt-oss-120b');
  });
});

describe('the download', () => {
  test('leaves out the copies in other formats', () => {
    const excluded = variable(download().env, 'STORE_EXCLUDED')?.value;
    assert.deepEqual(JSON.parse(excluded ?? ''), ['original/*', 'metal/*']);
  });

  test('takes the harmony vocabularies along for gpt-oss, and for nothing else', () => {
    const encodings = (model: string) =>
      Object.keys(JSON.parse(variable(download({ model }).env, 'STORE_ENCODINGS')?.value ?? ''));
    assert.deepEqual(encodings('openai/gpt-oss-20b'), ['cl100k_base.tiktoken', 'o200k_base.tiktoken']);
    assert.deepEqual(encodings('Qwen/Qwen3-32B'), []);
  });

  test('has the same image whatever version serves: another one would be another Job', () => {
    assert.equal(download().image, download({ kubernetesVersion: '1.35' }).image);
  });

  test('alone has the token of the hub', () => {
    const { store, objects } = render({ hubToken: 'hf_secret' });
    assert.deepEqual(only(objects, 'Secret').stringData, { token: 'hf_secret' });
    const token = variable(download({ hubToken: 'hf_secret' }).env, 'HF_TOKEN');
    assert.deepEqual(token?.valueFrom?.secretKeyRef, { name: 'gpt-oss-120b-hub', key: 'token' });
    assert.equal(variable(store.environment, 'HF_TOKEN'), undefined);
    const others = objects.filter(({ kind }) => kind !== 'Secret');
    assert.ok(!JSON.stringify(others).includes('hf_secret'));
  });

  test('runs where its server runs, if it does: one node at a time may have the volume', () => {
    const path =
      'spec.template.spec.affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution.0.podAffinityTerm.labelSelector.matchLabels';
    assert.deepEqual(field(only(render().objects, 'Job'), path), {
      'app.kubernetes.io/component': 'model-server',
      'app.kubernetes.io/instance': 'gpt-oss-120b',
    });
  });
});

describe('the environment of the server', () => {
  const names = (changes: Partial<ModelStoreProps>) =>
    render(changes).store.environment.map(({ name }) => name);

  test('is offline when the weights are there', () => {
    assert.deepEqual(names({}), ['HF_HUB_OFFLINE', 'TIKTOKEN_ENCODINGS_BASE', 'TRANSFORMERS_OFFLINE']);
    assert.deepEqual(names({ model: 'Qwen/Qwen3-32B' }), ['HF_HUB_OFFLINE', 'TRANSFORMERS_OFFLINE']);
  });

  test('has the token when each pod downloads', () => {
    assert.deepEqual(names({ weights: { kind: 'hub' }, hubToken: 'hf_secret' }), ['HF_TOKEN']);
  });
});

test('an image is a volume with the weights in its root', () => {
  const { store, objects } = render({ weights: IMAGE, kubernetesVersion: '1.35' });
  assert.deepEqual(
    objects.map(({ kind }) => kind),
    ['Namespace'],
  );
  assert.deepEqual(store.volumes, [
    { name: 'models', image: { reference: IMAGE.reference, pullPolicy: 'IfNotPresent' } },
  ]);
  assert.deepEqual(store.mounts, [{ name: 'models', mountPath: '/models/gpt-oss-120b', readOnly: true }]);
  assert.equal(
    variable(store.environment, 'TIKTOKEN_ENCODINGS_BASE')?.value,
    '/models/gpt-oss-120b/encodings',
  );
});

test('without a store the server is told the id of the hub', () => {
  const { store, objects } = render({ weights: { kind: 'hub' } });
  assert.deepEqual(
    objects.map(({ kind }) => kind),
    ['Namespace'],
  );
  assert.deepEqual([store.model, store.volumes, store.mounts], ['openai/gpt-oss-120b', [], []]);
});

test('refuses several pods on a volume that one node at a time may have [model-store-one-node]', () => {
  const [mistake] = mistakesOf(() => render({ pods: 2 }));
  assert.match(mistake?.problem ?? '', /2 pods cannot share/);
  assert.doesNotThrow(() => render({ pods: 2, weights: { ...PVC, accessMode: 'ReadWriteMany' } }));
});

test('refuses an image where the API server drops it [model-image-unsupported]', () => {
  const [mistake] = mistakesOf(() => render({ weights: IMAGE }));
  assert.match(mistake?.problem ?? '', /Kubernetes 1\.34 drops image volumes silently/);
  assert.doesNotThrow(() => render({ weights: IMAGE, kubernetesVersion: '1.36' }));
});
