import { defineRule } from '../../rule';
import { IS_VKS } from './pools';
import { CLUSTER, TOPOLOGY, topology } from './samples';

export const classNamespace = defineRule({
  id: 'C01',
  title: 'a cluster names the namespace of its class',
  severity: 'error',
  why:
    'The classes of VKS are in vmware-system-vks-public. A class without a namespace is looked for in that of ' +
    'the cluster, where there is none: the cluster is refused, or never begins.',
  source: 'Cluster API v1beta2, topology.classRef; VKS 3.4 and later',
  fix: 'set spec.topology.classRef.namespace to vmware-system-vks-public',
  area: 'cluster',
  scope: 'object',
  kinds: ['Cluster'],
  fields: [`${CLUSTER} ${TOPOLOGY}/classRef/namespace`],
  good: [
    {
      shows: 'a class of its own, beside it',
      change: topology({ classRef: { name: 'gpu-lab', namespace: null } }),
    },
  ],
  bad: [
    {
      shows: 'the class in the namespace of the cluster',
      change: topology({ classRef: { namespace: 'ai' } }),
      finds: [`${CLUSTER} ${TOPOLOGY}/classRef/namespace`],
    },
  ],
  checks: [
    {
      expression: `!${IS_VKS} || object.spec.topology.classRef.?namespace.orValue("") == "vmware-system-vks-public"`,
      pointer: `${TOPOLOGY}/classRef/namespace`,
      problem: 'the class is looked for where VKS has none',
      patch: [{ op: 'add', path: `${TOPOLOGY}/classRef/namespace`, value: 'vmware-system-vks-public' }],
    },
  ],
});

export const release = defineRule({
  id: 'C02',
  title: 'a cluster names one release of Kubernetes',
  severity: 'error',
  why:
    'VKS takes the version for the beginning of a release: with v1.34 the cluster gets the newest patch that the ' +
    'content library has on that day, and another one where the library has others.',
  source: 'VKS, KubernetesRelease; measured with server-side dry runs',
  fix: 'write what kubectl get kr says: v1.34.2+vmware.2',
  area: 'cluster',
  scope: 'object',
  kinds: ['Cluster'],
  good: [{ shows: 'the name of the release', change: topology({ version: 'v1.34.2---vmware.2-vkr.3' }) }],
  bad: [
    {
      shows: 'a minor version',
      change: topology({ version: 'v1.34' }),
      finds: [`${CLUSTER} ${TOPOLOGY}/version`],
    },
    {
      shows: "Kubernetes' own version",
      change: topology({ version: 'v1.34.2' }),
      finds: [`${CLUSTER} ${TOPOLOGY}/version`],
    },
  ],
  checks: [
    {
      expression: `!${IS_VKS} || object.spec.topology.version.matches("^v1[.][0-9]+[.][0-9]+([+]|---)vmware[.][0-9]+")`,
      pointer: `${TOPOLOGY}/version`,
      problem: 'many releases begin so',
    },
  ],
});

export const controlPlane = defineRule({
  id: 'C03',
  title: 'a control plane has one, three or five nodes',
  severity: 'error',
  why: 'etcd needs more than half of its members: two bear the loss of none, four bear as much as three and fail more often.',
  source: 'etcd, FAQ, cluster size; VKS takes one, three and five',
  fix: 'use 3, or 1 where a cluster may be lost',
  area: 'cluster',
  scope: 'object',
  kinds: ['Cluster'],
  good: [{ shows: 'one', change: topology({ controlPlane: { replicas: 1 } }) }],
  bad: [
    {
      shows: 'two',
      change: topology({ controlPlane: { replicas: 2 } }),
      finds: [`${CLUSTER} ${TOPOLOGY}/controlPlane/replicas`],
    },
  ],
  checks: [
    {
      expression: 'object.spec.?topology.controlPlane.replicas.orValue(1) in [1, 3, 5]',
      pointer: `${TOPOLOGY}/controlPlane/replicas`,
      problem: 'etcd gains nothing by an even number of members',
    },
  ],
});
