import { COMMAND_LINE } from '../../model-servers';
import { defineRule } from '../../rule';
import { ARGS } from '../baseline/model-server';
import { args, CONTAINER, container, SERVER, variables } from './samples';
import { flag, hasFlag, onVllm, SERVERS } from './vllm';

/** What is given to the process of the engine, as a text; empty without it. */
const UTILIZATION = `${COMMAND_LINE}.find("(^|[[:space:]])--gpu[-_]memory[-_]utilization[[:space:]=]+[0-9]*[.]?[0-9]+").find("[0-9]*[.]?[0-9]+$")`;

/** CEL: whether that number is in a range. */
const utilization = (range: (value: string) => string) =>
  `[${UTILIZATION}].all(text, text == "" || ${range('double(text.startsWith(".") ? "0" + text : text)')})`;

export const memoryFlags = defineRule({
  id: 'S10',
  title: 'the memory settings of a model server are consistent',
  effect: 'failing',
  why:
    'vLLM does not start when a batch has fewer tokens than sequences, and not with a share of the memory of a GPU that is ' +
    '0 or above 1: it is a ratio, not percent.',
  source: 'vLLM 0.33, config/scheduler.py and config/cache.py',
  fix: 'raise --max-num-batched-tokens or lower --max-num-seqs, and keep --gpu-memory-utilization between 0 and 1',
  area: 'serving',
  scope: 'object',
  kinds: [...SERVERS],
  good: [
    {
      shows: 'as many tokens as sequences',
      change: args('--max-num-seqs=512', '--max-num-batched-tokens=512'),
    },
    { shows: 'thousands in short', change: args('--max-num-batched-tokens=8k') },
  ],
  bad: [
    {
      shows: 'more sequences than tokens in a batch',
      change: args('--max-num-batched-tokens=128'),
      finds: [`${SERVER} ${CONTAINER}/args`],
    },
    {
      shows: 'percent',
      change: args('--gpu-memory-utilization=90'),
      finds: [`${SERVER} ${CONTAINER}/args`],
    },
    {
      shows: 'the same with underscores',
      change: container({
        args: [...ARGS.filter((arg) => !/utilization/.test(arg)), '--gpu_memory_utilization', '95'],
      }),
      finds: [`${SERVER} ${CONTAINER}/args`],
    },
  ],
  checks: [
    ...onVllm({
      expression: () =>
        `${flag(['--max-num-batched-tokens'], 0)} == 0 || ${flag(['--max-num-batched-tokens'], 0)} >= ${flag(['--max-num-seqs'], 0)}`,
      pointer: '/args',
      problem: 'a batch has fewer tokens than sequences',
    }),
    ...onVllm({
      expression: () => utilization((value) => `(${value} > 0.0 && ${value} <= 1.0)`),
      pointer: '/args',
      problem: '--gpu-memory-utilization is not between 0 and 1',
    }),
  ],
});

export const wholeMemory = defineRule({
  id: 'S20',
  title: 'a model server leaves a part of the memory of its GPUs',
  effect: 'fragile',
  why:
    'Above 98 % of the memory of a GPU nothing is left for the memory that vLLM does not count, CUDA’s own and that of ' +
    'NCCL: a long prompt, or the start, ends with out of memory.',
  source: 'vLLM 0.33, v1/worker/gpu_worker.py; vllm-project/recipes, GPT-OSS',
  fix: 'set --gpu-memory-utilization to 0.95 or less',
  area: 'serving',
  scope: 'object',
  kinds: [...SERVERS],
  good: [{ shows: 'nearly all of it', change: args('--gpu-memory-utilization=0.97') }],
  bad: [
    {
      shows: 'all of it',
      change: args('--gpu-memory-utilization=0.99'),
      finds: [`${SERVER} ${CONTAINER}/args`],
    },
  ],
  checks: onVllm({
    // Beyond 1 the server does not start, which another rule says.
    expression: () => utilization((value) => `(${value} <= 0.98 || ${value} > 1.0)`),
    pointer: '/args',
    problem: '--gpu-memory-utilization leaves less than 2 % of the memory',
  }),
});

export const eagerMode = defineRule({
  id: 'S21',
  title: 'a model server compiles its model',
  effect: 'fragile',
  why: 'With --enforce-eager every step starts its kernels one by one from Python: throughput is about half.',
  source: 'vLLM 0.33, config/model.py, enforce_eager',
  fix: 'remove --enforce-eager',
  area: 'serving',
  scope: 'object',
  kinds: [...SERVERS],
  good: [{ shows: 'graphs of some sizes', change: args('--cudagraph-capture-sizes=1') }],
  bad: [
    { shows: 'no graphs', change: args('--enforce-eager'), finds: [`${SERVER} ${CONTAINER}/args`] },
    {
      shows: 'the same with an underscore',
      change: args('--enforce_eager'),
      finds: [`${SERVER} ${CONTAINER}/args`],
    },
  ],
  checks: onVllm({
    expression: () => `!${hasFlag('--enforce-eager')}`,
    pointer: '/args',
    problem: '--enforce-eager turns compilation and graphs off',
  }),
});

export const developmentMode = defineRule({
  id: 'S22',
  title: 'a model server has no calls for developers',
  effect: 'unsafe',
  why:
    'Development mode exposes calls with which anyone who reaches the port can empty the cache, put the server to sleep ' +
    'or run methods of its workers.',
  source: 'vLLM 0.33, envs.py and entrypoints/serve',
  fix: 'remove the variable',
  area: 'serving',
  scope: 'object',
  kinds: [...SERVERS],
  good: [{ shows: 'the variable at 0', change: variables({ VLLM_SERVER_DEV_MODE: '0' }) }],
  bad: [
    {
      shows: 'development mode',
      change: variables({ VLLM_SERVER_DEV_MODE: '1' }),
      finds: [`${SERVER} ${CONTAINER}/env`],
    },
  ],
  checks: onVllm({
    expression: () =>
      '!container.?env.orValue([]).exists(entry, entry.name == "VLLM_SERVER_DEV_MODE" && entry.?value.orValue("0") != "0")',
    pointer: '/env',
    problem: 'development mode lets anyone who reaches the port control the server',
  }),
});
