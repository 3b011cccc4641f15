import type { Manifest } from '../../../base/manifest';
import type { Bundle } from '../../bundle';
import { podsIn, SERVERS } from '../../pods';
import { defineRule } from '../../rule';
import { VLLM } from '../baseline/model-server';
import { CONTAINER, container, SERVER } from '../serving/samples';

/** The GPU operator of a cluster, and the sound server with another image. */
const cluster = (driver: object, image: string) => ({
  ...container({ ...VLLM, image }),
  'clusterpolicy/cluster-policy': {
    apiVersion: 'nvidia.com/v1',
    kind: 'ClusterPolicy',
    metadata: { name: 'cluster-policy' },
    spec: { driver },
  },
});

const IMAGE = `${SERVER} ${CONTAINER}/image`;
const CUDA_13 = 'docker.io/vllm/vllm-openai:v0.33.0-cu130';
const CUDA_12 = 'docker.io/vllm/vllm-openai:v0.33.0-cu129';

export const driverVersion = defineRule({
  id: 'C13',
  title: 'the driver that the GPU operator installs is new enough for the CUDA of an image',
  effect: 'fragile',
  why:
    'A program built for a major version of CUDA needs the first driver of that version: 580 for CUDA 13, 525 for CUDA 12. On an ' +
    'older driver it finds no GPU, unless the image brings the libraries of forward compatibility and the container ' +
    'toolkit loads them, which works on GPUs of data centers alone.',
  source:
    'NVIDIA, CUDA compatibility (minor version and forward compatibility); NVIDIA/gpu-operator, api/nvidia/v1 (driver.version)',
  fix: 'raise driver.version of the ClusterPolicy, or use an image of an older CUDA',
  area: 'cluster',
  scope: 'graph',
  kinds: [...SERVERS],
  good: [
    { shows: 'the first driver of CUDA 13', change: cluster({ version: '580.65.06' }, CUDA_13) },
    { shows: 'a later minor version of CUDA 12', change: cluster({ version: '535.230.02' }, CUDA_12) },
    { shows: 'a driver of the node', change: cluster({ enabled: false, version: '535.230.02' }, CUDA_13) },
    { shows: 'the driver that the operator chooses', change: cluster({}, CUDA_13) },
  ],
  bad: [
    {
      shows: 'CUDA 13 on a driver of CUDA 12',
      change: cluster({ version: '570.148.08' }, CUDA_13),
      finds: [IMAGE],
    },
    {
      shows: 'CUDA 12 on a precompiled driver of CUDA 11',
      change: cluster({ usePrecompiled: true, version: '515' }, CUDA_12),
      finds: [IMAGE],
    },
  ],
  check(all, one) {
    const driver = driverOf(all);
    if (driver === undefined) return [];
    return podsIn(one).flatMap(({ spec, pointer }) =>
      [...spec.containers.entries()].flatMap(([index, { image = '' }]) => {
        const cuda = cudaOf(image);
        const least = cuda === undefined ? undefined : LEAST[cuda];
        if (least === undefined || driver >= least) return [];
        const problem = `the image is built for CUDA ${cuda}, which needs driver ${least}, and the GPU operator installs ${driver}`;
        return [{ pointer: `${pointer}/containers/${index}/image`, value: image, problem }];
      }),
    );
  },
});

/** The first driver of each major version of CUDA (NVIDIA, CUDA compatibility, minor version compatibility). */
const LEAST: Readonly<Record<number, number>> = { 11: 450, 12: 525, 13: 580 };

/** The major version of CUDA that an image says it is built for: tags with `cu129`, and NVIDIA's own images. */
function cudaOf(image: string): number | undefined {
  const [, tag] =
    /[-:_.+]cu(1[1-9])\d(?:[-_.@]|$)/.exec(image) ?? /(?:^|\/)cuda:(1[1-9])\.\d/.exec(image) ?? [];
  return tag === undefined ? undefined : Number(tag);
}

/** The branch of the driver that the operator installs on every node; undefined where it installs none, or nobody can know it. */
function driverOf(all: Bundle): number | undefined {
  const [policy, ...others] = all.ofForeignKind('nvidia.com', 'ClusterPolicy');
  const driver = Object(Object(Reflect.get((policy ?? {}) as Manifest, 'spec')).driver);
  const { enabled = true, useNvidiaDriverCRD = false, version = '' } = driver;
  if (others.length > 0 || enabled !== true || useNvidiaDriverCRD === true) return undefined;
  const branch = /^(\d{3})(?:\.|-|$)/.exec(`${version}`)?.[1];
  return branch === undefined ? undefined : Number(branch);
}
