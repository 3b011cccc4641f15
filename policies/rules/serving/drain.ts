import { defineRule } from '../../rule';
import { args, CONTAINER, container, POD, pod, SERVER, without } from './samples';
import { flag, IS_HEADLESS, onVllm, SERVERS } from './vllm';

const DRAIN = flag(['--shutdown-timeout'], 0);
const SLEEP = 'container.?lifecycle.preStop.sleep.seconds.orValue(0)';

export const serverDrain = defineRule({
  id: 'S06',
  title: 'a model server that leaves finishes its answers',
  severity: 'error',
  why:
    'vLLM aborts every answer at once when it is told to end, unless --shutdown-timeout gives it time. Until ' +
    'routers know that the pod leaves it still gets requests, which a pause before the end takes; and after ' +
    'terminationGracePeriodSeconds, by default 30, the kubelet ends whatever still runs.',
  source:
    'vLLM 0.18 and later, entrypoints/launchers/launcher.py; vllm-project/vllm#24885; kserve/kserve#5485',
  fix: 'set preStop to a sleep, --shutdown-timeout to the longest answer, and terminationGracePeriodSeconds to more than both together',
  area: 'serving',
  scope: 'object',
  kinds: [...SERVERS],
  fields: [
    `${SERVER} ${CONTAINER}/lifecycle`,
    `${SERVER} ${CONTAINER}/lifecycle/preStop`,
    `${SERVER} ${CONTAINER}/args/8`,
    `${SERVER} ${POD}/terminationGracePeriodSeconds`,
  ],
  good: [
    {
      shows: 'a command that waits',
      change: container({ lifecycle: { preStop: { exec: { command: ['sleep', '15'] } } } }),
    },
  ],
  bad: [
    {
      shows: 'answers that are cut',
      change: without('--shutdown-timeout'),
      finds: [`${SERVER} ${CONTAINER}/args`],
    },
    {
      shows: 'less time for everything than for the answers alone',
      change: args('--shutdown-timeout=600'),
      finds: [`${SERVER} ${CONTAINER}/args`],
    },
    {
      shows: 'the kubelet’s own half minute',
      change: pod({ terminationGracePeriodSeconds: null }),
      finds: [`${SERVER} ${CONTAINER}/args`],
    },
    {
      shows: 'requests to a server that is gone',
      change: container({ lifecycle: null }),
      finds: [`${SERVER} ${CONTAINER}/lifecycle`],
    },
  ],
  checks: [
    ...onVllm({
      expression: () => `${IS_HEADLESS} || container.?lifecycle.preStop.hasValue()`,
      pointer: '/lifecycle',
      problem: 'the server ends before routers know that it leaves',
      fix: 'set lifecycle.preStop.sleep.seconds to 15',
    }),
    ...onVllm({
      expression: (path) =>
        `${IS_HEADLESS} || (${DRAIN} > 0 && ${path}.?terminationGracePeriodSeconds.orValue(30) > ${SLEEP} + ${DRAIN})`,
      pointer: '/args',
      problem:
        'running answers are cut: --shutdown-timeout is missing, or the grace period is not longer than it and preStop together',
    }),
  ],
});
