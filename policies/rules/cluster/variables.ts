import { defineRule } from '../../rule';
import { eachPool, IS_VKS, override } from './pools';
import { CLUSTER, GPU, gpuPool, overrides, POOLS, systemPool, TOPOLOGY, variables } from './samples';

const OPTIONS = 'object.spec.topology.?variables.orValue([]).filter(one, one.name == "vsphereOptions")';
const VOLUMES = 'dyn(one).?value.persistentVolumes';

export const defaultStorage = defineRule({
  id: 'C07',
  title: 'a cluster has a default storage class that it offers',
  effect: 'failing',
  why:
    'Without a default, or with a class that the vSphere Namespace does not provide, the cluster appears ' +
    'healthy, and every claim without a class stays pending.',
  source: 'VKS, builtin-generic v3.2 and later, vsphereOptions; measured on a live cluster',
  fix: 'set defaultStorageClass in the variable vsphereOptions to one of availableStorageClasses',
  area: 'cluster',
  scope: 'object',
  kinds: ['Cluster'],
  fields: [`${CLUSTER} ${TOPOLOGY}/variables`],
  good: [
    {
      shows: 'every class of the vSphere Namespace, and one of them as default',
      change: variables({ vsphereOptions: { persistentVolumes: { defaultStorageClass: 'vsan-gold' } } }),
    },
  ],
  bad: [
    {
      shows: 'none',
      change: variables({ vsphereOptions: undefined }),
      finds: [`${CLUSTER} ${TOPOLOGY}/variables`],
    },
    {
      shows: 'one that is not offered',
      change: variables({
        vsphereOptions: {
          persistentVolumes: { availableStorageClasses: ['vsan-gold'], defaultStorageClass: 'vsan-silver' },
        },
      }),
      finds: [`${CLUSTER} ${TOPOLOGY}/variables`],
    },
  ],
  checks: [
    {
      expression:
        `!${IS_VKS} || ${OPTIONS}.exists(one, ${VOLUMES}.defaultStorageClass.orValue("") != "" && ` +
        `(!${VOLUMES}.availableStorageClasses.hasValue() || ` +
        `${VOLUMES}.defaultStorageClass.orValue("") in ${VOLUMES}.availableStorageClasses.orValue([])))`,
      pointer: `${TOPOLOGY}/variables`,
      problem: 'claims without a storage class get none',
    },
  ],
});

const isEmpty = (value: string) => `${value} == "" || ${value} == [] || ${value} == {}`;

export const emptyVariables = defineRule({
  id: 'C08',
  title: 'no variable of a ClusterClass is empty',
  effect: 'failing',
  why:
    'An empty string, list or map is a value: it replaces the default and the value of the cluster for all ' +
    'pools. The usual cause is a template that rendered nothing, and no error is reported.',
  source: 'Cluster API, topology variables; VKS accepts empty strings silently',
  fix: 'remove the variable, or set a value',
  area: 'cluster',
  scope: 'object',
  kinds: ['Cluster'],
  fields: [`${CLUSTER} ${TOPOLOGY}/variables/2/value/persistentVolumes`],
  good: [
    {
      shows: 'a number that is 0, and a switch that is off',
      change: overrides({ name: 'spare', value: 0 }, { name: 'fips', value: false }),
    },
  ],
  bad: [
    {
      shows: 'an empty text of the cluster',
      change: variables({ storageClass: '' }),
      finds: [`${CLUSTER} ${TOPOLOGY}/variables/2/value`],
    },
    {
      shows: 'an empty list of a pool',
      change: overrides({ name: 'volumes', value: [] }),
      finds: [`${CLUSTER} ${POOLS}/0/variables/overrides/0/value`],
    },
  ],
  checks: [
    {
      each: ['spec.topology.variables'],
      as: ['variable'],
      expression: `!(${isEmpty('dyn(variable).value')})`,
      pointer: `${TOPOLOGY}/variables/*/value`,
      problem: 'the value is empty and overrides the default',
    },
    {
      each: [...eachPool.each, 'pool.variables.overrides'],
      as: ['pool', 'variable'],
      expression: `!(${isEmpty('dyn(variable).value')})`,
      pointer: `${POOLS}/*/variables/overrides/*/value`,
      problem: 'the value is empty and overrides the default',
    },
  ],
});

export const taints = defineRule({
  id: 'C09',
  title: 'taints of a pool have a key, a value and an effect',
  effect: 'refused',
  why:
    'The ClusterClass requires all three, unlike Kubernetes, where the value is optional. The API server ' +
    'cannot check it, because a variable may have any value. The pool is never provisioned.',
  source: 'VKS, builtin-generic v3.2 and later, variable node',
  fix: 'add a value to the taint: key nvidia.com/gpu, value present, effect NoSchedule',
  area: 'cluster',
  scope: 'object',
  kinds: ['Cluster'],
  fields: [
    'cluster/ai/vks /spec/topology/workers/machineDeployments/1/variables/overrides/1/value/taints/0/key',
    'cluster/ai/vks /spec/topology/workers/machineDeployments/1/variables/overrides/1/value/taints/0/value',
    'cluster/ai/vks /spec/topology/workers/machineDeployments/1/variables/overrides/1/value/taints/0/effect',
  ],
  good: [
    {
      shows: 'a pool without taints',
      change: overrides({ name: 'node', value: { labels: { pool: 'system' } } }),
    },
  ],
  bad: [
    {
      shows: 'a key and an effect',
      change: gpuPool({
        variables: {
          overrides: [
            { name: 'vmClass', value: 'gpu-4x-h100' },
            { name: 'node', value: { taints: [{ key: 'nvidia.com/gpu', effect: 'NoSchedule' }] } },
          ],
        },
      }),
      finds: [`${CLUSTER} ${GPU}/variables/overrides`],
    },
  ],
  checks: [
    {
      ...eachPool,
      expression:
        `${override('node')}.all(own, dyn(own).?value.taints.orValue([]).all(taint, ` +
        `${['key', 'value', 'effect'].map((field) => `string(taint.?${field}.orValue("")) != ""`).join(' && ')}))`,
      pointer: `${POOLS}/*/variables/overrides`,
      problem: 'the ClusterClass rejects a taint without key, value or effect',
    },
  ],
});

const BOUND = 'cluster.x-k8s.io/cluster-api-autoscaler-node-group-min-size';

export const scaledPools = defineRule({
  id: 'C10',
  title: 'a pool that the autoscaler sizes sets no number of nodes',
  effect: 'fragile',
  why:
    'Every deployment of the cluster sets the number again, and the autoscaler changes it back: nodes with ' +
    'running pods are removed at every deployment.',
  source: 'Cluster API, autoscaler annotations of MachineDeployments in a topology',
  fix: 'remove replicas, or remove the annotations with the bounds',
  area: 'cluster',
  scope: 'object',
  kinds: ['Cluster'],
  good: [
    {
      shows: 'bounds alone',
      change: systemPool({ replicas: undefined, metadata: { annotations: { [BOUND]: '1' } } }),
    },
  ],
  bad: [
    {
      shows: 'both',
      change: systemPool({ metadata: { annotations: { [BOUND]: '1' } } }),
      finds: [`${CLUSTER} ${POOLS}/0/replicas`],
    },
  ],
  checks: [
    {
      ...eachPool,
      expression: `!("${BOUND}" in pool.?metadata.annotations.orValue({})) || !pool.?replicas.hasValue()`,
      pointer: `${POOLS}/*/replicas`,
      problem: 'the number of nodes is set by both the cluster and the autoscaler',
      patch: [{ op: 'remove', path: `${POOLS}/*/replicas` }],
    },
  ],
});
