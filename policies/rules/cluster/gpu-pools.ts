import { defineRule } from '../../rule';
import { OS_IMAGE } from '../baseline/cluster';
import { eachPool, HAS_GPUS } from './pools';
import { CLUSTER, GPU, gpuPool, POOLS, systemPool } from './samples';

const IMAGE = `metadata/annotations/${OS_IMAGE.replace('/', '~1')}`;
const SURGE = 'rollout/strategy/rollingUpdate/maxSurge';

export const nodeImage = defineRule({
  id: 'C04',
  title: 'nodes with GPUs run Ubuntu',
  effect: 'failing',
  why:
    'Without the annotation a pool gets Photon. The driver containers of NVIDIA support Ubuntu and Red Hat: ' +
    'the nodes start without a driver, and pods that request GPUs stay pending.',
  source: 'VKS, resolve-os-image; NVIDIA GPU Operator, supported operating systems',
  fix: `annotate the pool with ${OS_IMAGE}: os-name=ubuntu,os-version=24.04`,
  area: 'cluster',
  scope: 'object',
  kinds: ['Cluster'],
  fields: [`${CLUSTER} ${GPU}/${IMAGE}`],
  good: [
    {
      shows: 'Photon without GPUs',
      change: systemPool({ metadata: { annotations: { [OS_IMAGE]: 'os-name=photon,os-version=5' } } }),
    },
  ],
  bad: [
    {
      shows: 'Photon',
      change: gpuPool({ metadata: { annotations: { [OS_IMAGE]: 'os-name=photon,os-version=5' } } }),
      finds: [`${CLUSTER} ${GPU}/${IMAGE}`],
    },
  ],
  checks: [
    {
      ...eachPool,
      expression: `!${HAS_GPUS} || pool.?metadata.annotations[?"${OS_IMAGE}"].orValue("").contains("os-name=ubuntu")`,
      pointer: `${POOLS}/*/${IMAGE}`,
      problem: 'NVIDIA provides no driver for the node image',
    },
  ],
});

export const poolSurge = defineRule({
  id: 'C05',
  title: 'a GPU pool sets how its nodes are replaced',
  effect: 'failing',
  why:
    'By default a new node is created before the old one is removed, and it needs as many free GPUs in one ' +
    'device group of one host. Without them every upgrade and every change of the class blocks. With a spare ' +
    'device group maxSurge 1 is right; the choice must be explicit.',
  source: 'Cluster API v1beta2, MachineDeployment rolling update; VM classes with vendor device groups',
  fix:
    'set rollout.strategy.rollingUpdate to maxSurge 0 and maxUnavailable 1, or to maxSurge 1 if a device ' +
    'group is free',
  area: 'cluster',
  scope: 'object',
  kinds: ['Cluster'],
  fields: [`${CLUSTER} ${GPU}/rollout`, `${CLUSTER} ${GPU}/${SURGE}`],
  good: [
    {
      shows: 'one more, where a group is free',
      change: gpuPool({
        rollout: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } },
      }),
    },
    {
      shows: 'nodes that somebody deletes',
      change: gpuPool({ rollout: { strategy: { type: 'OnDelete' } } }),
    },
  ],
  bad: [
    {
      shows: 'what holds when nothing is said',
      change: gpuPool({ rollout: undefined }),
      finds: [`${CLUSTER} ${GPU}/${SURGE}`],
    },
  ],
  checks: [
    {
      ...eachPool,
      expression:
        `!${HAS_GPUS} || pool.?rollout.strategy.type.orValue("RollingUpdate") == "OnDelete" || ` +
        'pool.?rollout.strategy.rollingUpdate.maxSurge.hasValue()',
      pointer: `${POOLS}/*/${SURGE}`,
      problem: 'the pool does not set maxSurge, which needs free GPUs for an additional node',
    },
  ],
});

export const rollout = defineRule({
  id: 'C06',
  title: 'the nodes of a pool can be replaced',
  effect: 'refused',
  why:
    'If neither an additional node nor a missing node is allowed, a rolling update cannot begin; Cluster API ' +
    'rejects the strategy, or the update waits forever.',
  source: 'Cluster API, MachineDeployment validation; maxUnavailable is 0 by default',
  fix: 'set maxUnavailable to 1 when maxSurge is 0',
  area: 'cluster',
  scope: 'object',
  kinds: ['Cluster'],
  fields: [`${CLUSTER} ${GPU}/rollout/strategy/rollingUpdate/maxUnavailable`],
  good: [
    {
      shows: 'a share of the nodes',
      change: gpuPool({
        rollout: {
          strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: '34%' } },
        },
      }),
    },
  ],
  bad: [
    {
      shows: 'none more and none less',
      change: systemPool({
        rollout: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } },
      }),
      finds: [`${CLUSTER} ${POOLS}/0/rollout/strategy/rollingUpdate/maxUnavailable`],
    },
  ],
  checks: [
    {
      ...eachPool,
      expression:
        'pool.?rollout.strategy.type.orValue("RollingUpdate") == "OnDelete" || ' +
        '!(string(pool.?rollout.strategy.rollingUpdate.maxSurge.orValue(1)) in ["0", "0%"]) || ' +
        '!(string(pool.?rollout.strategy.rollingUpdate.maxUnavailable.orValue(0)) in ["0", "0%"])',
      pointer: `${POOLS}/*/rollout/strategy/rollingUpdate/maxUnavailable`,
      problem: 'maxSurge and maxUnavailable are both 0',
    },
  ],
});
