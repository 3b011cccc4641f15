import { defineRule } from '../../rule';
import { VLLM } from '../baseline/model-server';
import { DEVICE } from './gpus';
import { CONTAINER, container, pod, SERVER } from './samples';
import { onVllm, SERVERS } from './vllm';

const LIMITS = 'container.?resources.limits.orValue({})';
const REQUESTS = 'container.?resources.requests.orValue({})';

const cpus = (requests: string, limits?: string) =>
  container({
    resources: {
      requests: { ...VLLM.resources?.requests, cpu: requests },
      limits: { ...VLLM.resources?.limits, ...(limits !== undefined && { cpu: limits }) },
    },
  });

/** CEL: whether a quantity is at least as many as the devices of the container and some more. */
const covers = (quantity: string, more: number) =>
  `${LIMITS}.all(name, !name.matches("${DEVICE}") || ` +
  `quantity(string(${quantity})).compareTo(quantity(string(int(string(${LIMITS}[name])) + ${more}))) >= 0)`;

export const processors = defineRule({
  id: 'S32',
  title: 'a model server has a CPU for each of its busy processes',
  effect: 'fragile',
  why:
    'The worker of each GPU, the engine and the API server are busy loops. With fewer CPUs than these the kernel throttles ' +
    'them in turn: GPUs wait for the next step, and every token takes several times as long.',
  source: 'vLLM 0.33, docs/configuration/optimization.md, CPU resources for GPU deployments: 2 + N',
  fix: 'set the limit of CPUs to two more than the GPUs, or leave it out and request as many',
  area: 'serving',
  scope: 'object',
  kinds: [...SERVERS],
  good: [
    { shows: 'two more than GPUs', change: cpus('6', '6') },
    { shows: 'millicores', change: cpus('8000m') },
  ],
  bad: [
    {
      shows: 'a limit of two for four GPUs',
      change: cpus('2', '2'),
      finds: [`${SERVER} ${CONTAINER}/resources/limits/cpu`],
    },
    {
      shows: 'a request of one for four GPUs',
      change: cpus('1000m'),
      finds: [`${SERVER} ${CONTAINER}/resources/requests/cpu`],
    },
  ],
  checks: [
    ...onVllm({
      expression: () => `!("cpu" in ${LIMITS}) || ${covers(`${LIMITS}["cpu"]`, 2)}`,
      pointer: '/resources/limits/cpu',
      problem: 'the limit of CPUs is less than two more than the GPUs',
    }),
    ...onVllm({
      expression: () => `"cpu" in ${LIMITS} || !("cpu" in ${REQUESTS}) || ${covers(`${REQUESTS}["cpu"]`, 0)}`,
      pointer: '/resources/requests/cpu',
      problem: 'the request of CPUs is less than the GPUs',
    }),
  ],
});

export const memoryOfShm = defineRule({
  id: 'S33',
  title: 'the memory of a model server is more than its shared memory',
  effect: 'fragile',
  why:
    'What is in a memory volume counts as memory of the container. With a volume as large as the limit, the server is ' +
    'killed for the memory of its workers before the volume is full.',
  source: 'Kubernetes, volumes, emptyDir, medium Memory',
  fix: 'lower sizeLimit of the volume, or raise the memory limit',
  area: 'serving',
  scope: 'object',
  kinds: [...SERVERS],
  good: [{ shows: 'a tenth of the memory', change: pod({}) }],
  bad: [
    {
      shows: 'as much as the limit',
      change: container({
        resources: {
          requests: { ...VLLM.resources?.requests, memory: '16Gi' },
          limits: { ...VLLM.resources?.limits, memory: '16Gi' },
        },
      }),
      finds: [`${SERVER} ${CONTAINER}/resources/limits/memory`],
    },
  ],
  checks: onVllm({
    expression: (path) =>
      `!("memory" in ${LIMITS}) || ${path}.?volumes.orValue([]).all(volume, ` +
      'volume.?emptyDir.medium.orValue("") != "Memory" || !volume.emptyDir.?sizeLimit.hasValue() || ' +
      `quantity(string(volume.emptyDir.sizeLimit)).compareTo(quantity(string(${LIMITS}["memory"]))) < 0)`,
    pointer: '/resources/limits/memory',
    problem: 'a memory volume is as large as the memory limit of the container',
  }),
});
