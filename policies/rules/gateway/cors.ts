import { defineRule } from '../../rule';

const cors = (allowCredentials: boolean, ...allowOrigins: readonly string[]) => ({
  'securitypolicy/ai/site': {
    apiVersion: 'gateway.envoyproxy.io/v1alpha1',
    kind: 'SecurityPolicy',
    metadata: { namespace: 'ai', name: 'site' },
    spec: {
      targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: 'chat' }],
      mergeType: 'StrategicMerge',
      cors: { allowOrigins, allowCredentials },
    },
  },
});

export const crossOrigin = defineRule({
  id: 'R45',
  title: 'CORS with credentials names its origins',
  effect: 'unsafe',
  why:
    'When * is allowed, Envoy answers a request of any origin with that origin, and if credentials are ' +
    'allowed as well, a browser sends cookies: every page that a user opens can call the models as that user. ' +
    'Envoy Gateway accepts this combination.',
  source:
    'Envoy Gateway 1.8, internal/gatewayapi/securitypolicy.go, buildCORS; Fetch standard, CORS protocol and credentials',
  fix: 'name the origins, or set allowCredentials to false',
  area: 'gateway',
  scope: 'object',
  kinds: ['SecurityPolicy'],
  good: [
    { shows: 'origins by name', change: cors(true, 'https://chat.example.com') },
    { shows: 'every origin, without credentials', change: cors(false, '*') },
  ],
  bad: [
    {
      shows: 'every origin, with credentials',
      change: cors(true, 'https://chat.example.com', '*'),
      finds: ['securitypolicy/ai/site /spec/cors/allowCredentials'],
    },
    {
      shows: 'every origin that has a certificate',
      change: cors(true, 'https://*'),
      finds: ['securitypolicy/ai/site /spec/cors/allowCredentials'],
    },
  ],
  checks: [
    {
      expression:
        '!object.spec.?cors.allowCredentials.orValue(false) || ' +
        '!object.spec.cors.?allowOrigins.orValue([]).exists(origin, origin in ["*", "http://*", "https://*"])',
      pointer: '/spec/cors/allowCredentials',
      problem: 'pages of every origin may use the credentials of their visitors',
      patch: [{ op: 'replace', path: '/spec/cors/allowCredentials', value: false }],
    },
  ],
});
