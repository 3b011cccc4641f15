import { COMMAND_LINE } from '../../model-servers';
import { defineRule } from '../../rule';
import { args, CONTAINER, container, SERVER } from './samples';
import { flag, onVllm, SERVERS } from './vllm';

const TENSOR = flag(['--tensor-parallel-size', '-tp'], 1);
const PIPELINE = flag(['--pipeline-parallel-size', '-pp'], 1);

/** Pods of one replica. */
const NODES = 'object.spec.?leaderWorkerTemplate.size.orValue(1)';

/** vLLM for CPUs, and replicas of data inside one pod, count otherwise. */
const EXCEPTED = `container.?image.orValue("").contains("cpu") || ${COMMAND_LINE}.contains("--data-parallel")`;

const LIMITS = 'container.?resources.limits.orValue({})';
const REQUESTS = 'container.?resources.requests.orValue({})';

export const gpus = defineRule({
  id: 'S01',
  title: 'a model server has exactly the GPUs that its parallelism needs',
  severity: 'error',
  why:
    'vLLM starts one worker for each GPU of its tensor and pipeline parallel size: with fewer GPUs the pod ' +
    'fails at start, and additional GPUs stay unused. The GPU request must equal the GPU limit; the API ' +
    'server accepts nothing else.',
  source: 'vLLM 0.33, config/parallel.py; Kubernetes, schedule GPUs',
  fix:
    'set limit and request of nvidia.com/gpu to tensor parallel size × pipeline parallel size, divided over ' +
    'the pods of a replica',
  area: 'serving',
  scope: 'object',
  kinds: [...SERVERS],
  fields: [`${SERVER} ${CONTAINER}/resources/limits/nvidia.com~1gpu`, `${SERVER} ${CONTAINER}/resources`],
  good: [
    {
      shows: 'one GPU, and nothing to divide',
      change: container({
        args: ['/models/oss', '--served-model-name=oss', '--port=8000', '--shutdown-timeout=120'],
        resources: { limits: { 'nvidia.com/gpu': '1', memory: '64Gi' } },
      }),
    },
    {
      shows: 'two stages of two GPUs',
      change: args('--tensor-parallel-size=2', '--pipeline-parallel-size=2'),
    },
  ],
  bad: [
    {
      shows: 'eight workers for four GPUs',
      change: args('--tensor-parallel-size=8'),
      finds: [`${SERVER} ${CONTAINER}/resources/limits`],
    },
    {
      shows: 'a flag and its value apart',
      change: args('--tensor-parallel-size', '2'),
      finds: [`${SERVER} ${CONTAINER}/resources/limits`],
    },
  ],
  checks: [
    ...onVllm({
      expression: () =>
        `${EXCEPTED} || ${LIMITS}.exists(name, name.startsWith("nvidia.com/") && ` +
        `int(string(${LIMITS}[name])) * ${NODES} == ${TENSOR} * ${PIPELINE})`,
      pointer: '/resources/limits',
      problem: 'the number of GPUs is not tensor parallel size × pipeline parallel size',
    }),
    ...onVllm({
      expression: () =>
        `${REQUESTS}.all(name, !name.startsWith("nvidia.com/") || ` +
        `string(${REQUESTS}[name]) == string(${LIMITS}[?name].orValue("none")))`,
      pointer: '/resources/requests',
      problem: 'the GPU request is not equal to the GPU limit',
    }),
  ],
});

export const slices = defineRule({
  id: 'S02',
  title: 'a model is not divided over MIG slices',
  severity: 'error',
  why:
    'MIG slices have no NVLink between them, and NCCL cannot connect slices of one GPU: the workers hang at ' +
    'start.',
  source: 'NVIDIA, MIG user guide, application considerations',
  fix: 'use whole GPUs, or one slice with tensor parallel size 1',
  area: 'serving',
  scope: 'object',
  kinds: [...SERVERS],
  good: [
    {
      shows: 'one slice',
      change: container({
        args: ['/models/oss', '--served-model-name=oss', '--port=8000', '--shutdown-timeout=120'],
        resources: { limits: { 'nvidia.com/mig-3g.40gb': '1' } },
      }),
    },
  ],
  bad: [
    {
      shows: 'four slices',
      change: container({ resources: { limits: { 'nvidia.com/mig-3g.40gb': '4' } } }),
      finds: [`${SERVER} ${CONTAINER}/resources/limits`],
    },
  ],
  checks: onVllm({
    expression: () =>
      `!${LIMITS}.exists(name, name.startsWith("nvidia.com/mig-") && int(string(${LIMITS}[name])) > 1)`,
    pointer: '/resources/limits',
    problem: 'the model is divided over several MIG slices',
  }),
});
