import { map } from './keywords';
import { vks } from './vks';

/** How the cluster is written. */
export const cluster = map({
  title: 'Cluster',
  description: 'Where the platform runs: exactly one of local, existing and vks.',
  'x-allowed': 'a map with local, existing or vks',
  oneOf: [{ required: ['local'] }, { required: ['existing'] }, { required: ['vks'] }],
  properties: {
    local: map({
      title: 'Embedded datacenter',
      description:
        'The control plane and data plane that vcf-ai runs on this machine. {} takes every default.',
      properties: {
        gpuNodes: {
          title: 'GPU nodes',
          description:
            'Nodes with four GPUs that npm start gives it, and vcf-ai local up with --gpu-nodes. Nothing runs on them.',
          type: 'integer',
          minimum: 1,
          maximum: 16,
          default: 1,
          'x-allowed': 'a whole number of nodes, from 1 to 16',
        },
      },
    }),
    existing: map({
      title: 'Existing cluster',
      description: 'A Kubernetes cluster that is there already.',
      required: ['context'],
      properties: {
        context: {
          title: 'Kubeconfig context',
          description: 'Name of the context in the kubeconfig that reaches the cluster.',
          type: 'string',
          minLength: 1,
          'x-allowed': 'the name of a kubeconfig context',
        },
        kubernetesVersion: {
          title: 'Kubernetes version',
          description: 'Of its API server, <major>.<minor>. Decides what objects may hold. Default: 1.34.',
          type: 'string',
          pattern: '^1\\.[0-9]{1,2}$',
          'x-allowed': 'a version such as "1.34", in quotes',
          'x-why': 'YAML reads 1.40 without quotes as the number 1.4',
        },
      },
    }),
    vks,
  },
});
