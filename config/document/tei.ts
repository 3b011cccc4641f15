import type { Static } from '@sinclair/typebox';
import { GPU_NAMES } from '../models/gpus';
import { TEI_VERSION } from '../models/images';
import { computed, duration, integer, map, optional, text, words } from './keywords';
import { defaultsOf, type Parsed } from './parsed';
import { mig } from './vllm';
import { hub, weights } from './weights';

/** How an embedding model that Text Embeddings Inference serves is written. */
export const tei = map(
  {
    title: 'Text Embeddings Inference',
    description: 'Serve an embedding model with Text Embeddings Inference. {} takes every default.',
  },
  {
    model: computed(
      text({
        title: 'Hub id',
        description:
          'Id of the model on the hub. Default: BAAI/<name>-v1.5 for bge-small-en, bge-base-en and bge-large-en; otherwise required.',
        pattern: '^\\S+$',
        'x-allowed': 'the id of a model on the hub, such as BAAI/bge-large-en-v1.5',
      }),
    ),
    ...hub,
    version: text({
      title: 'Version',
      description: 'Version of Text Embeddings Inference. Decides the image.',
      pattern: '^[0-9]+\\.[0-9]+\\.[0-9]+$',
      default: TEI_VERSION,
      'x-allowed': `a version of Text Embeddings Inference such as ${TEI_VERSION}`,
      'x-why': 'a name such as latest can move',
    }),
    gpu: words(['cpu', ...GPU_NAMES], {
      title: 'GPU',
      description: 'cpu, or the GPU of the nodes, of which a replica takes one.',
      default: 'cpu',
      'x-allowed': 'cpu or a GPU',
    }),
    mig: optional(mig),
    replicas: integer({
      title: 'Replicas',
      description: 'Model servers.',
      minimum: 1,
      default: 1,
      'x-allowed': 'a whole number of model servers, 1 or more',
    }),
    startupBudget: duration({
      title: 'Startup budget',
      description: 'How long a model server may take until it answers.',
      default: '10m',
    }),
    weights: weights,
  },
);

/** An embedding model with Text Embeddings Inference, as it is written, defaults filled in. */
export type TeiDocument = Static<typeof tei>;

/** An embedding model that the platform serves itself, with Text Embeddings Inference. */
export type TeiSettings = Parsed<typeof tei>;

const { weights: _, ...defaults } = defaultsOf(tei);

/** What a server of Text Embeddings Inference has without being told, in a document and as a construct. */
export const TEI_DEFAULTS = defaults;
