import { commandLineOf, flagValue, numberAt } from '../../command-line';
import { productOf, sliceMemory } from '../../gpu-products';
import { type ModelServer, modelOf, modelServersIn, versionOf } from '../../model-servers';
import { type Pods, podsIn, SERVERS } from '../../pods';
import { defineRule, type Violation } from '../../rule';
import { leastWeights } from '../../weights';
import { ARGS, VLLM } from '../baseline/model-server';
import { CONTAINER, pod, SERVER } from './samples';

/** The sound server on nodes with a GPU, with other arguments in the place of its own. */
const on = (product: string, args: readonly string[], gpus = '4') =>
  pod({
    nodeSelector: { 'nvidia.com/gpu.product': product },
    containers: [
      {
        ...VLLM,
        args,
        resources: {
          requests: { ...VLLM.resources?.requests, 'nvidia.com/gpu': gpus },
          limits: { ...VLLM.resources?.limits, 'nvidia.com/gpu': gpus },
        },
      },
    ],
  });

const more = (...flags: readonly string[]) => [...ARGS, ...flags];
const AT = `${SERVER} ${CONTAINER}/args`;

const model = (name: string, gpus: number, ...flags: readonly string[]) => [
  name,
  ...ARGS.slice(1).filter((arg) => !/tensor-parallel/.test(arg)),
  `--tensor-parallel-size=${gpus}`,
  ...flags,
];

const ONE = { limits: { 'nvidia.com/gpu': '1' } };

const EMBEDDINGS = 'pod/ai/embeddings /spec/containers/0';

/** A server of embeddings on Ampere. */
const embeddings = (tag: string) => ({
  'pod/ai/embeddings': {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'ai', name: 'embeddings' },
    spec: {
      nodeSelector: { 'nvidia.com/gpu.product': 'NVIDIA-A10' },
      containers: [
        {
          name: 'tei',
          image: `registry.internal:5000/text-embeddings-inference:${tag}`,
          args: ['--model-id=/models/bge'],
          resources: { limits: { 'nvidia.com/gpu': '1' } },
        },
      ],
    },
  },
});

