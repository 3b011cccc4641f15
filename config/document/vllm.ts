import type { Static } from '@sinclair/typebox';
import { GPU_NAMES, MIG_PROFILES } from '../models/gpus';
import { VLLM_VERSION } from '../models/images';
import {
  anything,
  computed,
  duration,
  flag,
  integer,
  map,
  mapOf,
  memory,
  number,
  optional,
  scalar,
  secretName,
  text,
  words,
} from './keywords';
import { defaultsOf, type Parsed } from './parsed';
import type { Schema } from './schema';
import { hub, weights } from './weights';

function count<const O extends Schema>(title: string, description: string, of: string, more?: O) {
  const allowed = `a whole number of ${of}, 1 or more`;
  return integer({ title, description, minimum: 1, 'x-allowed': allowed, ...(more as O) });
}

/** The GPU of a model server of any kind. */
export const mig = words(MIG_PROFILES, {
  title: 'MIG profile',
  description:
    'Slice of the GPU that one replica takes, as the MIG strategy mixed names it. Default: whole GPUs.',
  'x-allowed': 'a MIG profile',
});

const autoscale = map(
  {
    title: 'Autoscale',
    description: 'Grow and shrink with waiting requests, by KEDA. Default: a fixed number of replicas.',
  },
  {
    maxReplicas: count('Most replicas', 'Largest number of replicas. The smallest is replicas.', 'replicas'),
    waitingRequests: count(
      'Waiting requests',
      'Requests that wait in one replica, on average, when another is added.',
      'requests',
      { default: 5 },
    ),
    prometheus: text({
      title: 'Prometheus',
      description: 'URL of the Prometheus that KEDA asks.',
      pattern: '^https?://\\S+$',
      'x-allowed': 'a URL such as http://prometheus.monitoring.svc:9090',
    }),
    cooldown: duration({
      title: 'Cooldown',
      description:
        'How long no request must wait before a replica is removed. It is long because starting a replica is expensive.',
      default: '10m',
    }),
  },
);

