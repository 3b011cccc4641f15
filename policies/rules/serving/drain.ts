import { defineRule } from '../../rule';
import { args, CONTAINER, container, POD, pod, SERVER, without } from './samples';
import { flag, IS_HEADLESS, onVllm, SERVERS } from './vllm';

const DRAIN = flag(['--shutdown-timeout'], 0);
const SLEEP = 'container.?lifecycle.preStop.sleep.seconds.orValue(0)';

export const serverDrain = defineRule({
  id: 'S06',
  title: 'a terminating model server completes its answers',
  severity: 'error',
  why:
    'On termination vLLM aborts all answers immediately, unless --shutdown-timeout is set. Until all routers ' +
    'have removed the pod it still receives requests, which a preStop pause covers; and after ' +
    'terminationGracePeriodSeconds, by default 30, the kubelet kills the container.',
  source:
    'vLLM 0.18 and later, entrypoints/launchers/launcher.py; vllm-project/vllm#24885; kserve/kserve#5485',
  fix:
    'set preStop to a sleep, --shutdown-timeout to the longest answer, and terminationGracePeriodSeconds to ' +
    'more than the sum of both',
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
      problem: 'the server stops before routers have removed it',
      fix: 'set lifecycle.preStop.sleep.seconds to 15',
    }),
    ...onVllm({
      expression: (path) =>
        `${IS_HEADLESS} || (${DRAIN} > 0 && ${path}.?terminationGracePeriodSeconds.orValue(30) > ${SLEEP} + ${DRAIN})`,
      pointer: '/args',
      problem:
        'running answers are aborted: --shutdown-timeout is missing, or the grace period is not longer than the sum of preStop and --shutdown-timeout',
    }),
  ],
});
