import type { Container, Volume } from 'kubernetes-types/core/v1';
import { Quantity } from '../../../base/quantity';
import type { Bundle } from '../../bundle';
import { commandLineOf, flagValue } from '../../command-line';
import { type ModelServer, modelOf, modelServersIn } from '../../model-servers';
import { claimAt, isMountedAt, SERVERS } from '../../pods';
import { defineRule, type Violation } from '../../rule';
import { leastWeights } from '../../weights';
import { ARGS, VLLM } from '../baseline/model-server';
import { CONTAINER, POD, pod, SERVER } from './samples';

const VOLUMES = [
  { name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: '16Gi' } },
  { name: 'models', persistentVolumeClaim: { claimName: 'oss', readOnly: true } },
];

/** The sound server with a model of the hub, a cache of its own, and variables. */
function cached(model: string, cache: object, env: Readonly<Record<string, string>> = {}, more: object = {}) {
  return pod({
    containers: [
      {
        ...VLLM,
        args: [model, ...ARGS.slice(1)],
        env: [...(VLLM.env ?? []), ...Object.entries(env).map(([name, value]) => ({ name, value }))],
        ...more,
      },
    ],
    volumes: [...VOLUMES, { name: 'cache', ...cache }],
  });
}

const BIG = 'openai/gpt-oss-120b';
const dir = (sizeLimit?: string) => ({ emptyDir: sizeLimit === undefined ? {} : { sizeLimit } });
const claim = { persistentVolumeClaim: { claimName: 'cache' } };
const storage = (size: string, mode = 'ReadWriteOnce') => ({
  'persistentvolumeclaim/ai/cache': {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { namespace: 'ai', name: 'cache' },
    spec: { accessModes: [mode], resources: { requests: { storage: size } } },
  },
});

const CACHE = `${SERVER} ${POD}/volumes/2`;

export const cacheSize = defineRule({
  id: 'S30',
  title: 'the cache of a model server has room for its model',
  effect: 'failing',
  why:
    'vLLM downloads a model of the hub into its cache. Where the volume is smaller the kubelet evicts the pod, or the disk ' +
    'is full: the pod begins again, and downloads the same again.',
  source:
    'huggingface_hub, constants.py (HF_HUB_CACHE); Kubernetes, local ephemeral storage; sizes: files of the repositories, ' +
    'and for others 90 % of the parameters in the name',
  fix: 'give the volume the size of the weights and a fifth more',
  area: 'serving',
  scope: 'graph',
  kinds: [...SERVERS],
  good: [
    { shows: 'a directory with room', change: cached(BIG, dir('120Gi')) },
    { shows: 'a directory without a limit', change: cached(BIG, dir()) },
    { shows: 'a claim with room', change: { ...cached(BIG, claim), ...storage('80Gi') } },
    { shows: 'a small model', change: cached('Qwen/Qwen3-8B', dir('20Gi')) },
    { shows: 'a model of four bits', change: cached('Qwen/Qwen3-32B-AWQ', dir('25Gi')) },
    { shows: 'a path', change: cached('/models/llama-70b', dir('10Gi')) },
    {
      shows: 'a cache on another volume',
      change: cached(BIG, dir('10Gi'), { HF_HOME: '/models/hub' }),
    },
  ],
  bad: [
    {
      shows: 'half of the model',
      change: cached(BIG, dir('40Gi'), { HF_HOME: '/cache/hub' }),
      finds: [`${CACHE}/emptyDir/sizeLimit`],
    },
    {
      shows: 'a cache of the home',
      change: cached('Qwen/Qwen2.5-72B-Instruct', dir('100Gi')),
      finds: [`${CACHE}/emptyDir/sizeLimit`],
    },
    {
      shows: 'a claim',
      change: { ...cached(BIG, claim, { HF_HUB_CACHE: '/cache' }), ...storage('50Gi') },
      finds: [`${CACHE}/persistentVolumeClaim/claimName`],
    },
    {
      shows: 'a claim that is made with the pod',
      change: cached(BIG, {
        ephemeral: {
          volumeClaimTemplate: {
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '50Gi' } } },
          },
        },
      }),
      finds: [`${CACHE}/ephemeral/volumeClaimTemplate/spec/resources/requests/storage`],
    },
    {
      shows: 'a directory of the download',
      change: cached(
        BIG,
        dir('50Gi'),
        {},
        { args: [BIG, ...ARGS.slice(1), '--download_dir', '/cache/models'] },
      ),
      finds: [`${CACHE}/emptyDir/sizeLimit`],
    },
    {
      shows: 'a limit of the container',
      change: cached(
        BIG,
        dir(),
        {},
        {
          resources: {
            requests: VLLM.resources?.requests,
            limits: { ...VLLM.resources?.limits, 'ephemeral-storage': '30Gi' },
          },
        },
      ),
      finds: [`${SERVER} ${CONTAINER}/resources/limits/ephemeral-storage`],
    },
    {
      shows: 'the older variable for no network',
      change: cached(BIG, dir(), { TRANSFORMERS_OFFLINE: '1' }),
      finds: [`${SERVER} ${CONTAINER}/env`],
    },
    {
      shows: 'no network, and nothing that fills an empty directory',
      change: cached(BIG, dir(), { HF_HUB_OFFLINE: '1' }),
      finds: [`${SERVER} ${CONTAINER}/env`],
    },
  ],
  check: (all, one) => modelServersIn(one).flatMap((server) => faultsOf(all, server, false)),
});

