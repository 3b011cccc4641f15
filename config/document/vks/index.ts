import type { Static } from '@sinclair/typebox';
import { LABEL_PATTERN } from '../../names';
import { computed, list, map, mapOf, optional, text } from '../keywords';
import { gpuOperator } from './gpu-operator';
import { controlPlane, pools, vmClasses } from './pools';
import { namespace, supervisor, vcenter } from './vsphere';

const CIDR = {
  pattern: '^[0-9]{1,3}(\\.[0-9]{1,3}){3}/[0-9]{1,2}$',
  'x-allowed': 'an IPv4 network such as 172.20.0.0/16',
} as const;

const STORAGE_CLASS = {
  pattern: LABEL_PATTERN,
  'x-allowed':
    'the name of a StorageClass, which is that of its storage policy in lower case, such as vsan-gold',
} as const;

/** How a cluster is written that the platform makes. */
export const vks = map(
  {
    title: 'vSphere Kubernetes Service',
    description: 'A cluster that the platform creates with VKS on VMware Cloud Foundation.',
  },
  {
    name: text({
      title: 'Name',
      description:
        'Name of the Cluster object. Do not reuse the name of an earlier cluster in the same vSphere Namespace: its load balancer may keep the old address.',
      // Names of machines are made of it.
      pattern: '^[a-z]([-a-z0-9]{0,39}[a-z0-9])?$',
      'x-allowed': 'a DNS label of 41 characters at most that begins with a letter, such as ai-prod',
    }),
    vcenter: optional(vcenter),
    supervisor,
    namespace,
    kubernetesVersion: text({
      title: 'Kubernetes release',
      description:
        'VKS release, with its vmware suffix. The Supervisor must list it as ready and compatible (kubectl get kr).',
      pattern: '^v1\\.[0-9]{1,2}\\.[0-9]{1,3}(\\+|---)vmware\\.[0-9]+(-[a-z]+\\.[0-9]+)*$',
      'x-allowed': 'a whole release such as v1.34.2+vmware.2',
      'x-why': 'less than that floats: nodes that are made later would be of another release',
    }),
    clusterClass: text({
      title: 'ClusterClass',
      description:
        'Name of the ClusterClass in the namespace vmware-system-vks-public (kubectl get clusterclass).',
      pattern: '^builtin-generic-v3\\.([2-9]|[1-9][0-9])\\.[0-9]+$',
      default: 'builtin-generic-v3.7.0',
      'x-allowed': 'a class of builtin-generic from v3.2.0 on, such as builtin-generic-v3.7.0',
      'x-why': 'the variables of older classes have other names',
    }),
    network: map(
      {
        title: 'Network',
        description: 'Networks inside the cluster. They cannot change after the cluster is created.',
        default: {},
      },
      {
        pods: text({
          ...CIDR,
          title: 'Pods',
          description:
            'Network of the pods. Every node takes a /24 of it, and so do surge nodes during an update.',
          default: '172.20.0.0/16',
        }),
        services: text({
          ...CIDR,
          title: 'Services',
          description: 'Network of the Services.',
          default: '10.96.0.0/16',
        }),
        reserved: list(text({ ...CIDR, title: 'Network', description: 'One network.' }), {
          title: 'Reserved networks',
          description:
            'Networks that pods and services must not overlap: those of the Supervisor, workload and management networks, and every network that pods must reach.',
          default: [],
          'x-allowed': 'a list of IPv4 networks, each once',
        }),
        domain: text({
          title: 'Domain',
          description: 'Domain suffix of the names of Services.',
          pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
          default: 'cluster.local',
          'x-allowed': 'a DNS name such as cluster.local',
        }),
      },
    ),
    vmClasses,
    controlPlane,
    pools,
    storage: map(
      {
        title: 'Storage',
        description: 'StorageClasses of the vSphere Namespace, each linked to it by a storage policy.',
      },
      {
        nodes: text({
          ...STORAGE_CLASS,
          title: 'Nodes',
          description: 'StorageClass of the root disks and volumes of the nodes.',
        }),
        volumes: computed(
          list(text({ ...STORAGE_CLASS, title: 'StorageClass', description: 'One StorageClass.' }), {
            title: 'Volumes',
            description: 'StorageClasses for PersistentVolumeClaims. Default: only the one of default.',
            minItems: 1,
            'x-allowed': 'a list of StorageClasses, each once, one at least',
          }),
        ),
        default: text({
          ...STORAGE_CLASS,
          title: 'Default',
          description: 'StorageClass of PersistentVolumeClaims that name none.',
          'x-why': 'without a default the cluster looks healthy and every such claim waits for ever',
        }),
      },
    ),
    trustedCas: mapOf(
      text({
        title: 'Certificate',
        description: 'One certificate or several, in PEM.',
        pattern: '^-----BEGIN CERTIFICATE-----[\\s\\S]+-----END CERTIFICATE-----\\s*$',
        'x-allowed': 'a certificate in PEM, from -----BEGIN CERTIFICATE----- on',
      }),
      {
        propertyNames: { pattern: LABEL_PATTERN },
        title: 'Trusted CAs',
        description:
          'CA certificates in PEM that every node trusts, by name, for example of a registry or a proxy.',
        default: {},
        'x-allowed': 'a map of certificates by name',
      },
    ),
    gpuOperator: optional(gpuOperator),
  },
);

export type VksDocument = Static<typeof vks>;
