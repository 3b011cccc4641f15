import { GPU_NAMES } from '../models/gpus';
import { TEI_VERSION } from '../models/images';
import { DURATION, map } from './keywords';
import { mig } from './vllm';
import { hub, weights } from './weights';

/** How an embedding model that Text Embeddings Inference serves is written. */
export const tei = map({
  title: 'Text Embeddings Inference',
  description: 'Serve an embedding model with Text Embeddings Inference. {} takes every default.',
  properties: {
    model: {
      title: 'Hub id',
      description:
        'Id of the model on the hub. Default: BAAI/<name>-v1.5 for bge-small-en, bge-base-en and bge-large-en; otherwise required.',
      type: 'string',
      pattern: '^\\S+$',
      'x-allowed': 'the id of a model on the hub, such as BAAI/bge-large-en-v1.5',
    },
    ...hub,
    version: {
      title: 'Version',
      description: 'Version of Text Embeddings Inference. Decides the image.',
      type: 'string',
      pattern: '^[0-9]+\\.[0-9]+\\.[0-9]+$',
      default: TEI_VERSION,
      'x-allowed': `a version of Text Embeddings Inference such as ${TEI_VERSION}`,
      'x-why': 'a name such as latest can move',
    },
    gpu: {
      title: 'GPU',
      description: 'cpu, or the GPU of the nodes, of which a replica takes one.',
      type: 'string',
      enum: ['cpu', ...GPU_NAMES],
      default: 'cpu',
      'x-allowed': 'cpu or a GPU',
    },
    mig,
    replicas: {
      title: 'Replicas',
      description: 'Model servers.',
      type: 'integer',
      minimum: 1,
      default: 1,
      'x-allowed': 'a whole number of model servers, 1 or more',
    },
    startupBudget: {
      ...DURATION,
      title: 'Startup budget',
      description: 'How long a model server may take until it answers.',
      default: '10m',
    },
    weights,
  },
});