export const sharedCacheSize = defineRule({
  id: 'S34',
  title: 'a shared cache has room for the model of a model server',
  effect: 'fragile',
  why:
    'A claim that several nodes mount is often a directory of a file server, which may take more than was asked for. Where ' +
    'the storage keeps to the size, the disk is full in the middle of the download.',
  source: 'Kubernetes, persistent volumes, capacity; sizes as of the rule about other caches',
  fix: 'request the size of the weights and a fifth more',
  area: 'serving',
  scope: 'graph',
  kinds: [...SERVERS],
  good: [
    { shows: 'a claim with room', change: { ...cached(BIG, claim), ...storage('90Gi', 'ReadWriteMany') } },
  ],
  bad: [
    {
      shows: 'half of the model',
      change: { ...cached(BIG, claim), ...storage('40Gi', 'ReadWriteMany') },
      finds: [`${CACHE}/persistentVolumeClaim/claimName`],
    },
  ],
  check: (all, one) => modelServersIn(one).flatMap((server) => faultsOf(all, server, true)),
});

function faultsOf(all: Bundle, server: ModelServer, isShared: boolean): Violation[] {
  const model = modelOf(server);
  const weights = model === undefined ? undefined : leastWeights(model);
  const cache = cacheVolume(server);
  if (model === undefined || weights === undefined || cache === undefined) return [];
  const { volume, pointer } = cache;
  if (!isShared && volume.emptyDir !== undefined && isOffline(server.container) && isNeverFilled(server)) {
    return [
      {
        pointer: `${server.at}/env`,
        problem: `the server is offline, and nothing puts ${model} into the empty volume ${volume.name}`,
        fix: 'remove HF_HUB_OFFLINE, or mount a volume that has the model',
      },
    ];
  }
  const limit = limitOf(all, server, volume);
  if (limit === undefined || limit.isShared !== isShared || bytes(limit.size) >= weights) return [];
  return [
    {
      pointer: limit.pointer ?? `${pointer}${limit.below}`,
      value: limit.size,
      problem: `${model} has at least ${gibibytes(weights)} of weights, and ${limit.of} holds ${limit.size}`,
      fix: `use ${Math.ceil((weights * 1.2) / 2 ** 30)}Gi`,
    },
  ];
}

const gibibytes = (size: number) => `${Math.round(size / 2 ** 30)} GiB`;

const bytes = (text: string) => Quantity.parse(text)?.approximate ?? Number.POSITIVE_INFINITY;

interface Limit {
  readonly size: string;
  readonly of: string;
  /** JSON pointer below the volume. */
  readonly below: string;
  /** Where the limit is not that of the volume. */
  readonly pointer?: string;
  /** Whether several nodes may mount it. */
  readonly isShared: boolean;
}

