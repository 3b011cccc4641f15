import { COMMAND_LINE, IS_UPSTREAM } from '../../model-servers';
import { defineRule } from '../../rule';
import { args, CONTAINER, container, pod, SERVER, without } from './samples';
import { flag, hasFlag, isElsewhere, onVllm, SERVERS } from './vllm';

const TENSOR_FLAGS = ['--tensor-parallel-size', '-tp'];
const PIPELINE_FLAGS = ['--pipeline-parallel-size', '-pp'];

/** CEL over `object` and `container`: the workers of one replica. */
const WORKERS = `${flag(TENSOR_FLAGS, 1)} * ${flag(PIPELINE_FLAGS, 1)}`;

/** CEL over `object` and `container`: the pods of one replica, a number that is not 0. */
const NODES = `[${flag(['--nnodes'], 0)}].map(nodes, nodes > 0 ? nodes : object.spec.?leaderWorkerTemplate.size.orValue(1))[0]`;

/** CEL over `object` and `container`: whether more than one worker runs in a pod. */
export const MANY_WORKERS = `${WORKERS} > ${NODES}`;

/**
 * What counts otherwise: vLLM for CPUs, replicas of data inside one pod, workers that Ray places in pods of its own, and
 * sizes that a variable or a file has.
 */
const EXCEPTED = [
  'container.?image.orValue("").contains("cpu")',
  hasFlag(
    ...['--data-parallel-size', '--data-parallel-size-local', '-dp', '-dpl'],
    ...['--prefill-context-parallel-size', '-pcp', '--device-ids', '--device'],
  ),
  `${COMMAND_LINE}.matches("external_launcher|(^|[[:space:]=/])ray([[:space:]]|$)") && !object.spec.?leaderWorkerTemplate.hasValue()`,
  isElsewhere([...TENSOR_FLAGS, ...PIPELINE_FLAGS]),
].join(' || ');

/** Other ways to a device than a resource: a claim of dynamic resource allocation, or all devices of a node. */
const otherwise = (path: string) =>
  [
    'container.?resources.claims.orValue([]).size() > 0',
    `${path}.?runtimeClassName.hasValue()`,
    'container.?securityContext.privileged.orValue(false)',
    'container.?env.orValue([]).exists(entry, entry.name in ["NVIDIA_VISIBLE_DEVICES", "VLLM_TARGET_DEVICE"])',
    `!${IS_UPSTREAM}`,
  ].join(' || ');

const LIMITS = 'container.?resources.limits.orValue({})';
const REQUESTS = 'container.?resources.requests.orValue({})';

/** One of these is one device of one worker. */
export const DEVICE = '^(nvidia[.]com/(gpu|mig-.+)|amd[.]com/gpu|habana[.]ai/gaudi)([.]shared)?$';

/** Of these one may be a part of a device, or hold several; `google.com/tpu`, `gpu.intel.com/i915`. */
const ACCELERATOR =
  '^(nvidia|amd|gpu[.]intel|habana|aws[.]amazon|huawei|cambricon|metax-tech|furiosa|rebellions)[.](com|ai)/|/(.*[-.])?v?(gpu|tpu|npu|xpu)';

const enough = `${LIMITS}.exists(name, name.matches("${DEVICE}") ? int(string(${LIMITS}[name])) * ${NODES} >= ${WORKERS} : name.matches("${ACCELERATOR}"))`;
const none = `!${LIMITS}.exists(name, name.matches("${ACCELERATOR}"))`;

const ONE_GPU = ['/models/oss', '--served-model-name=oss', '--port=8000', '--shutdown-timeout=120'];

const withLimits = (limits: Readonly<Record<string, string>>, more: Parameters<typeof container>[0] = {}) =>
  container({ resources: { requests: { cpu: '16' }, limits }, ...more });

