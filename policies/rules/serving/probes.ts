import { defineRule } from '../../rule';
import { VLLM } from '../baseline/model-server';
import { CONTAINER, container, SERVER, variables } from './samples';
import { IS_HEADLESS, onVllm, SERVERS, variable } from './vllm';

const STARTUP = 'container.startupProbe';
const BUDGET = `(${STARTUP}.?failureThreshold.orValue(3) * ${STARTUP}.?periodSeconds.orValue(10))`;
const LIVENESS = 'container.livenessProbe';

const missing = (name: 'startupProbe' | 'readinessProbe' | 'livenessProbe', problem: string) =>
  onVllm({
    expression: () => `${IS_HEADLESS} || has(container.${name})`,
    pointer: `/${name}`,
    problem,
  });

/** Seconds until a liveness probe ends a server that has not answered yet. */
const PATIENCE = `(${LIVENESS}.?initialDelaySeconds.orValue(0) + ${LIVENESS}.?failureThreshold.orValue(3) * ${LIVENESS}.?periodSeconds.orValue(10))`;

/**
 * No server is up sooner: Kubernetes' own three times ten seconds, which are over at the third failure, twenty seconds after the
 * first. vLLM took 19 seconds with a cold cache before it even looked at its GPU (vllm-project/vllm#15225), 277 until it
 * answered for 35 thousand millions of parameters (#44881). KServe gave 120 seconds, too few for large models (kserve/kserve#5062).
 */
const LOADING = 30;

export const probes = defineRule({
  id: 'S04',
  title: 'a model server is neither ended nor asked while it loads its model',
  effect: 'failing',
  why:
    'Loading a model takes minutes during which the server does not answer: without a startup probe, the ' +
    'liveness probe restarts the server again and again; without a readiness probe, requests are sent to a ' +
    'server that is still loading.',
  source:
    'vLLM 0.33, entrypoints/serve/instrumentator; vllm-project/vllm#17386, #15225, #44881; kserve/kserve#5062; llm-d and production-stack',
  fix: 'set a startup probe and a readiness probe on /health',
  area: 'serving',
  scope: 'object',
  kinds: [...SERVERS],
  fields: [`${SERVER} ${CONTAINER}/readinessProbe`],
  good: [
    {
      shows: 'a minute of silence before the end',
      change: container({
        livenessProbe: { tcpSocket: { port: 'http' }, timeoutSeconds: 10, periodSeconds: 20 },
      }),
    },
  ],
  bad: [
    {
      shows: 'a server that is ended after half a minute',
      change: container({
        startupProbe: null,
        livenessProbe: { ...VLLM.livenessProbe, failureThreshold: 3 },
      }),
      finds: [`${SERVER} ${CONTAINER}/startupProbe`],
    },
    {
      shows: 'a server that is asked at once',
      change: container({ readinessProbe: null }),
      finds: [`${SERVER} ${CONTAINER}/readinessProbe`],
    },
  ],
  checks: [
    ...onVllm({
      expression: () => `${IS_HEADLESS} || has(${STARTUP}) || !has(${LIVENESS}) || ${PATIENCE} > ${LOADING}`,
      pointer: '/startupProbe',
      problem:
        'no startup probe waits until the model is loaded, and the liveness probe ends the server before',
    }),
    ...missing('readinessProbe', 'requests are sent to the server before it can answer'),
  ],
});

