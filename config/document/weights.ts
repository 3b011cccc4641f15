import type { Static } from '@sinclair/typebox';
import { choice, computed, map, memory, optional, secretName, text, words } from './keywords';
import type { Parsed } from './parsed';

/** Where a model server finds its weights, for servers of every kind. */
export const weights = choice(
  {
    title: 'Weights',
    description: 'Where the weights come from: exactly one of pvc, image and hub.',
    default: { pvc: {} },
    'x-allowed': 'a map with pvc, image or hub',
  },
  {
    pvc: map(
      {
        title: 'Volume',
        description: 'A PersistentVolumeClaim that a Job fills once from the hub. {} takes every default.',
      },
      {
        storageClass: optional(
          text({
            title: 'Storage class',
            description: "Name of the StorageClass. Default: the cluster's default class.",
            minLength: 1,
            'x-allowed': 'the name of a StorageClass',
          }),
        ),
        accessMode: computed(
          words(['ReadWriteOnce', 'ReadWriteMany'], {
            title: 'Access mode',
            description:
              'Who may mount the volume at once. Default: ReadWriteMany when there can be more than one replica, otherwise ReadWriteOnce.',
            'x-allowed': 'an access mode',
          }),
        ),
        size: computed(
          memory({
            title: 'Size',
            description:
              'Size of the volume, in whole gibibytes: others are rounded up. Default: 1.3 times the checkpoint.',
            pattern: '^[1-9][0-9]{0,5}([MGT]i|[MGT])$',
            'x-allowed': 'a whole amount of storage such as 80Gi',
          }),
        ),
      },
    ),
    image: map(
      {
        title: 'Image',
        description:
          'An OCI image that holds nothing but the weights, mounted as a volume; needs Kubernetes 1.35.',
      },
      {
        reference: text({
          title: 'Reference',
          description: 'The image, pinned by digest.',
          pattern: '^[^\\s@]+@sha256:[0-9a-f]{64}$',
          'x-allowed':
            'an image by digest, such as registry.example.com/gpt-oss-120b@sha256:<64 hexadecimal digits>',
          'x-why': 'a tag can move, and replicas would serve different weights',
        }),
      },
    ),
    hub: map(
      {
        title: 'Hub',
        description: 'Every pod downloads from the hub whenever it starts. Takes no settings: {}.',
      },
      {},
    ),
  },
);

/** Fields that say which model of the hub it is. */
export const hub = {
  revision: optional(
    text({
      title: 'Revision',
      description: 'Commit of the hub repository that is downloaded. Default: the newest when the Job runs.',
      pattern: '^[0-9a-f]{40}$',
      'x-allowed': 'a commit of the hub repository, 40 hexadecimal digits',
      'x-why': 'a branch can move, and replicas would serve different weights',
    }),
  ),
  hubTokenSecret: optional(
    secretName(
      'Hub token secret',
      'Name of the Pulumi secret of this stack that holds the token of the hub, for models that are not open to everybody. Default: no token.',
      'hub-token',
    ),
  ),
};

export type WeightsDocument = Static<typeof weights>;

/** Where the weights of a model come from. */
export type Weights = Parsed<typeof weights>;