export const gpus = defineRule({
  id: 'S01',
  title: 'a model server has the GPUs that its parallelism needs',
  effect: 'failing',
  why:
    'vLLM starts one worker for each GPU of its tensor and pipeline parallel size: with fewer GPUs, or none, the pod ' +
    'fails at start. The GPU request must equal the GPU limit; the API server accepts nothing else.',
  source: 'vLLM 0.33, config/parallel.py; Kubernetes, schedule GPUs',
  fix:
    'set limit and request of the GPU resource to tensor parallel size × pipeline parallel size, divided over ' +
    'the pods of a replica',
  area: 'serving',
  scope: 'object',
  kinds: [...SERVERS],
  fields: [`${SERVER} ${CONTAINER}/resources/limits/nvidia.com~1gpu`, `${SERVER} ${CONTAINER}/resources`],
  good: [
    {
      shows: 'one GPU, and nothing to divide',
      change: container({
        args: ONE_GPU,
        resources: { limits: { 'nvidia.com/gpu': '1', memory: '64Gi' } },
      }),
    },
    {
      shows: 'two stages of two GPUs',
      change: args('--tensor-parallel-size=2', '--pipeline-parallel-size=2'),
    },
    {
      shows: 'flags with underscores',
      change: container({
        args: [...ONE_GPU, '--tensor_parallel_size', '2', '--pipeline_parallel_size=2'],
      }),
    },
    { shows: 'GPUs of AMD', change: withLimits({ 'amd.com/gpu': '4', memory: '192Gi' }) },
    { shows: 'chips whose cores are workers', change: withLimits({ 'google.com/tpu': '2' }) },
    { shows: 'tiles of GPUs of Intel', change: withLimits({ 'gpu.intel.com/xe': '2' }) },
    {
      shows: 'GPUs of a claim',
      change: pod({
        resourceClaims: [{ name: 'gpus', resourceClaimTemplateName: 'four-gpus' }],
        containers: (
          container({ resources: { claims: [{ name: 'gpus' }] } })[SERVER] as {
            spec: { template: { spec: { containers: object[] } } };
          }
        ).spec.template.spec.containers,
      }),
    },
    {
      shows: 'one of two ranks, each in a pod of its own kind',
      change: args('--pipeline-parallel-size=2', '--nnodes=2', '--node-rank=0', '--master-addr=oss-0.oss'),
    },
    {
      shows: 'a size that a variable has',
      change: args('--tensor-parallel-size=$(GPUS)'),
    },
  ],
  bad: [
    {
      shows: 'eight workers for four GPUs',
      change: args('--tensor-parallel-size=8'),
      finds: [`${SERVER} ${CONTAINER}/resources/limits`],
    },
    {
      shows: 'the same with underscores, flag and value apart',
      change: args('--tensor_parallel_size', '8'),
      finds: [`${SERVER} ${CONTAINER}/resources/limits`],
    },
    {
      shows: 'in a shell',
      change: container({
        command: ['/bin/bash', '-c'],
        args: [
          'exec vllm serve /models/oss --served-model-name oss --port 8000 \\\n  -tp 8 \\\n  --shutdown-timeout 120',
        ],
      }),
      finds: [`${SERVER} ${CONTAINER}/resources/limits`],
    },
    {
      shows: 'two GPUs of AMD for four workers',
      change: withLimits({ 'amd.com/gpu': '2' }),
      finds: [`${SERVER} ${CONTAINER}/resources/limits`],
    },
    {
      shows: 'no GPU',
      change: withLimits({ memory: '192Gi' }),
      finds: [`${SERVER} ${CONTAINER}/resources/limits`],
    },
  ],
  checks: [
    ...onVllm({
      expression: (path) => `${enough} || ${EXCEPTED} || ${none} && (${otherwise(path)})`,
      pointer: '/resources/limits',
      problem: 'the container has fewer GPUs than tensor parallel size × pipeline parallel size',
    }),
    ...onVllm({
      expression: () =>
        `${REQUESTS}.all(name, !name.matches("${DEVICE}") || ` +
        `string(${REQUESTS}[name]) == string(${LIMITS}[?name].orValue("none")))`,
      pointer: '/resources/requests',
      problem: 'the GPU request is not equal to the GPU limit',
    }),
  ],
});