export const patientProbes = defineRule({
  id: 'S49',
  title: 'a model server has probes with sufficient time',
  effect: 'fragile',
  why:
    'A pause in the place of a startup probe is too short for one model and too long for another. A busy server answers ' +
    'its probes late, and a liveness probe that does not wait ends it with all its answers; without a liveness probe, ' +
    'one that hangs is never restarted.',
  source:
    'vLLM 0.33, entrypoints/serve/instrumentator; llm-d/llm-d-benchmark#1734; kserve/kserve#5062; llm-d, KServe and production-stack',
  fix: 'set all three probes on /health, the liveness probe with timeoutSeconds 5 and failureThreshold 6',
  area: 'serving',
  scope: 'object',
  kinds: [...SERVERS],
  fields: ['startupProbe', 'livenessProbe', 'livenessProbe/timeoutSeconds'].map(
    (field) => `${SERVER} ${CONTAINER}/${field}`,
  ),
  good: [
    {
      shows: 'half a minute without an answer',
      change: container({ livenessProbe: { ...VLLM.livenessProbe, failureThreshold: 3 } }),
    },
  ],
  bad: [
    {
      shows: 'a server that is ended for being busy',
      change: container({ livenessProbe: { ...VLLM.livenessProbe, failureThreshold: 1 } }),
      finds: [`${SERVER} ${CONTAINER}/livenessProbe`],
    },
    {
      shows: 'a server that is ended after a minute, unless its model is small',
      change: container({ startupProbe: null }),
      finds: [`${SERVER} ${CONTAINER}/startupProbe`],
    },
    {
      shows: 'a pause instead of a startup probe',
      change: container({
        startupProbe: null,
        livenessProbe: { ...VLLM.livenessProbe, initialDelaySeconds: 600 },
      }),
      finds: [`${SERVER} ${CONTAINER}/startupProbe`],
    },
  ],
  checks: [
    ...onVllm({
      expression: () => `${IS_HEADLESS} || has(${STARTUP}) || has(${LIVENESS}) && ${PATIENCE} <= ${LOADING}`,
      pointer: '/startupProbe',
      problem: 'no startup probe waits until the model is loaded',
    }),
    ...missing('livenessProbe', 'a server that hangs is never restarted'),
    ...onVllm({
      expression: () =>
        `!has(${LIVENESS}) || (${LIVENESS}.?timeoutSeconds.orValue(1) >= 2 && ` +
        `${LIVENESS}.?failureThreshold.orValue(3) * ${LIVENESS}.?periodSeconds.orValue(10) >= 30)`,
      pointer: '/livenessProbe',
      problem:
        'the liveness probe restarts the server after less than 30 seconds without an answer, or after one late answer',
    }),
  ],
});

export const startupBudget = defineRule({
  id: 'S05',
  title: 'the engine may take as long to start as its pod',
  effect: 'fragile',
  why:
    'The API server of vLLM gives up on its engine after VLLM_ENGINE_READY_TIMEOUT_S, by default 600 seconds, ' +
    'and ends the pod even if the startup probe allows more time; a Deployment reports failure after ' +
    'progressDeadlineSeconds, also 600 by default.',
  source: 'vLLM 0.33, envs.py; Kubernetes, Deployment, progress deadline',
  fix:
    'set VLLM_ENGINE_READY_TIMEOUT_S and progressDeadlineSeconds to failureThreshold × periodSeconds of the ' +
    'startup probe, or more',
  area: 'serving',
  scope: 'object',
  kinds: [...SERVERS],
  fields: [`${SERVER} ${CONTAINER}/env/1`, `${SERVER} /spec/progressDeadlineSeconds`],
  good: [
    {
      shows: 'ten minutes for everything',
      change: container({
        env: [
          { name: 'HOME', value: '/cache' },
          { name: 'VLLM_HTTP_TIMEOUT_KEEP_ALIVE', value: '310' },
        ],
        startupProbe: { ...VLLM.startupProbe, failureThreshold: 60 },
      }),
    },
  ],
  bad: [
    {
      shows: 'an engine that has a third of the time',
      change: variables({ VLLM_ENGINE_READY_TIMEOUT_S: '600' }),
      finds: [`${SERVER} ${CONTAINER}/env`],
    },
    {
      shows: 'a rollout that fails before it could have worked',
      change: { [SERVER]: { spec: { progressDeadlineSeconds: 600 } } },
      finds: [`${SERVER} ${CONTAINER}/startupProbe`],
    },
  ],
  checks: [
    ...onVllm({
      // One period is lost where the budget is no multiple of it.
      expression: () =>
        `!has(${STARTUP}) || ${variable('VLLM_ENGINE_READY_TIMEOUT_S', 600)} + ${STARTUP}.?periodSeconds.orValue(10) >= ${BUDGET}`,
      pointer: '/env',
      problem: 'the engine has less time to start than the startup probe gives the pod',
    }),
    ...onVllm({
      expression: () =>
        `object.kind != "Deployment" || !has(${STARTUP}) || object.spec.?progressDeadlineSeconds.orValue(600) >= ${BUDGET}`,
      pointer: '/startupProbe',
      problem: 'the Deployment fails before the startup probe does',
      fix: 'raise progressDeadlineSeconds',
    }),
  ],
});
