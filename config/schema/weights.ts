import { map, type Schema } from './keywords';

const SECRET_PATTERN = '^(?!platform$)[a-z][-a-z0-9]*$';

/** The name of a Pulumi secret, in place of the secret. */
export function secretName(title: string, description: string, example: string): Schema {
  return {
    title,
    description,
    type: 'string',
    pattern: SECRET_PATTERN,
    'x-allowed': `the name of a Pulumi secret: lower-case letters, digits and -, such as ${example}`,
    'x-why': 'the secret itself belongs into Pulumi, never here',
    'x-withhold': true,
  };
}

/** Where a model server finds its weights, for servers of every kind. */
export const weights = map({
  title: 'Weights',
  description: 'Where the weights come from: exactly one of pvc, image and hub.',
  default: { pvc: {} },
  'x-allowed': 'a map with pvc, image or hub',
  oneOf: [{ required: ['pvc'] }, { required: ['image'] }, { required: ['hub'] }],
  properties: {
    pvc: map({
      title: 'Volume',
      description: 'A PersistentVolumeClaim that a Job fills once from the hub. {} takes every default.',
      properties: {
        storageClass: {
          title: 'Storage class',
          description: "Name of the StorageClass. Default: the cluster's default class.",
          type: 'string',
          minLength: 1,
          'x-allowed': 'the name of a StorageClass',
        },
        accessMode: {
          title: 'Access mode',
          description:
            'Who may mount the volume at once. Default: ReadWriteMany when there can be more than one replica, otherwise ReadWriteOnce.',
          type: 'string',
          enum: ['ReadWriteOnce', 'ReadWriteMany'],
          'x-allowed': 'an access mode',
        },
        size: {
          title: 'Size',
          description: 'Size of the volume. Default: 1.3 times the checkpoint, in whole gibibytes.',
          type: 'string',
          format: 'memory',
          pattern: '^[1-9][0-9]{0,5}([MGT]i|[MGT])$',
          'x-allowed': 'a whole amount of storage such as 80Gi',
        },
      },
    }),
    image: map({
      title: 'Image',
      description:
        'An OCI image that holds nothing but the weights, mounted as a volume; needs Kubernetes 1.35.',
      required: ['reference'],
      properties: {
        reference: {
          title: 'Reference',
          description: 'The image, pinned by digest.',
          type: 'string',
          pattern: '^[^\\s@]+@sha256:[0-9a-f]{64}$',
          'x-allowed':
            'an image by digest, such as registry.example.com/gpt-oss-120b@sha256:<64 hexadecimal digits>',
          'x-why': 'a tag can move, and replicas would serve different weights',
        },
      },
    }),
    hub: map({
      title: 'Hub',
      description: 'Every pod downloads from the hub whenever it starts. Takes no settings: {}.',
      properties: {},
    }),
  },
});

/** Fields that say which model of the hub it is. */
export const hub: Readonly<Record<string, Schema>> = {
  revision: {
    title: 'Revision',
    description: 'Commit of the hub repository that is downloaded. Default: the newest when the Job runs.',
    type: 'string',
    pattern: '^[0-9a-f]{40}$',
    'x-allowed': 'a commit of the hub repository, 40 hexadecimal digits',
    'x-why': 'a branch can move, and replicas would serve different weights',
  },
  hubTokenSecret: secretName(
    'Hub token secret',
    'Name of the Pulumi secret of this stack that holds the token of the hub, for models that are not open to everybody. Default: no token.',
    'hub-token',
  ),
};
