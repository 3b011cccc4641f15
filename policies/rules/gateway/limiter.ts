import { isPrivateHost } from '../../../base/hosts';
import { gatewayConfiguration } from '../../controllers';
import { defineRule } from '../../rule';
import { configMap } from './samples';

const AT = 'configmap/envoy-gateway-system/envoy-gateway-config /data/envoy-gateway.yaml';

const redis = (rateLimit: object) => configMap({ rateLimit: { backend: { type: 'Redis', ...rateLimit } } });

export const limiter = defineRule({
  id: 'R34',
  title: 'shared limits have a rate-limit service and a defined failure mode',
  effect: 'failing',
  why:
    'Without Redis in its configuration Envoy Gateway answers 500 on every route with a global limit. With ' +
    'Redis it waits 20 ms for an answer and then lets the request pass uncounted, unless configured ' +
    'otherwise; this choice must be explicit. A Redis outside the cluster receives the client identities.',
  source:
    'Envoy Gateway 1.8, internal/gatewayapi/backendtrafficpolicy.go and api/v1alpha1/envoygateway_types.go',
  fix: 'set rateLimit.backend.redis.url, rateLimit.timeout and rateLimit.failClosed in the configuration of Envoy Gateway',
  area: 'gateway',
  scope: 'graph',
  kinds: ['ConfigMap'],
  good: [
    {
      shows: 'a Redis of the cluster',
      change: configMap({
        rateLimit: {
          backend: { type: 'Redis', redis: { url: 'redis.redis-system.svc.cluster.local:6379' } },
          timeout: '100ms',
          failClosed: false,
        },
      }),
    },
    {
      shows: 'no shared limit, no limiter',
      change: {
        ...configMap({ rateLimit: undefined }),
        'backendtrafficpolicy/ai/oss': { spec: { rateLimit: null } },
      },
    },
  ],
  bad: [
    { shows: 'no Redis', change: configMap({ rateLimit: undefined }), finds: [AT] },
    {
      shows: 'nobody chose whether to let requests pass',
      change: redis({ redis: { url: 'redis.redis-system.svc:6379' } }),
      finds: [AT, AT],
    },
    {
      shows: 'names of workloads in clear over somebody else’s network',
      change: configMap({
        rateLimit: {
          backend: { type: 'Redis', redis: { url: 'redis.example.com:6379' } },
          timeout: '100ms',
          failClosed: true,
        },
      }),
      finds: [AT],
    },
  ],
  check(all, one) {
    const found = gatewayConfiguration(one);
    const [limited] = all
      .ofKind('BackendTrafficPolicy')
      .filter(({ spec }) => (spec.rateLimit?.global?.rules ?? []).length > 0);
    if (found?.config === undefined || limited === undefined) return [];
    const { rateLimit } = found.config;
    const url = rateLimit?.backend?.redis?.url;
    if (typeof url !== 'string') {
      const problem = `configures no Redis, so every route of BackendTrafficPolicy ${limited.metadata.name} answers 500`;
      return [{ pointer: found.pointer, problem }];
    }
    const missing = ['timeout', 'failClosed'].filter((field) => rateLimit[field] === undefined);
    const open = url
      .split(',')
      .map((address) => address.replace(/:\d+$/, ''))
      .filter((host) => !isPrivateHost(host) && rateLimit.backend.redis.tls === undefined);
    return [
      ...missing.map((field) => ({
        pointer: found.pointer,
        problem: `rateLimit.${field} is not set`,
      })),
      ...open.map((host) => ({
        pointer: found.pointer,
        problem: `connections to ${host} are unencrypted`,
        fix: 'set rateLimit.backend.redis.tls',
      })),
    ];
  },
});
