import type { Static } from '@sinclair/typebox';
import { choice, computed, integer, map, text } from './keywords';
import { vks } from './vks';

/** How the cluster is written. */
export const cluster = choice(
  {
    title: 'Cluster',
    description: 'Where the platform runs: exactly one of local, existing and vks.',
    'x-allowed': 'a map with local, existing or vks',
  },
  {
    local: map(
      {
        title: 'Embedded datacenter',
        description:
          'The control plane and data plane that vcf-ai runs on this machine. {} takes every default.',
      },
      {
        gpuNodes: integer({
          title: 'GPU nodes',
          description:
            'Number of simulated nodes with four GPUs each. No GPU is needed: nothing runs on these nodes.',
          minimum: 1,
          maximum: 16,
          default: 1,
          'x-allowed': 'a whole number of nodes, from 1 to 16',
        }),
      },
    ),
    existing: map(
      {
        title: 'Existing cluster',
        description: 'An existing Kubernetes cluster.',
      },
      {
        context: text({
          title: 'Kubeconfig context',
          description: 'Name of the kubeconfig context of the cluster.',
          minLength: 1,
          'x-allowed': 'the name of a kubeconfig context',
        }),
        kubernetesVersion: computed(
          text({
            title: 'Kubernetes version',
            description:
              'Version of the API server, <major>.<minor>. It decides which fields the objects may use. Default: 1.34.',
            pattern: '^1\\.[0-9]{1,2}$',
            'x-allowed': 'a version such as "1.34", in quotes',
            'x-why': 'YAML reads 1.40 without quotes as the number 1.4',
          }),
        ),
      },
    ),
    vks,
  },
);

export type ClusterDocument = Static<typeof cluster>;
