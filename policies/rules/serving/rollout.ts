import { defineRule } from '../../rule';
import { SERVER } from './samples';

const GPUS =
  'object.spec.template.spec.containers.exists(container, ' +
  'container.?resources.limits.orValue({}).exists(name, name.startsWith("nvidia.com/")))';

const SURGE = '/spec/strategy/rollingUpdate/maxSurge';

export const surge = defineRule({
  id: 'S07',
  title: 'a rollout needs no additional GPUs',
  effect: 'fragile',
  why:
    'By default a rollout starts new pods first. Without free GPUs the new pod waits for the old pod and the ' +
    'old pod for the new one: the rollout never ends.',
  source: 'Kubernetes, Deployment, rolling update; vllm-project/production-stack ships maxSurge 100 %',
  fix: 'set rollingUpdate to maxSurge 0 and maxUnavailable 1, or set the strategy to Recreate',
  area: 'serving',
  scope: 'object',
  kinds: ['Deployment'],
  fields: [`${SERVER} /spec/strategy`, `${SERVER} ${SURGE}`],
  good: [
    {
      shows: 'all old pods first',
      change: { [SERVER]: { spec: { strategy: { type: 'Recreate', rollingUpdate: null } } } },
    },
  ],
  bad: [
    {
      shows: 'a quarter more, which is one',
      change: {
        [SERVER]: { spec: { strategy: { rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } } } },
      },
      finds: [`${SERVER} ${SURGE}`],
    },
  ],
  checks: [
    {
      expression:
        `!${GPUS} || object.spec.?strategy.type.orValue("RollingUpdate") == "Recreate" || ` +
        'string(object.spec.?strategy.rollingUpdate.maxSurge.orValue("25%")) in ["0", "0%"]',
      pointer: SURGE,
      problem: 'a new pod must start before the old one releases its GPUs',
      patch: [
        {
          op: 'add',
          path: '/spec/strategy',
          value: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
        },
      ],
    },
  ],
});
