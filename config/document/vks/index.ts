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
    description: 'A cluster that the platform makes with VKS on VMware Cloud Foundation.',
  },
  {
    name: text({
      title: 'Name',
      description:
        'Of the Cluster object. Not one that was there before in the same vSphere Namespace: its load balancer may keep the old address.',
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
        'The VKS release that is ready and compatible in the Supervisor (kubectl get kr), with its vmware part.',
      pattern: '^v1\\.[0-9]{1,2}\\.[0-9]{1,3}(\\+|---)vmware\\.[0-9]+(-[a-z]+\\.[0-9]+)*$',
      'x-allowed': 'a whole release such as v1.34.2+vmware.2',
      'x-why': 'less than that floats: nodes that are made later would be of another release',
    }),
    clusterClass: text({
      title: 'ClusterClass',
      description: 'In the namespace vmware-system-vks-public (kubectl get clusterclass).',
      pattern: '^builtin-generic-v3\\.([2-9]|[1-9][0-9])\\.[0-9]+$',
      default: 'builtin-generic-v3.7.0',
      'x-allowed': 'a class of builtin-generic from v3.2.0 on, such as builtin-generic-v3.7.0',
      'x-why': 'the variables of older classes have other names',
    }),
    network: map(
      {
        title: 'Network',
        description: 'Inside the cluster; it cannot change once the cluster is there.',
        default: {},
      },
      {
        pods: text({
          ...CIDR,
          title: 'Pods',
          description: 'Every node takes a /24 of it, nodes that come before others leave included.',
          default: '172.20.0.0/16',
        }),
        services: text({
          ...CIDR,
          title: 'Services',
          description: 'Addresses of Services.',
          default: '10.96.0.0/16',
        }),
        reserved: list(text({ ...CIDR, title: 'Network', description: 'One network.' }), {
          title: 'Reserved networks',
          description:
            'Networks of others that neither may overlap: those of the Supervisor, of workloads and of management, and whatever pods must reach.',
          default: [],
          'x-allowed': 'a list of IPv4 networks, each once',
        }),
        domain: text({
          title: 'Domain',
          description: 'Suffix of the names of Services.',
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
        nodes: text({ ...STORAGE_CLASS, title: 'Nodes', description: "Nodes' root disks and volumes." }),
        volumes: computed(
          list(text({ ...STORAGE_CLASS, title: 'StorageClass', description: 'One StorageClass.' }), {
            title: 'Volumes',
            description: 'Offered to PersistentVolumeClaims. Default: default alone.',
            minItems: 1,
            'x-allowed': 'a list of StorageClasses, each once, one at least',
          }),
        ),
        default: text({
          ...STORAGE_CLASS,
          title: 'Default',
          description: 'Of PersistentVolumeClaims that name none.',
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
          'Certificates in PEM of authorities that every node trusts, by name: of a registry, of a proxy.',
        default: {},
        'x-allowed': 'a map of certificates by name',
      },
    ),
    gpuOperator: optional(gpuOperator),
  },
);

export type VksDocument = Static<typeof vks>;
