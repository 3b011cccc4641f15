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
  title: 'a model server has exactly the GPUs that it divides its model over',
  severity: 'error',
  why:
    'vLLM starts one worker for each GPU of its tensor and pipeline parallel size: with fewer GPUs the pod ends ' +
    'as it starts, and what it has beyond that nobody can use. The request of a GPU is its limit; the API ' +
    'server takes no other.',
  source: 'vLLM 0.33, config/parallel.py; Kubernetes, schedule GPUs',
  fix: 'make limit and request of nvidia.com/gpu the tensor parallel size times the pipeline parallel size, over the pods of a replica',
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
      problem: 'the GPUs are not as many as tensor parallel size times pipeline parallel size',
    }),
    ...onVllm({
      expression: () =>
        `${REQUESTS}.all(name, !name.startsWith("nvidia.com/") || ` +
        `string(${REQUESTS}[name]) == string(${LIMITS}[?name].orValue("none")))`,
      pointer: '/resources/requests',
      problem: 'requests of GPUs are not their limits',
    }),
  ],
});

export const slices = defineRule({
  id: 'S02',
  title: 'a model is not divided over slices of GPUs',
  severity: 'error',
  why: 'No NVLink leads from one MIG slice to another, and NCCL finds no way between slices of one GPU: workers hang as they start.',
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
    problem: 'several slices of GPUs are to share a model',
  }),
});
