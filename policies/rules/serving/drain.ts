import { MINOR } from '../../model-servers';
import { defineRule } from '../../rule';
import { ARGS, VLLM } from '../baseline/model-server';
import { args, CONTAINER, container, POD, pod, SERVER, without } from './samples';
import { flag, hasFlag, IS_HEADLESS, onVllm, onVllmPod, SERVERS } from './vllm';

const DRAIN = flag(['--shutdown-timeout'], 0);

/** The words of a command before the end. */
const EXEC = 'container.?lifecycle.preStop.exec.command.orValue([]).join(" ")';

/** A pause of a command, in seconds: `sleep 15`, `sleep 2m`, `time.sleep(15)`. */
const EXEC_SLEEP =
  `[${EXEC}.find("sleep[ (]+[0-9]+[smh]?([^0-9a-z.]|$)").find("[0-9]+[smh]?")].map(text, text == "" ? 0 : ` +
  'int(text.find("[0-9]+")) * (text.endsWith("m") ? 60 : text.endsWith("h") ? 3600 : 1))[0]';

const SLEEP = `(container.?lifecycle.preStop.sleep.seconds.orValue(0) + ${EXEC_SLEEP})`;

/** The version that brought `--shutdown-timeout`. */
const SINCE = 18;

const GRACE = `${SERVER} ${POD}/terminationGracePeriodSeconds`;

export const serverDrain = defineRule({
  id: 'S06',
  title: 'a terminating model server completes its answers',
  effect: 'fragile',
  why:
    'On termination vLLM aborts all answers immediately, unless --shutdown-timeout is set, which 0.18 brought. Until all ' +
    'routers have removed the pod it still receives requests, which a preStop pause covers; and after ' +
    'terminationGracePeriodSeconds, by default 30, the kubelet kills the container, the pause included.',
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
    {
      shows: 'a version that cannot wait for its answers',
      change: container({
        image: 'docker.io/vllm/vllm-openai:v0.11.2',
        args: ARGS.filter((arg) => !/shutdown-timeout/.test(arg)),
      }),
    },
    {
      shows: 'a mirrored image whose tag says nothing',
      change: container({
        image: 'registry.internal:5000/llm@sha256:'.concat('0'.repeat(64)),
        args: ARGS.filter((arg) => !/shutdown-timeout/.test(arg)),
      }),
    },
    {
      shows: 'a rank, which has no answers of its own',
      change: container({
        args: [...ARGS.filter((arg) => !/shutdown-timeout/.test(arg)), '--headless'],
        lifecycle: null,
        startupProbe: null,
        readinessProbe: null,
        livenessProbe: null,
      }),
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
      finds: [GRACE],
    },
    {
      shows: 'the kubelet’s own half minute',
      change: pod({ terminationGracePeriodSeconds: null }),
      finds: [GRACE],
    },
    {
      shows: 'a command that waits as long as there is',
      change: container({
        lifecycle: { preStop: { exec: { command: ['/bin/sh', '-c', 'touch /tmp/drain; sleep 60'] } } },
      }),
      finds: [GRACE],
    },
    {
      shows: 'minutes',
      change: container({ lifecycle: { preStop: { exec: { command: ['sleep', '2m'] } } } }),
      finds: [GRACE],
    },
    {
      shows: 'an older version that is killed in its pause',
      change: {
        [SERVER]: {
          spec: {
            template: {
              spec: {
                terminationGracePeriodSeconds: 30,
                containers: [
                  {
                    ...VLLM,
                    image: 'docker.io/vllm/vllm-openai:v0.11.2',
                    args: ARGS.filter((arg) => !/shutdown-timeout/.test(arg)),
                    lifecycle: { preStop: { exec: { command: ['bash', '-c', 'sleep 45'] } } },
                  },
                ],
              },
            },
          },
        },
      },
      finds: [GRACE],
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
      expression: () =>
        `${IS_HEADLESS} || ${MINOR} < ${SINCE} || ${hasFlag('--shutdown-timeout', '--config')}`,
      pointer: '/args',
      problem: 'running answers are aborted: --shutdown-timeout is missing',
      fix: 'set --shutdown-timeout to the longest answer',
    }),
    ...onVllmPod({
      each: true,
      expression: (path) =>
        `${IS_HEADLESS} || ${path}.?terminationGracePeriodSeconds.orValue(30) > ${SLEEP} + ${DRAIN}`,
      pointer: '/terminationGracePeriodSeconds',
      problem: 'the grace period is not longer than the sum of preStop and --shutdown-timeout',
      fix: 'set terminationGracePeriodSeconds to more than the sum of both',
    }),
  ],
});
