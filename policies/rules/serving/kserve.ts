import type { Bundle } from '../../bundle';
import { defineRule, type Violation } from '../../rule';

const SERVICE = 'inferenceservice/ai/llm';

const served = (predictor: object) => ({
  [SERVICE]: {
    apiVersion: 'serving.kserve.io/v1beta1',
    kind: 'InferenceService',
    metadata: { namespace: 'ai', name: 'llm' },
    spec: { predictor },
  },
});

const model = (storageUri: string) => served({ model: { modelFormat: { name: 'huggingface' }, storageUri } });

/** What KServe's storage initializer knows, and Azure's blobs by their host. */
const SCHEMES =
  /^(?:gs|s3|pvc|file|https?|hdfs|webhdfs|oci|oci\+native|oci\+fetch|hf):\/\/|blob\.core\.windows\.net/;

export const inferenceService = defineRule({
  id: 'S53',
  title: 'an InferenceService has replicas and an address of its model that KServe accepts',
  effect: 'refused',
  why:
    'KServe refuses an InferenceService whose minReplicas are more than its maxReplicas; without a number the minimum is 1, and a ' +
    'maximum of 0 is none. An address of a scheme that neither its storage initializer nor a ClusterStorageContainer knows ' +
    'never becomes a model: no pod is made.',
  source:
    'kserve/kserve, pkg/apis/serving/v1beta1/component.go (validateReplicas) and pkg/controller/v1beta1/inferenceservice/utils/utils.go ' +
    '(ValidateStorageURI)',
  fix: 'raise maxReplicas, and use one of the schemes hf, s3, gs, pvc, oci, https, hdfs, webhdfs and file',
  area: 'serving',
  scope: 'graph',
  kinds: ['InferenceService'],
  good: [
    { shows: 'a model of the hub', change: model('hf://Qwen/Qwen3-8B') },
    { shows: 'a blob of Azure', change: model('https://acme.blob.core.windows.net/models/qwen') },
    { shows: 'a path', change: model('/mnt/models') },
    { shows: 'no end to replicas', change: served({ minReplicas: 3, maxReplicas: 0, model: {} }) },
    { shows: 'none when idle', change: served({ minReplicas: 0, maxReplicas: 1, model: {} }) },
    {
      shows: 'a scheme of a storage of its own',
      change: {
        ...model('vault://qwen'),
        'clusterstoragecontainer/vault': {
          apiVersion: 'serving.kserve.io/v1alpha1',
          kind: 'ClusterStorageContainer',
          metadata: { name: 'vault' },
          spec: {
            container: { name: 'storage', image: 'vault:1' },
            supportedUriFormats: [{ prefix: 'vault://' }],
          },
        },
      },
    },
  ],
  bad: [
    {
      shows: 'more at least than at most',
      change: served({ minReplicas: 3, maxReplicas: 2, model: {} }),
      finds: [`${SERVICE} /spec/predictor/minReplicas`],
    },
    {
      shows: 'a scheme that nobody knows',
      change: model('huggingface://Qwen/Qwen3-8B'),
      finds: [`${SERVICE} /spec/predictor/model/storageUri`],
    },
  ],
  check: (all, { spec }) =>
    ['predictor', 'transformer', 'explainer'].flatMap((name) => {
      const part = Object(Reflect.get(spec ?? {}, name));
      return [
        ...replicaFaults(part, `/spec/${name}`),
        ...storageFaults(all, Object(part.model).storageUri, `/spec/${name}/model/storageUri`),
      ];
    }),
});

function replicaFaults(part: object, at: string): Violation[] {
  const least = Reflect.get(part, 'minReplicas') ?? 1;
  const most = Reflect.get(part, 'maxReplicas') ?? 0;
  if (typeof least !== 'number' || typeof most !== 'number' || most === 0 || least <= most) return [];
  return [
    {
      ...{ pointer: `${at}/minReplicas`, value: least, fix: 'raise maxReplicas' },
      problem: `at least ${least} replicas are wanted, and at most ${most}`,
    },
  ];
}

function storageFaults(all: Bundle, uri: unknown, pointer: string): Violation[] {
  if (typeof uri !== 'string' || !/^[\w+.-]+:\/\//.test(uri) || SCHEMES.test(uri) || uri.includes('$'))
    return [];
  if (all.ofForeignKind('serving.kserve.io', 'ClusterStorageContainer').length > 0) return [];
  return [{ pointer, value: uri, problem: `KServe knows no storage for ${uri}`, elsewhere: true }];
}