/** How a model that vLLM serves is written. */
export const vllm = map(
  {
    title: 'vLLM',
    description: 'Serve the model on your own GPUs with vLLM. {} takes every default.',
  },
  {
    model: computed(
      text({
        title: 'Hub id',
        description:
          'Id of the model on the hub. Default: openai/<name> when the name begins with gpt-oss; otherwise required.',
        pattern: '^\\S+$',
        'x-allowed': 'the id of a model on the hub, such as openai/gpt-oss-120b',
      }),
    ),
    ...hub,
    architecture: optional(
      anything({
        title: 'Architecture',
        description:
          "The content of the model's own config.json, from which its memory is planned. Default: what is known about the hub id.",
        'x-allowed': "a map, the content of the model's config.json",
      }),
    ),
    version: text({
      title: 'Version',
      description: 'Version of vLLM. Decides the image and which flags there are.',
      pattern: '^[0-9]+\\.[0-9]+\\.[0-9]+$',
      default: VLLM_VERSION,
      'x-allowed': `a version of vLLM such as ${VLLM_VERSION}`,
      'x-why': 'a name such as latest can move, and its flags with it',
    }),
    cuda: optional(
      words(['12', '13'], {
        title: 'CUDA',
        description:
          "CUDA version of the image, for nodes with an older driver. Default: that of the version's plain tag, 13 since vLLM 0.20.0 and 12 before.",
        'x-allowed': 'a major version of CUDA, as text',
      }),
    ),
    strategy: optional(
      words(['latency', 'throughput'], {
        title: 'Strategy',
        description:
          'Four GPUs as one fast replica (latency: tensorParallelSize 4, replicas 1) or as two that answer more together (throughput: tensorParallelSize 2, replicas 2). Default: latency.',
        'x-allowed': 'a strategy',
      }),
    ),
    tensorParallelSize: computed(
      words([1, 2, 4, 8], {
        title: 'Tensor parallel size',
        description: 'GPUs that share every layer of one replica. Default: 4; 2 with strategy throughput.',
        'x-allowed': 'a tensor parallel size',
        'x-why':
          'it must divide the 64 query heads and 8 key-value heads of gpt-oss, and a GPU node has at most 8 GPUs',
      }),
    ),
    pipelineParallelSize: count(
      'Pipeline parallel size',
      'Groups of GPUs that share the layers of one replica among them.',
      'groups',
      { default: 1 },
    ),
    gpu: words(GPU_NAMES, {
      title: 'GPU',
      description: 'The GPU of the nodes.',
      default: 'h100-sxm-80gb',
      'x-allowed': 'a GPU that the memory plan knows',
    }),
    mig: optional(mig),
    gpusPerNode: count(
      'GPUs of a node',
      'A replica with more GPUs than this takes several nodes (LeaderWorkerSet).',
      'GPUs',
      { default: 4, maximum: 16, 'x-allowed': 'a whole number of GPUs, from 1 to 16' },
    ),
    maxModelLen: computed(
      count(
        'Longest context',
        'Longest context in tokens, prompt and answer together. Default: what the model was trained for.',
        'tokens',
      ),
    ),
    maxNumSeqs: count(
      'Requests at once',
      'Largest number of requests in one batch of a replica.',
      'requests',
      {
        default: 256,
      },
    ),
    maxNumBatchedTokens: count(
      'Tokens at once',
      'Largest number of tokens in one step of a replica.',
      'tokens',
      {
        default: 8192,
      },
    ),
    gpuMemoryUtilization: number({
      title: 'GPU memory utilization',
      description: "Share of a GPU's memory that vLLM takes, over 0 and at most 0.98.",
      exclusiveMinimum: 0,
      maximum: 0.98,
      default: 0.9,
      'x-allowed': 'a number over 0 and at most 0.98',
    }),
    overheadMemory: optional(
      memory({
        title: 'Overhead',
        description:
          'Memory of a GPU that is neither weights nor KV cache, as measured. Default: estimated from measurements of vLLM 0.18 and newer.',
        pattern: '^[1-9][0-9]{0,5}[MG]i$',
        'x-allowed': 'a whole amount of memory such as 4608Mi',
      }),
    ),
    kvCacheDtype: words(['auto', 'fp8'], {
      title: 'KV cache type',
      description: 'Number format of the KV cache: auto uses that of the model (16 bits), fp8 uses 8 bits.',
      default: 'auto',
      'x-allowed': 'a type of the KV cache',
    }),
    expectedTokens: optional(
      count(
        'Expected tokens',
        'Tokens of an ordinary request, prompt and answer. Default: no warning when maxNumSeqs of them do not fit.',
        'tokens',
      ),
    ),
    replicas: computed(
      count(
        'Replicas',
        'Model servers, each with GPUs of its own. Default: 1; 2 with strategy throughput.',
        'model servers',
      ),
    ),
    startupBudget: duration({
      title: 'Startup budget',
      description:
        'How long a model server may take until it answers, a cold download of the weights included.',
      default: '30m',
    }),
    drain: computed(
      duration({
        title: 'Drain',
        description: 'How long a leaving model server goes on generating. Default: gateway.requestTimeout.',
      }),
    ),
    weights: weights,
    apiKeySecret: optional(
      secretName(
        'API key secret',
        'Name of the Pulumi secret of this stack that holds the key which the gateway presents to the model server. Default: no key.',
        'vllm-api-key',
      ),
    ),
    autoscale: optional(autoscale),
    preflight: flag({
      title: 'Preflight',
      description:
        "Every replica checks its GPUs' links before it starts: NVLink between all pairs, and an all-reduce.",
      default: false,
    }),
    endpointPicker: flag({
      title: 'Endpoint picker',
      description: 'Let an endpoint picker choose the replica (InferencePool).',
      default: false,
    }),
    priorityClass: optional(
      text({
        title: 'Priority class',
        description: "Name of an existing PriorityClass. Default: the platform's own, above batch work.",
        minLength: 1,
        'x-allowed': 'the name of a PriorityClass',
      }),
    ),
    runtimeClass: optional(
      text({
        title: 'Runtime class',
        description: "Name of a RuntimeClass, mostly nvidia. Default: the nodes' own runtime.",
        minLength: 1,
        'x-allowed': 'the name of a RuntimeClass',
      }),
    ),
    extraArgs: mapOf(
      scalar({
        title: 'Argument',
        description: 'Value of the flag.',

        'x-allowed': 'a text, a number, true or false',
      }),
      {
        title: 'Extra arguments',
        description:
          'Additional flags of vllm serve by name, without --. Use true for a flag without a value, false for its --no- form.',
        default: {},
        'x-allowed': 'a map of flags without --',
      },
    ),
  },
);

/** A model on own GPUs with vLLM, as it is written, defaults filled in. */
export type VllmDocument = Static<typeof vllm>;

/** A model that the platform serves itself, with vLLM on its own GPUs. */
export type VllmSettings = Omit<Parsed<typeof vllm>, 'strategy'>;

const { weights: _, ...defaults } = defaultsOf(vllm);

/** What a model server of vLLM has without being told, in a document and as a construct. */
export const VLLM_DEFAULTS = defaults;