function limitOf(all: Bundle, server: ModelServer, volume: Volume): Limit | undefined {
  const { emptyDir, persistentVolumeClaim, ephemeral, name } = volume;
  if (emptyDir !== undefined) return limitOfDirectory(server, volume);
  const own = ephemeral?.volumeClaimTemplate?.spec;
  const claimName = persistentVolumeClaim?.claimName ?? '';
  const { accessModes = [], resources } = own ?? claimAt(all, server.namespace, claimName)?.spec ?? {};
  const size: unknown = resources?.requests?.storage;
  if (size === undefined) return undefined;
  const isShared = !accessModes.every((mode) => mode === 'ReadWriteOnce' || mode === 'ReadWriteOncePod');
  return own === undefined
    ? { size: `${size}`, of: `claim ${claimName}`, below: '/persistentVolumeClaim/claimName', isShared }
    : { size: `${size}`, of: `volume ${name}`, below: EPHEMERAL, isShared };
}

const EPHEMERAL = '/ephemeral/volumeClaimTemplate/spec/resources/requests/storage';

function limitOfDirectory({ container, at }: ModelServer, { emptyDir, name }: Volume): Limit | undefined {
  const isShared = false;
  const own: unknown = emptyDir?.sizeLimit;
  if (own !== undefined)
    return { size: `${own}`, of: `volume ${name}`, below: '/emptyDir/sizeLimit', isShared };
  const storage: unknown = container.resources?.limits?.['ephemeral-storage'];
  if (storage === undefined || emptyDir?.medium === 'Memory') return undefined;
  const pointer = `${at}/resources/limits/ephemeral-storage`;
  return { size: `${storage}`, of: 'the ephemeral storage of the container', below: '', pointer, isShared };
}

/** The library takes the older variable where the newer one is not set. */
const isOffline = ({ env = [] }: Container) =>
  ['HF_HUB_OFFLINE', 'TRANSFORMERS_OFFLINE'].some((wanted) =>
    env.some(({ name, value }) => name === wanted && /^(?:1|true|yes|on)$/i.test(value ?? '')),
  );

const isNeverFilled = ({ spec }: ModelServer) =>
  (spec.initContainers ?? []).length === 0 && spec.containers.length === 1;

/** The volume that the hub's cache is on. */
export function cacheVolume({ container, spec, pointer }: ModelServer) {
  const path = cachePath(container, spec.securityContext?.runAsUser);
  const [mount] = (container.volumeMounts ?? [])
    .filter(({ mountPath }) => path !== undefined && isMountedAt(mountPath, path))
    .toSorted((a, b) => b.mountPath.length - a.mountPath.length);
  const index = (spec.volumes ?? []).findIndex(({ name }) => name === mount?.name);
  const volume = spec.volumes?.[index];
  return volume === undefined ? undefined : { volume, pointer: `${pointer}/volumes/${index}` };
}

/** Where models of the hub are stored; undefined where nobody can know it. */
function cachePath(container: Container, podUser: number | undefined): string | undefined {
  const line = commandLineOf(container);
  if (line.flags.has('download-dir')) return flagValue(line, 'download-dir');
  const variables = new Map((container.env ?? []).map(({ name, value }) => [name, value] as const));
  if (variables.has('VLLM_USE_MODELSCOPE')) return undefined;
  const user = container.securityContext?.runAsUser ?? podUser ?? 0;
  const home = variables.get('HOME') ?? (user === 0 ? '/root' : undefined);
  const places: readonly (readonly [string | undefined, string])[] = [
    [variables.get('HF_HUB_CACHE'), ''],
    [variables.get('HUGGINGFACE_HUB_CACHE'), ''],
    [variables.get('HF_HOME'), '/hub'],
    [variables.get('XDG_CACHE_HOME'), '/huggingface/hub'],
    [home, '/.cache/huggingface/hub'],
  ];
  const [base, below] = places.find(([value]) => value !== undefined) ?? [];
  return base === undefined || base.includes('$') ? undefined : `${base}${below}`;
}
