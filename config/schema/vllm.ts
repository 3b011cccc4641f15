import { GPU_NAMES, MIG_PROFILES } from '../models/gpus';
import { VLLM_VERSION } from '../models/images';
import { DURATION, map, type Schema } from './keywords';
import { hub, secretName, weights } from './weights';

function count(title: string, description: string, of: string, more: Schema = {}): Schema {
  return {
    title,
    description,
    type: 'integer',
    minimum: 1,
    'x-allowed': `a whole number of ${of}, 1 or more`,
    ...more,
  };
}

/** The GPU of a model server of any kind. */
export const mig: Schema = {
  title: 'MIG profile',
  description:
    'Slice of the GPU that one replica takes, as the MIG strategy mixed names it. Default: whole GPUs.',
  type: 'string',
  enum: MIG_PROFILES,
  'x-allowed': 'a MIG profile',
};

const autoscale = map({
  title: 'Autoscale',
  description: 'Grow and shrink with waiting requests, by KEDA. Default: a fixed number of replicas.',
  required: ['maxReplicas', 'prometheus'],
  properties: {
    maxReplicas: count('Most replicas', 'As many replicas at most; replicas is the least.', 'replicas'),
    waitingRequests: count(
      'Waiting requests',
      'Requests that wait in one replica, on average, when another is added.',
      'requests',
      { default: 5 },
    ),
    prometheus: {
      title: 'Prometheus',
      description: 'URL of the Prometheus that KEDA asks.',
      type: 'string',
      pattern: '^https?://\\S+$',
      'x-allowed': 'a URL such as http://prometheus.monitoring.svc:9090',
    },
    cooldown: {
      ...DURATION,
      title: 'Cooldown',
      description: 'How long it stays calm before a replica goes; long, because a start is expensive.',
      default: '10m',
    },
  },
});

