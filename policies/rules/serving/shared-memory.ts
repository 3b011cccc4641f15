import { defineRule } from '../../rule';
import { VLLM } from '../baseline/model-server';
import { MANY_WORKERS } from './gpus';
import { CONTAINER, container, POD, pod, SERVER } from './samples';
import { onVllm, SERVERS } from './vllm';

const VOLUME = '/volumeMounts';

const shm = (emptyDir: object) =>
  pod({
    volumes: [
      { name: 'shm', emptyDir },
      { name: 'cache', emptyDir: {} },
      { name: 'models', persistentVolumeClaim: { claimName: 'oss', readOnly: true } },
    ],
  });

export const sharedMemory = defineRule({
  id: 'S03',
  title: 'the workers of a model have enough shared memory',
  effect: 'failing',
  why:
    'The workers of a divided model communicate through /dev/shm, and so does NCCL where there is no NVLink. ' +
    'A container has 64 MB by default: the server hangs or fails with a bus error, at the latest under load.',
  source: 'vLLM, docs/deployment/k8s; NVIDIA, NCCL troubleshooting, shared memory',
  fix: 'mount an emptyDir with medium Memory and a few GiB for each GPU at /dev/shm',
  area: 'serving',
  scope: 'object',
  kinds: [...SERVERS],
  fields: [
    `${SERVER} ${CONTAINER}/volumeMounts`,
    `${SERVER} ${CONTAINER}/volumeMounts/0`,
    `${SERVER} ${POD}/volumes/0/emptyDir/medium`,
  ],
  good: [
    { shows: 'as much as the node allows', change: shm({ medium: 'Memory' }) },
    {
      shows: 'one GPU, one worker',
      change: container({
        args: ['/models/oss', '--served-model-name=oss', '--port=8000', '--shutdown-timeout=120'],
        resources: { limits: { 'nvidia.com/gpu': '1' } },
        volumeMounts: [{ name: 'models', mountPath: '/models' }],
      }),
    },
    {
      shows: 'a path that ends with a slash',
      change: container({
        volumeMounts: (VLLM.volumeMounts ?? []).map((mount) =>
          mount.name === 'shm' ? { ...mount, mountPath: '/dev/shm/' } : mount,
        ),
      }),
    },
  ],
  bad: [
    {
      shows: 'a volume on disk',
      change: shm({}),
      finds: [`${SERVER} ${CONTAINER}${VOLUME}`],
    },
    {
      shows: 'less than a GiB',
      change: shm({ medium: 'Memory', sizeLimit: '256Mi' }),
      finds: [`${SERVER} ${CONTAINER}${VOLUME}`],
    },
  ],
  checks: onVllm({
    expression: (pod) =>
      'container.?volumeMounts.orValue([]).exists(mount, mount.mountPath in ["/dev/shm", "/dev/shm/"] && ' +
      `${pod}.?volumes.orValue([]).exists(volume, volume.name == mount.name && ` +
      '(volume.?hostPath.hasValue() || volume.?emptyDir.medium.orValue("") == "Memory" && ' +
      'quantity(string(volume.emptyDir.?sizeLimit.orValue("1Gi"))).compareTo(quantity("1Gi")) >= 0))) || ' +
      `${pod}.?hostIPC.orValue(false) || !(${MANY_WORKERS})`,
    pointer: VOLUME,
    problem: 'no memory volume of at least 1Gi is mounted at /dev/shm',
  }),
});
