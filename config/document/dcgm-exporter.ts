import { map, mapOf, optional, text, wordOrChoice } from './keywords';

/** Where the metrics of GPUs come from. */
export const dcgmExporter = wordOrChoice(
  ['gpuOperator', 'none'],
  {
    title: 'DCGM exporter',
    description:
      "Where the metrics of GPUs come from: gpuOperator for the exporter of NVIDIA's GPU operator, own for a DaemonSet of the platform, none where there is nothing to read, as in guests with a vGPU whose profile has no profiling. With none, the rules, alerts and panels about GPUs are left out.",
    default: 'gpuOperator',
    'x-allowed': 'gpuOperator, none, or a map with own',
  },
  {
    own: map(
      {
        title: 'Own',
        description:
          "A DaemonSet on the GPU nodes, in the namespace dcgm-exporter. The driver and NVIDIA's container runtime have to be on the nodes. {} takes every default.",
      },
      {
        nodeSelector: optional(
          mapOf(
            text({
              title: 'Value',
              description: 'Value of the label.',
              pattern: '^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$',
              'x-allowed': 'the value of a label, in quotes if it is a number or true',
            }),
            {
              title: 'Node selector',
              description:
                'Labels of the GPU nodes. Default: the GPU pool on VKS, else nvidia.com/gpu.present: "true", which GPU feature discovery sets.',
              minProperties: 1,
              'x-allowed': 'a map of labels, with one at least',
            },
          ),
        ),
        runtimeClass: optional(
          text({
            title: 'Runtime class',
            description:
              "Name of a RuntimeClass that gives containers the driver, mostly nvidia. Default: the nodes' own runtime.",
            minLength: 1,
            'x-allowed': 'the name of a RuntimeClass',
          }),
        ),
      },
    ),
  },
);