/** How a model that vLLM serves is written. */
export const vllm = map({
  title: 'vLLM',
  description: 'Serve the model on own GPUs with vLLM. {} takes every default.',
  properties: {
    model: {
      title: 'Hub id',
      description:
        'Id of the model on the hub. Default: openai/<name> when the name begins with gpt-oss; otherwise required.',
      type: 'string',
      pattern: '^\\S+$',
      'x-allowed': 'the id of a model on the hub, such as openai/gpt-oss-120b',
    },
    ...hub,
    architecture: {
      title: 'Architecture',
      description:
        "The content of the model's own config.json, from which its memory is planned. Default: what is known about the hub id.",
      type: 'object',
      'x-allowed': "a map, the content of the model's config.json",
    },
    version: {
      title: 'Version',
      description: 'Version of vLLM. Decides the image and which flags there are.',
      type: 'string',
      pattern: '^[0-9]+\\.[0-9]+\\.[0-9]+$',
      default: VLLM_VERSION,
      'x-allowed': `a version of vLLM such as ${VLLM_VERSION}`,
      'x-why': 'a name such as latest can move, and its flags with it',
    },
    cuda: {
      title: 'CUDA',
      description:
        "CUDA of the image, for nodes with an older driver. Default: that of the version's plain tag, 13 since vLLM 0.20.0 and 12 before.",
      type: 'string',
      enum: ['12', '13'],
      'x-allowed': 'a major version of CUDA, as text',
    },
    strategy: {
      title: 'Strategy',
      description:
        'Four GPUs as one fast replica (latency: tensorParallelSize 4, replicas 1) or as two that answer more together (throughput: tensorParallelSize 2, replicas 2). Default: latency.',
      type: 'string',
      enum: ['latency', 'throughput'],
      'x-allowed': 'a strategy',
    },
    tensorParallelSize: {
      title: 'Tensor parallel size',
      description: 'GPUs that share every layer of one replica. Default: 4; 2 with strategy throughput.',
      type: 'integer',
      enum: [1, 2, 4, 8],
      'x-allowed': 'a tensor parallel size',
      'x-why':
        'it must divide the 64 query heads and 8 key-value heads of gpt-oss, and a GPU node has at most 8 GPUs',
    },
    pipelineParallelSize: count(
      'Pipeline parallel size',
      'Groups of GPUs that share the layers of one replica among them.',
      'groups',
      { default: 1 },
    ),
    gpu: {
      title: 'GPU',
      description: 'The GPU of the nodes.',
      type: 'string',
      enum: GPU_NAMES,
      default: 'h100-sxm-80gb',
      'x-allowed': 'a GPU that the memory plan knows',
    },
    mig,
    gpusPerNode: count(
      'GPUs of a node',
      'A replica with more GPUs than this takes several nodes (LeaderWorkerSet).',
      'GPUs',
      { default: 4, maximum: 16, 'x-allowed': 'a whole number of GPUs, from 1 to 16' },
    ),
    maxModelLen: count(
      'Longest context',
      'Tokens of prompt and answer together. Default: what the model was trained for.',
      'tokens',
    ),
    maxNumSeqs: count('Requests at once', 'Requests in one batch of a replica.', 'requests', {
      default: 256,
    }),
    maxNumBatchedTokens: count('Tokens at once', 'Tokens of one step of a replica.', 'tokens', {
      default: 8192,
    }),
    gpuMemoryUtilization: {
      title: 'GPU memory utilization',
      description: "Share of a GPU's memory that vLLM takes, over 0 and at most 0.95.",
      type: 'number',
      default: 0.9,
      'x-allowed': 'a number over 0 and at most 0.95',
    },
    overheadMemory: {
      title: 'Overhead',
      description:
        'Memory of a GPU that is neither weights nor KV cache, as measured. Default: estimated from maxNumSeqs and the vocabulary.',
      type: 'string',
      format: 'memory',
      pattern: '^[1-9][0-9]{0,5}[MG]i$',
      'x-allowed': 'a whole amount of memory such as 4608Mi',
    },
    kvCacheDtype: {
      title: 'KV cache type',
      description: 'Numbers in the KV cache: auto as in the model, 16 bits; fp8 8 bits.',
      type: 'string',
      enum: ['auto', 'fp8'],
      default: 'auto',
      'x-allowed': 'a type of the KV cache',
    },
    expectedTokens: count(
      'Expected tokens',
      'Tokens of an ordinary request, prompt and answer. Default: no warning when maxNumSeqs of them do not fit.',
      'tokens',
    ),
    replicas: count(
      'Replicas',
      'Model servers, each with GPUs of its own. Default: 1; 2 with strategy throughput.',
      'model servers',
    ),
    startupBudget: {
      ...DURATION,
      title: 'Startup budget',
      description:
        'How long a model server may take until it answers, a cold download of the weights included.',
      default: '30m',
    },
    drain: {
      ...DURATION,
      title: 'Drain',
      description: 'How long a leaving model server goes on generating. Default: gateway.requestTimeout.',
    },
    weights,
    apiKeySecret: secretName(
      'API key secret',
      'Name of the Pulumi secret of this stack that holds the key which the gateway presents to the model server. Default: no key.',
      'vllm-api-key',
    ),
    autoscale,
    preflight: {
      title: 'Preflight',
      description:
        "Every replica checks its GPUs' links before it starts: NVLink between all pairs, and an all-reduce.",
      type: 'boolean',
      default: false,
      'x-allowed': 'true or false',
    },
    endpointPicker: {
      title: 'Endpoint picker',
      description: 'Let an endpoint picker choose the replica (InferencePool).',
      type: 'boolean',
      default: false,
      'x-allowed': 'true or false',
    },
    priorityClass: {
      title: 'Priority class',
      description: "Name of a PriorityClass that is there. Default: the platform's own, above batch work.",
      type: 'string',
      minLength: 1,
      'x-allowed': 'the name of a PriorityClass',
    },
    runtimeClass: {
      title: 'Runtime class',
      description: "Name of a RuntimeClass, mostly nvidia. Default: the nodes' own runtime.",
      type: 'string',
      minLength: 1,
      'x-allowed': 'the name of a RuntimeClass',
    },
    extraArgs: {
      title: 'Extra arguments',
      description:
        'More flags of vllm serve by name, without --; true for a flag without a value, false for its --no- form.',
      type: 'object',
      default: {},
      additionalProperties: {
        title: 'Argument',
        description: 'Value of the flag.',
        type: ['string', 'number', 'boolean'],
        'x-allowed': 'a text, a number, true or false',
      },
      'x-allowed': 'a map of flags without --',
    },
  },
});
