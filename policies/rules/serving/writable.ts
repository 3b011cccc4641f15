import type { Container } from 'kubernetes-types/core/v1';
import { type ModelServer, modelServersIn } from '../../model-servers';
import { isMountedAt, SERVERS } from '../../pods';
import { defineRule, type Violation } from '../../rule';
import { ARGS, VLLM } from '../baseline/model-server';
import { CONTAINER, container, pod, SERVER } from './samples';

const READ_ONLY = { ...VLLM.securityContext, readOnlyRootFilesystem: true };

const VOLUMES = [
  { name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: '16Gi' } },
  { name: 'cache', emptyDir: {} },
  { name: 'models', persistentVolumeClaim: { claimName: 'oss', readOnly: true } },
];

export const temporaryFiles = defineRule({
  id: 'S41',
  title: 'a model server with a read-only root has a place for temporary files',
  effect: 'failing',
  why:
    'vLLM makes the sockets of its processes where Python puts temporary files, and the compiler of PyTorch its own. With ' +
    'readOnlyRootFilesystem and no volume there Python finds no usable directory, and the server ends at start.',
  source: 'vLLM 0.33, envs.py (VLLM_RPC_BASE_PATH); Python, tempfile.gettempdir',
  fix: 'mount an emptyDir at /tmp',
  area: 'serving',
  scope: 'graph',
  kinds: [...SERVERS],
  good: [
    {
      shows: 'a volume at /tmp',
      change: pod({
        containers: [
          {
            ...VLLM,
            securityContext: READ_ONLY,
            volumeMounts: [...(VLLM.volumeMounts ?? []), { name: 'tmp', mountPath: '/tmp' }],
          },
        ],
        volumes: [...VOLUMES, { name: 'tmp', emptyDir: {} }],
      }),
    },
    {
      shows: 'a directory that a variable names',
      change: container({
        securityContext: READ_ONLY,
        env: [...(VLLM.env ?? []), { name: 'TMPDIR', value: '/cache/tmp' }],
      }),
    },
  ],
  bad: [
    {
      shows: 'no volume for them',
      change: container({ securityContext: READ_ONLY }),
      finds: [`${SERVER} ${CONTAINER}/securityContext/readOnlyRootFilesystem`],
    },
  ],
  check: (_, one) =>
    modelServersIn(one).flatMap(({ container: own, at }): Violation[] => {
      if (own.securityContext?.readOnlyRootFilesystem !== true || mayWrite(own)) return [];
      return [
        {
          pointer: `${at}/securityContext/readOnlyRootFilesystem`,
          value: true,
          problem: 'nothing is mounted at /tmp, and the root cannot be written to',
        },
      ];
    }),
});

/** Where Python looks for a directory; the last is where the process starts. */
const TEMPORARY = ['/tmp', '/var/tmp', '/usr/tmp'];
const VARIABLES = ['TMPDIR', 'TEMP', 'TMP'];

function mayWrite({
  env = [],
  envFrom = [],
  volumeMounts = [],
  workingDir = '/vllm-workspace',
}: Container): boolean {
  const named = env.filter(({ name }) => VARIABLES.includes(name)).map(({ value = '' }) => value);
  const places = [...TEMPORARY, workingDir, ...named];
  const written = volumeMounts.filter(({ readOnly }) => readOnly !== true);
  return (
    envFrom.length > 0 ||
    named.some((place) => place === '' || place.includes('$')) ||
    written.some(({ mountPath }) => places.some((place) => isMountedAt(mountPath, place)))
  );
}

export const usedCache = defineRule({
  id: 'S42',
  title: 'the volume for the cache of the hub is where the server looks',
  effect: 'ineffective',
  why:
    'The cache of the hub is below the home of the user who runs the server. A volume at the home of root is not used by ' +
    'another user: every start downloads the model again, to the disk of the node.',
  source: 'huggingface_hub, constants.py',
  fix: 'mount the volume elsewhere, and set HF_HOME to it',
  area: 'serving',
  scope: 'graph',
  kinds: [...SERVERS],
  good: [
    {
      shows: 'a user who is told where the cache is',
      change: pod({
        containers: [rootCache([{ name: 'HF_HOME', value: '/root/.cache/huggingface' }])],
        volumes: VOLUMES,
      }),
    },
  ],
  bad: [
    {
      shows: 'a user who is not root',
      change: pod({ containers: [rootCache()], volumes: VOLUMES }),
      finds: [`${SERVER} ${CONTAINER}/volumeMounts/1`],
    },
  ],
  check: (_, one) => modelServersIn(one).flatMap(unusedCaches),
});

function rootCache(env: readonly object[] = []) {
  return {
    ...VLLM,
    args: ['Qwen/Qwen3-8B', ...ARGS.slice(1)],
    env: [...(VLLM.env ?? []).filter(({ name }) => name !== 'HOME'), ...env],
    volumeMounts: [
      { name: 'shm', mountPath: '/dev/shm' },
      { name: 'cache', mountPath: '/root/.cache/huggingface' },
    ],
  };
}

/** What decides on the cache in the place of the home. */
const DECIDES = /^(?:HF_HOME|HF_HUB_CACHE|HUGGINGFACE_HUB_CACHE|XDG_CACHE_HOME|HOME|TRANSFORMERS_CACHE)$/;

function unusedCaches({ container: own, spec, at }: ModelServer): Violation[] {
  const user = own.securityContext?.runAsUser ?? spec.securityContext?.runAsUser ?? 0;
  const { env = [], envFrom = [], command = [], args = [] } = own;
  const isDecided = envFrom.length > 0 || env.some(({ name }) => DECIDES.test(name));
  const isNamed = [...command, ...args].some((word) => word.includes('/root/.cache'));
  if (user === 0 || isDecided || isNamed) return [];
  return [...(own.volumeMounts ?? []).entries()].flatMap(([index, { mountPath }]) =>
    /^\/root\/\.cache(?:\/huggingface(?:\/hub)?)?\/?$/.test(mountPath)
      ? [
          {
            pointer: `${at}/volumeMounts/${index}`,
            value: mountPath,
            problem: `the server runs as user ${user}, whose cache is not at ${mountPath}`,
          },
        ]
      : [],
  );
}
