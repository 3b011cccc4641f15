import { defineRule } from '../../rule';

const AT = 'backendtrafficpolicy/ai/chat';
const PAUSES = '/spec/retry/perRetry/backOff';

const pauses = (backOff: object) => ({ [AT]: { spec: { retry: { perRetry: { backOff } } } } });

const base = 'object.spec.?retry.?perRetry.?backOff.?baseInterval';
const longest = 'object.spec.?retry.?perRetry.?backOff.?maxInterval';

export const retryPauses = defineRule({
  id: 'G52',
  title: 'the pauses of a retry begin above zero, and do not end below where they begin',
  effect: 'refused',
  voids: true,
  why:
    'Envoy Gateway refuses a policy whose retries have a pause of 0s, or a longest pause that is shorter than the first: ' +
    'nothing in the policy is in force, and the routes answer 500.',
  source: 'envoyproxy/gateway v1.8.3, internal/gatewayapi/clustersettings.go (buildRetry)',
  fix: 'set baseInterval to 25ms or more, and maxInterval to a multiple of it',
  area: 'gateway',
  scope: 'object',
  kinds: ['BackendTrafficPolicy'],
  good: [
    { shows: 'pauses that grow', change: pauses({ baseInterval: '100ms', maxInterval: '10s' }) },
    { shows: 'pauses of one length', change: pauses({ baseInterval: '1s', maxInterval: '1000ms' }) },
  ],
  bad: [
    {
      shows: 'a longest pause shorter than the first',
      change: pauses({ baseInterval: '1s', maxInterval: '500ms' }),
      finds: [`${AT} ${PAUSES}/maxInterval`],
    },
    {
      shows: 'no pause',
      change: pauses({ baseInterval: '0s', maxInterval: '1s' }),
      finds: [`${AT} ${PAUSES}/baseInterval`],
    },
  ],
  checks: [
    {
      expression: `duration(${base}.orValue('1s')) > duration('0s')`,
      pointer: `${PAUSES}/baseInterval`,
      problem: 'the first pause cannot be zero',
    },
    {
      expression:
        `!${longest}.hasValue() || duration(${longest}.value()) > duration('0s') && ` +
        `duration(${longest}.value()) >= duration(${base}.orValue(${longest}.value()))`,
      pointer: `${PAUSES}/maxInterval`,
      problem: 'the longest pause is zero, or shorter than the first',
    },
  ],
});
