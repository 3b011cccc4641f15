import { defineRule } from '../../rule';
import { IS_VKS } from './pools';
import { CLUSTER, TOPOLOGY, topology } from './samples';

export const classNamespace = defineRule({
  id: 'C01',
  title: 'a cluster sets the namespace of its ClusterClass',
  effect: 'refused',
  why:
    'The ClusterClasses of VKS are in vmware-system-vks-public. A class without a namespace is looked up in ' +
    'the namespace of the cluster, which has none: the cluster is rejected or never provisioned.',
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
      problem: 'without a namespace the class is looked up where VKS has none',
      patch: [{ op: 'add', path: `${TOPOLOGY}/classRef/namespace`, value: 'vmware-system-vks-public' }],
    },
  ],
});

export const release = defineRule({
  id: 'C02',
  title: 'a cluster names one exact release of Kubernetes',
  effect: 'fragile',
  why:
    'VKS treats the version as a prefix of a release: with v1.34 the cluster gets the newest patch that the ' +
    'content library has on that day, which may differ between libraries.',
  source: 'VKS, KubernetesRelease; measured with server-side dry runs',
  fix: 'use the full name that kubectl get kr lists: v1.34.2+vmware.2',
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
      problem: 'the version matches several releases',
    },
  ],
});

export const controlPlane = defineRule({
  id: 'C03',
  title: 'a control plane has one, three or five nodes',
  effect: 'fragile',
  why:
    'etcd needs a majority of its members: two members tolerate no failure, and four tolerate as many as ' +
    'three but fail more often.',
  source: 'etcd, FAQ, cluster size; VKS takes one, three and five',
  fix: 'use 3, or 1 where the loss of the cluster is acceptable',
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
      problem: 'the number of nodes is not 1, 3 or 5',
    },
  ],
});