export const gpusOfModel = defineRule({
  id: 'S38',
  title: 'the GPUs of a model server can hold and calculate its model',
  effect: 'failing',
  why:
    'GPUs before Ampere (compute capability 8.0) have no bfloat16, those before Turing (7.5) no kernels for AWQ, and ' +
    'before Volta (7.0) vLLM has none at all: the server ends at start. So it does, out of memory, where the weights are ' +
    'larger than the memory of the GPUs that tensor and pipeline parallel size divide them over.',
  source:
    'vLLM 0.33, platforms/cuda.py (check_if_supports_dtype), model_executor/layers/quantization (get_min_capability) and ' +
    'v1/worker/gpu_worker.py; vllm-project/vllm#1157; huggingface/text-embeddings-inference, README, docker images, and backends/candle/src/compute_cap.rs; NVIDIA, cuda-gpus and data sheets; sizes: files of the repositories, and for ' +
    'others 90 % of the parameters in the name',
  fix: 'use --dtype=half, another quantization, or more, larger or newer GPUs',
  area: 'serving',
  scope: 'graph',
  kinds: [...SERVERS],
  good: [
    { shows: 'half precision on Turing', change: on('Tesla-T4', more('--dtype=half')) },
    { shows: 'bfloat16 on Ampere', change: on('NVIDIA-A100-SXM4-80GB', more('--dtype=bfloat16')) },
    { shows: 'AWQ on Turing', change: on('Tesla-T4', more('--quantization=awq')) },
    { shows: 'an image of Ampere', change: embeddings('1.8.2') },
    { shows: 'an image of all generations', change: embeddings('cuda-1.9') },
    { shows: 'GPUs that nobody knows', change: on('NVIDIA-X9000', more('--dtype=bfloat16')) },

    {
      shows: '70 thousand millions on four GPUs',
      change: on('NVIDIA-A100-SXM4-80GB', model('Qwen/Qwen2.5-72B-Instruct', 4)),
    },
    {
      shows: 'the whole of a GPU in a virtual machine',
      change: on('NVIDIA-A100-80C', model('Qwen/Qwen3-32B', 1), '1'),
    },
    {
      shows: 'a model of four bits',
      change: on('NVIDIA-A100-SXM4-40GB', model('Qwen/Qwen2.5-72B-Instruct-AWQ', 2), '2'),
    },
    {
      shows: 'weights in the memory of the node',
      change: on('NVIDIA-A100-SXM4-40GB', model('Qwen/Qwen2.5-72B-Instruct', 2, '--cpu-offload-gb=80'), '2'),
    },
    {
      shows: 'weights that are made smaller as they are loaded',
      change: on('NVIDIA-H100-80GB-HBM3', model('Qwen/Qwen2.5-72B-Instruct', 1, '--quantization=fp8'), '1'),
    },
  ],
  bad: [
    { shows: 'bfloat16 on Turing', change: on('Tesla-T4', more('--dtype=bfloat16')), finds: [AT] },
    { shows: 'AWQ on Volta', change: on('Tesla-V100-SXM2-32GB', more('-q', 'awq')), finds: [AT] },
    { shows: 'FP8 on Volta', change: on('Tesla-V100-SXM2-32GB', more('--quantization=fp8')), finds: [AT] },
    {
      shows: 'an image of Turing on Ampere',
      change: embeddings('turing-1.8.2'),
      finds: [`${EMBEDDINGS}/image`],
    },
    { shows: 'GPUs of Pascal', change: on('Tesla-P100-PCIE-16GB', more('--dtype=half')), finds: [AT] },
    {
      shows: 'two GPUs of 40 GB for 72 thousand millions',
      change: on('NVIDIA-A100-SXM4-40GB', model('Qwen/Qwen2.5-72B-Instruct', 2), '2'),
      finds: [AT],
    },
    { shows: 'one GPU of 24 GB', change: on('NVIDIA-L4', model('Qwen/Qwen3-32B', 1), '1'), finds: [AT] },
    {
      shows: 'a part of a GPU in a virtual machine',
      change: on('NVIDIA-A100-20C', model('Qwen/Qwen3-32B', 1), '1'),
      finds: [AT],
    },
    {
      shows: 'a slice of a GPU of GKE',
      change: pod({
        nodeSelector: {
          'cloud.google.com/gke-accelerator': 'nvidia-tesla-a100',
          'cloud.google.com/gke-gpu-partition-size': '1g.5gb',
        },
        containers: [{ ...VLLM, args: model('Qwen/Qwen3-8B', 1), resources: ONE }],
      }),
      finds: [AT],
    },
    {
      shows: 'a slice of a GPU',
      change: pod({
        containers: [
          {
            ...VLLM,
            args: model('Qwen/Qwen3-14B', 1),
            resources: { limits: { 'nvidia.com/mig-2g.20gb': '1' } },
          },
        ],
      }),
      finds: [AT],
    },
  ],
  check: (_, one) => [
    ...modelServersIn(one).flatMap((server) => [...generationFaults(server), ...weightFaults(server)]),
    ...podsIn(one).flatMap(imageFaults),
  ],
});

/**
 * Text Embeddings Inference has an image for each generation, which refuses others: tags from .github/workflows/matrix.json,
 * what each runs on from backends/candle/src/compute_cap.rs of 1.2 to 1.9. The image `cuda-` has all of them.
 */
const BUILDS: readonly (readonly [tag: RegExp, built: string, least: number, most: number])[] = [
  [/^turing-/, 'Turing', 7.5, 7.5],
  [/^\d+\.\d+/, 'Ampere and Ada', 8, 8.9],
  [/^86-/, 'compute capability 8.6', 8.6, 8.9],
  [/^89-/, 'compute capability 8.9', 8.9, 8.9],
  [/^hopper-/, 'Hopper', 9, 9],
  [/^100-/, 'compute capability 10.0', 10, 10],
  [/^120-/, 'compute capability 12.0', 12, 12.1],
  [/^121-/, 'compute capability 12.1', 12.1, 12.1],
];

