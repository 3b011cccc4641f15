import { defineRule } from '../../rule';

const PROVIDER = '/spec/provider/kubernetes';
const PROXY = 'envoyproxy/ai/chat';

const kubernetes = (change: object) => ({ [PROXY]: { spec: { provider: { kubernetes: change } } } });

/** A proxy that Kubernetes runs by a Deployment; `provider` of an EnvoyProxy is that by default. */
const DEPLOYED =
  'object.?spec.provider.type.orValue("Kubernetes") == "Kubernetes" && !object.?spec.provider.kubernetes.envoyDaemonSet.hasValue()';

const REPLICAS = 'object.?spec.provider.kubernetes.envoyDeployment.replicas';
const HPA = 'object.?spec.provider.kubernetes.envoyHpa';
const POD = 'object.?spec.provider.kubernetes.envoyDeployment.pod';

/** Where it is no matter: a place to try things out, or no Deployment. */
const EXCEPTED = `params.development || !(${DEPLOYED})`;

const SEVERAL = `(${HPA}.hasValue() ? ${HPA}.minReplicas.orValue(1) : ${REPLICAS}.orValue(1)) >= 2`;

export const availability = defineRule({
  id: 'R40',
  title: 'the gateway survives the loss of a node',
  effect: 'fragile',
  why:
    'With one proxy, every rollout and every drained node is an outage of all models. Several proxies on one ' +
    'node fail with that node, and without a budget a drain evicts all of them at once.',
  source:
    'Kubernetes, disruptions; AI Gateway 1.0: the webhook that every proxy pod passes has failurePolicy Fail',
  fix: 'run at least two replicas, with envoyPDB and with topologySpreadConstraints over kubernetes.io/hostname',
  area: 'gateway',
  scope: 'object',
  kinds: ['EnvoyProxy'],
  fields: [
    `${PROXY} ${PROVIDER}/envoyDeployment/replicas`,
    `${PROXY} ${PROVIDER}/envoyPDB`,
    `${PROXY} ${PROVIDER}/envoyDeployment/pod/topologySpreadConstraints`,
  ],
  good: [
    {
      shows: 'as many as the load needs, and never fewer than two',
      change: kubernetes({
        envoyDeployment: { replicas: null },
        envoyHpa: { minReplicas: 2, maxReplicas: 6 },
      }),
    },
    {
      shows: 'anti-affinity instead of a spread',
      change: kubernetes({
        envoyDeployment: {
          pod: { topologySpreadConstraints: null, affinity: { podAntiAffinity: {} } },
        },
      }),
    },
  ],
  bad: [
    {
      shows: 'one proxy',
      change: kubernetes({ envoyDeployment: { replicas: 1 } }),
      finds: [`${PROXY} ${PROVIDER}/envoyDeployment/replicas`],
    },
    {
      shows: 'one proxy at night',
      change: kubernetes({
        envoyDeployment: { replicas: null },
        envoyHpa: { minReplicas: 1, maxReplicas: 6 },
      }),
      finds: [`${PROXY} ${PROVIDER}/envoyDeployment/replicas`],
    },
    {
      shows: 'two proxies that may leave together',
      change: kubernetes({ envoyPDB: null }),
      finds: [`${PROXY} ${PROVIDER}/envoyPDB`],
    },
    {
      shows: 'two proxies on one node',
      change: kubernetes({ envoyDeployment: { pod: { topologySpreadConstraints: [] } } }),
      finds: [`${PROXY} ${PROVIDER}/envoyDeployment/pod/topologySpreadConstraints`],
    },
  ],
  checks: [
    {
      expression: `${EXCEPTED} || ${SEVERAL}`,
      pointer: `${PROVIDER}/envoyDeployment/replicas`,
      problem: 'a single proxy serves all requests',
      fix: 'set replicas, or minReplicas of envoyHpa, to 2 or more',
    },
    {
      expression: `${EXCEPTED} || !(${SEVERAL}) || object.spec.provider.kubernetes.?envoyPDB.hasValue()`,
      pointer: `${PROVIDER}/envoyPDB`,
      problem: 'all proxies may be evicted at once',
      fix: 'set envoyPDB: { minAvailable: 1 }',
      patch: [{ op: 'add', path: `${PROVIDER}/envoyPDB`, value: { minAvailable: 1 } }],
    },
    {
      expression:
        `${EXCEPTED} || !(${SEVERAL}) || ${POD}.topologySpreadConstraints.orValue([]).size() > 0` +
        ` || ${POD}.affinity.podAntiAffinity.hasValue()`,
      pointer: `${PROVIDER}/envoyDeployment/pod/topologySpreadConstraints`,
      problem: 'all proxies may run on one node',
      fix: 'spread them over kubernetes.io/hostname',
    },
  ],
});