export const idleGpus = defineRule({
  id: 'S18',
  title: 'a model server uses all of its GPUs',
  effect: 'fragile',
  why: 'vLLM uses as many GPUs as its tensor and pipeline parallel size say. The others stay idle, and no other pod gets them.',
  source: 'vLLM 0.33, config/parallel.py; Kubernetes, schedule GPUs',
  fix: 'raise --tensor-parallel-size, or lower limit and request of the GPU resource',
  area: 'serving',
  scope: 'object',
  kinds: [...SERVERS],
  fields: ['deployment/ai/oss /spec/template/spec/containers/0/args/3'],
  good: [
    { shows: 'replicas of the data', change: args('--tensor-parallel-size=2', '--data-parallel-size=2') },
  ],
  bad: [
    {
      shows: 'two workers for four GPUs',
      change: args('--tensor-parallel-size', '2'),
      finds: [`${SERVER} ${CONTAINER}/resources/limits`],
    },
    {
      shows: 'nothing about parallelism',
      change: without('--tensor-parallel-size'),
      finds: [`${SERVER} ${CONTAINER}/resources/limits`],
    },
  ],
  checks: onVllm({
    expression: () =>
      `${LIMITS}.all(name, !(name in ["nvidia.com/gpu", "amd.com/gpu"]) || int(string(${LIMITS}[name])) * ${flag(['--nnodes'], 1)} <= ${WORKERS}) || ` +
      `${EXCEPTED} || ${COMMAND_LINE}.findAll("vllm serve|vllm[.]entrypoints").size() > 1`,
    pointer: '/resources/limits',
    problem: 'the container has more GPUs than tensor parallel size × pipeline parallel size',
  }),
});

export const slices = defineRule({
  id: 'S02',
  title: 'a model is not divided over slices of GPUs',
  effect: 'failing',
  why:
    'MIG slices have no NVLink between them, and CUDA sees one of them at a time. Time slices may be several of one GPU, ' +
    'which NCCL refuses as a duplicate: the workers fail or hang at start, and the memory is that of one GPU.',
  source:
    'NVIDIA, MIG user guide, application considerations; NVIDIA/k8s-device-plugin, README, shared access to GPUs',
  fix: 'use whole GPUs, or one slice with tensor parallel size 1',
  area: 'serving',
  scope: 'object',
  kinds: [...SERVERS],
  good: [
    {
      shows: 'one slice',
      change: container({
        args: ONE_GPU,
        resources: { limits: { 'nvidia.com/mig-3g.40gb': '1' } },
      }),
    },
    {
      shows: 'one share of a GPU',
      change: container({ args: ONE_GPU, resources: { limits: { 'nvidia.com/gpu.shared': '1' } } }),
    },
  ],
  bad: [
    {
      shows: 'four slices',
      change: container({ resources: { limits: { 'nvidia.com/mig-3g.40gb': '4' } } }),
      finds: [`${SERVER} ${CONTAINER}/resources/limits`],
    },
    {
      shows: 'four shares of GPUs, however many these are',
      change: container({ resources: { limits: { 'nvidia.com/gpu.shared': '4' } } }),
      finds: [`${SERVER} ${CONTAINER}/resources/limits`],
    },
    {
      shows: 'two slices that are shared',
      change: container({
        args: [...ONE_GPU, '-tp=2'],
        resources: { limits: { 'nvidia.com/mig-3g.40gb.shared': '2' } },
      }),
      finds: [`${SERVER} ${CONTAINER}/resources/limits`],
    },
  ],
  checks: onVllm({
    expression: () =>
      `!${LIMITS}.exists(name, (name.startsWith("nvidia.com/mig-") || name == "nvidia.com/gpu.shared") && ` +
      `int(string(${LIMITS}[name])) > 1) || !(${MANY_WORKERS})`,
    pointer: '/resources/limits',
    problem: 'the model is divided over several slices of GPUs',
  }),
});