function imageFaults({ spec, pointer }: Pods): Violation[] {
  const product = productOf(spec);
  return [...spec.containers.entries()].flatMap(([index, { image = '' }]) => {
    const tag = /(?:^|\/)text-embeddings-inference:([^@]+)/.exec(image)?.[1];
    const build = tag === undefined ? undefined : BUILDS.find(([pattern]) => pattern.test(tag));
    if (product === undefined || build === undefined) return [];
    const [, built, least, most] = build;
    const { name, capability } = product;
    if (capability >= least && capability <= most) return [];
    return [
      {
        pointer: `${pointer}/containers/${index}/image`,
        value: image,
        problem: `the image is built for ${built}, and ${name} has compute capability ${capability.toFixed(1)}`,
        fix: 'use the image of this generation: turing-, 86-, 89-, hopper-, 100- or 120- before the version, or cuda- for any',
      },
    ];
  });
}

function generationFaults(server: ModelServer): Violation[] {
  const product = productOf(server.spec);
  const need = product && capabilityOf(server);
  if (product === undefined || need === undefined || product.capability >= need.least) return [];
  const { name, capability } = product;
  return [
    {
      pointer: `${server.at}/${server.container.args === undefined ? 'command' : 'args'}`,
      problem: `${need.of} needs compute capability ${need.least.toFixed(1)}, and ${name} has ${capability.toFixed(1)}`,
    },
  ];
}

/** The least of all versions of vLLM, so that a later kernel is no false alarm. */
const QUANTIZATIONS: Readonly<Record<string, number>> = {
  awq: 7.5,
  awq_marlin: 7.5,
  gptq_marlin: 7.5,
  fp8: 7.5,
  bitsandbytes: 7,
};

function capabilityOf(server: ModelServer): { readonly least: number; readonly of: string } | undefined {
  const line = commandLineOf(server.container);
  const dtype = flagValue(line, 'dtype');
  if (dtype === 'bfloat16') return { least: 8, of: '--dtype=bfloat16' };
  const quantization = flagValue(line, 'quantization') ?? '';
  const least = QUANTIZATIONS[quantization];
  if (least !== undefined) return { least, of: `--quantization=${quantization}` };
  // Other builds have kernels of their own.
  return versionOf(server.container) === undefined ? undefined : { least: 7, of: 'vLLM' };
}

/** What makes weights smaller as they are loaded. */
const SMALLER: Readonly<Record<string, number>> = { fp8: 2, bitsandbytes: 4, experts_int8: 2, int8: 2 };

function weightFaults(server: ModelServer): Violation[] {
  const line = commandLineOf(server.container);
  const name = modelOf(server);
  const weights = name === undefined ? undefined : leastWeights(name);
  const gpus = workersOf(line);
  const gpu = memoryOf(server);
  const isOffloaded = ['cpu-offload-gb', 'cpu-offload-params', 'offload-backend', 'load-format'].some(
    (flag) => line.flags.has(flag),
  );
  if (weights === undefined || gpus === undefined || gpu === undefined || isOffloaded || line.isOpen)
    return [];
  const quantization = flagValue(line, 'quantization');
  const factor = quantization === undefined ? 1 : (SMALLER[quantization] ?? 4);
  const least = weights / factor / 2 ** 30;
  const memory = gpus * gpu.memory;
  if (least <= memory) return [];
  return [
    {
      pointer: `${server.at}/${server.container.args === undefined ? 'command' : 'args'}`,
      problem: `${name} has at least ${Math.round(least)} GiB of weights, and ${gpus} × ${gpu.name} have ${memory} GiB`,
    },
  ];
}

function memoryOf({ spec, container }: ModelServer) {
  for (const resource of Object.keys(container.resources?.limits ?? {})) {
    const memory = sliceMemory(resource);
    if (memory !== undefined) return { name: resource, memory };
  }
  return productOf(spec);
}

/** How many GPUs the weights are divided over; undefined where nobody can know it. */
function workersOf(line: ReturnType<typeof commandLineOf>): number | undefined {
  const sizes = ['tensor-parallel-size', 'pipeline-parallel-size', 'data-parallel-size'].map(
    (flag) => numberAt(line, flag) ?? 1,
  );
  const workers = sizes.reduce((a, b) => a * b, 1);
  return Number.isNaN(workers) ? undefined : workers;
}
