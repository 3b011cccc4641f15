import { COMMAND_LINE } from '../../model-servers';
import { defineRule } from '../../rule';
import { args, CONTAINER, POD, pod, SERVER, variables } from './samples';
import { flag, onVllm, onVllmPod, SERVERS } from './vllm';

/** Flags that vLLM took once; an unknown one ends the pod as it starts. */
const GONE = ['--swap-space', '--disable-log-requests', '--use-v2-block-manager', '--num-scheduler-steps'];

const UTILIZATION = `${COMMAND_LINE}.find("(^| )--gpu-memory-utilization[ =][0-9.]+").find("[0-9.]+$")`;

export const memoryFlags = defineRule({
  id: 'S10',
  title: 'the memory settings of a model server are consistent',
  severity: 'error',
  why:
    'vLLM does not start when a batch has fewer tokens than sequences. Above 95 % of the memory of a GPU ' +
    'nothing is left for the memory that vLLM does not count, and the first long prompt crashes the server.',
  source: 'vLLM 0.33, config/scheduler.py and v1/worker/gpu_worker.py; vllm-project/recipes, GPT-OSS',
  fix: 'raise --max-num-batched-tokens or lower --max-num-seqs, and keep --gpu-memory-utilization between 0 and 0.98',
  area: 'serving',
  scope: 'object',
  kinds: [...SERVERS],
  good: [
    {
      shows: 'as many tokens as sequences',
      change: args('--max-num-seqs=512', '--max-num-batched-tokens=512'),
    },
  ],
  bad: [
    {
      shows: 'more sequences than tokens in a batch',
      change: args('--max-num-batched-tokens=128'),
      finds: [`${SERVER} ${CONTAINER}/args`],
    },
    {
      shows: 'all of the memory',
      change: args('--gpu-memory-utilization=0.99'),
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
      expression: () =>
        `${UTILIZATION} == "" || (double(${UTILIZATION}) > 0.0 && double(${UTILIZATION}) <= 0.98)`,
      pointer: '/args',
      problem: '--gpu-memory-utilization is not between 0 and 0.98',
    }),
  ],
});

export const debugging = defineRule({
  id: 'S11',
  title: 'a model server has only flags that its version supports, and no debugging flags',
  severity: 'error',
  why:
    'With a removed flag every pod fails at start. --enforce-eager halves the throughput, and development ' +
    'mode exposes calls with which anyone who reaches the port can empty the cache or put the server to ' +
    'sleep.',
  source: 'vLLM 0.33, engine/arg_utils.py, envs.py and entrypoints/serve',
  fix: 'remove the flag or the variable',
  area: 'serving',
  scope: 'object',
  kinds: [...SERVERS],
  good: [
    { shows: 'the log without probes', change: args('--disable-access-log-for-endpoints=/health,/metrics') },
  ],
  bad: [
    {
      shows: 'a flag of 2025',
      change: args('--swap-space=4'),
      finds: [`${SERVER} ${CONTAINER}/args`],
    },
    { shows: 'no graphs', change: args('--enforce-eager'), finds: [`${SERVER} ${CONTAINER}/args`] },
    {
      shows: 'development mode',
      change: variables({ VLLM_SERVER_DEV_MODE: '1' }),
      finds: [`${SERVER} ${CONTAINER}/env`],
    },
  ],
  checks: [
    ...onVllm({
      expression: () =>
        `!${COMMAND_LINE}.matches("(^| )(${[...GONE, '--enforce-eager'].join('|')})([ =]|$)")`,
      pointer: '/args',
      problem: 'the command has a removed flag or a debugging flag',
    }),
    ...onVllm({
      expression: () =>
        '!container.?env.orValue([]).exists(entry, entry.name == "VLLM_SERVER_DEV_MODE" && entry.?value.orValue("0") != "0")',
      pointer: '/env',
      problem: 'development mode lets anyone who reaches the port control the server',
    }),
  ],
});

export const serviceLinks = defineRule({
  id: 'S12',
  title: 'no Service of the namespace overrides a setting of vLLM',
  severity: 'error',
  why:
    'Kubernetes sets environment variables for every Service in pods: a Service named vllm sets VLLM_PORT, ' +
    'which vLLM reads as its own port and fails to start.',
  source: 'vllm-project/vllm#34199; vLLM 0.33, envs.py',
  fix: 'set enableServiceLinks: false',
  area: 'serving',
  scope: 'object',
  kinds: [...SERVERS],
  fields: [`${SERVER} ${POD}/enableServiceLinks`],
  good: [{ shows: 'no variables of Services', change: pod({ enableServiceLinks: false }) }],
  bad: [
    {
      shows: 'variables of every Service',
      change: pod({ enableServiceLinks: true }),
      finds: [`${SERVER} ${POD}/enableServiceLinks`],
    },
  ],
  checks: onVllmPod({
    expression: (path) => `!${path}.?enableServiceLinks.orValue(true)`,
    pointer: '/enableServiceLinks',
    problem: 'Services of the namespace set environment variables of the server',
  }),
});
