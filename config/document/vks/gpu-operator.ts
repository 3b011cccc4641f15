import type { Static } from '@sinclair/typebox';
import { choice, map, optional, secretName, text } from '../keywords';
import type { Parsed } from '../parsed';

/** NVIDIA's operator, by where its drivers come from. */
export const gpuOperator = choice(
  {
    title: 'GPU operator',
    description:
      "NVIDIA's operator for the nodes of the GPU pool: exactly one of vgpu and nodeImage. Default: none, somebody else installs it.",
    'x-allowed': 'a map with vgpu or nodeImage',
  },
  {
    vgpu: map(
      {
        title: 'vGPU',
        description:
          'The guest driver of NVIDIA vGPU. Its licence does not allow publishing the image, so it comes from your own registry.',
      },
      {
        repository: text({
          title: 'Repository',
          description: 'Registry and folder of the image vgpu-guest-driver.',
          pattern: '^[a-z0-9][-a-z0-9.]*(:[0-9]{1,5})?(/[a-z0-9][-a-z0-9._]*)*$',
          'x-allowed': 'a repository such as registry.example.com/nvidia',
        }),
        version: text({
          title: 'Driver version',
          description: 'Version of the guest driver, from the same branch as the vGPU manager of the hosts.',
          pattern: '^[0-9]{3}\\.[0-9]{2,3}(\\.[0-9]{2})?$',
          'x-allowed': 'a version of the driver such as 580.95.05',
        }),
        licenseTokenSecret: secretName(
          'Secret with the licence token',
          'Name of the Pulumi secret with client_configuration_token.tok of the licence server.',
          'vgpu-license-token',
          { default: 'vgpu-license-token' },
        ),
        pullSecret: optional(
          secretName(
            'Secret of the registry',
            'Name of the Pulumi secret with a .dockerconfigjson. Default: the registry asks for none.',
            'vgpu-registry',
          ),
        ),
      },
    ),
    nodeImage: map(
      {
        title: 'Node image',
        description: 'The node image brings the driver and its toolkit. Takes no settings: {}.',
      },
      {},
    ),
  },
);

export type GpuOperatorDocument = Static<typeof gpuOperator>;

/** NVIDIA's operator and where its drivers come from. */
export type GpuOperator = Parsed<typeof gpuOperator>;
