import type { Listener } from '../../attachment';
import type { RuleKinds } from '../../kinds';
import { linksFrom } from '../../links';
import { defineRule } from '../../rule';
import { bareListeners } from './listeners';
import { CERTIFICATE, HTTPS } from './samples';
import { declaredHeaders, TRUSTED_HEADERS } from './trusted-headers';

/** The blocks of a SecurityPolicy that ask who calls; permissions do not. */
const QUESTIONS = ['apiKeyAuth', 'basicAuth', 'extAuth', 'jwt', 'oidc'] as const;

type Clients = RuleKinds['ClientTrafficPolicy'];

const asks = ({ spec }: RuleKinds['SecurityPolicy']) =>
  QUESTIONS.filter((block) => spec[block] !== undefined);

/** Whether a listener takes no client without a certificate that it has verified; without TLS nobody has one. */
function verifies({ spec }: Clients, listener: Listener): boolean {
  const {
    mode = 'RequireAndVerify',
    optional = false,
    caCertificateRefs = [],
  } = spec.tls?.clientValidation ?? {};
  return (
    listener.spec.protocol !== 'HTTP' &&
    caCertificateRefs.length > 0 &&
    !optional &&
    mode === 'RequireAndVerify'
  );
}

const https = {
  'gateway/ai/chat': { spec: { listeners: [{ ...HTTPS, name: 'http' }] } },
  ...CERTIFICATE,
};

export const authentication = defineRule({
  id: 'R21',
  title: 'a gateway for models authenticates clients at the Gateway',
  effect: 'unsafe',
  why:
    'Authentication runs before the body is read, on the route that a request matches without its model. That ' +
    'is usually the default rule of the oldest route, and a client can choose it: a policy on a route can be ' +
    'bypassed, a policy on the Gateway applies to all routes.',
  source: 'envoyproxy/ai-gateway#1474',
  fix:
    'target the Gateway with a SecurityPolicy (apiKeyAuth, jwt, extAuth) or verify client certificates; if a ' +
    'proxy in front authenticates clients, or no authentication is needed, declare that in the annotation ' +
    `${TRUSTED_HEADERS}`,
  area: 'gateway',
  scope: 'graph',
  kinds: ['Gateway', 'SecurityPolicy'],
  fields: ['securitypolicy/ai/chat /spec/apiKeyAuth'],
  good: [
    {
      shows: 'the proxy in front tells clients apart',
      change: {
        'securitypolicy/ai/chat': null,
        'gateway/ai/chat': { metadata: { annotations: { [TRUSTED_HEADERS]: 'x-client-id' } } },
      },
    },
    {
      shows: 'certificates of clients',
      change: {
        'securitypolicy/ai/chat': null,
        ...https,
        'configmap/ai/clients': {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { namespace: 'ai', name: 'clients' },
          data: { 'ca.crt': 'authorities' },
        },
        'clienttrafficpolicy/ai/chat': {
          spec: {
            tls: { clientValidation: { caCertificateRefs: [{ kind: 'ConfigMap', name: 'clients' }] } },
          },
        },
      },
    },
  ],
  bad: [
    {
      shows: 'a gateway for everybody',
      change: { 'securitypolicy/ai/chat': null },
      finds: ['gateway/ai/chat /spec/listeners/0'],
    },
    {
      shows: 'keys that are asked for on a route',
      change: {
        'securitypolicy/ai/route': {
          apiVersion: 'gateway.envoyproxy.io/v1alpha1',
          kind: 'SecurityPolicy',
          metadata: { namespace: 'ai', name: 'route' },
          spec: {
            targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: 'chat' }],
            apiKeyAuth: {
              credentialRefs: [{ name: 'clients' }],
              extractFrom: [{ headers: ['authorization'] }],
              sanitize: true,
            },
          },
        },
      },
      finds: ['securitypolicy/ai/route /spec/targetRefs/0'],
    },
  ],
  check(all, one) {
    if (one.kind === 'SecurityPolicy') {
      const [asked] = asks(one);
      if (asked === undefined) return [];
      return linksFrom(all, one, 'AIGatewayRoute').map(({ reference: { pointer, to } }) => ({
        pointer,
        value: to.name,
        problem: `clients can bypass ${asked} on a route, because it is applied before the final route is selected`,
      }));
    }
    if (declaredHeaders(one) !== undefined) return [];
    const unverified = bareListeners(all, one, 'ClientTrafficPolicy', verifies);
    return bareListeners(all, one, 'SecurityPolicy', (policy) => asks(policy).length > 0)
      .filter(({ name }) => unverified.some((other) => other.name === name))
      .map(({ name, pointer }) => ({
        pointer,
        value: name,
        problem: `listener ${name} has AI routes and does not authenticate clients`,
        elsewhere: true,
      }));
  },
});

const security = (change: object) => ({ 'securitypolicy/ai/chat': { spec: change } });

export const strictAuthentication = defineRule({
  id: 'G21',
  title: 'unauthenticated requests are rejected, and client keys are not forwarded',
  effect: 'unsafe',
  why:
    'With jwt.optional a request without a token is accepted; with extAuth.failOpen any request is accepted ' +
    'while the service is unavailable. Without sanitize the key of the client is forwarded to the backend.',
  source: 'envoyproxy/gateway v1.8.3, internal/xds/translator/{api_key_auth,extauth,jwt}.go',
  fix: 'set apiKeyAuth.sanitize: true, and remove jwt.optional and extAuth.failOpen',
  area: 'gateway',
  scope: 'object',
  kinds: ['SecurityPolicy'],
  fields: ['securitypolicy/ai/chat /spec/apiKeyAuth/sanitize'],
  good: [
    {
      shows: 'a policy for something else',
      change: security({ cors: { allowOrigins: ['https://a.example'] } }),
    },
  ],
  bad: [
    {
      shows: 'the key goes on',
      change: security({ apiKeyAuth: { sanitize: false } }),
      finds: ['securitypolicy/ai/chat /spec/apiKeyAuth/sanitize'],
    },
    {
      shows: 'a token, if you please',
      change: security({
        jwt: {
          optional: true,
          providers: [
            {
              name: 'clients',
              issuer: 'https://idp.example.com',
              audiences: ['ai-gateway'],
              remoteJWKS: { uri: 'https://idp.example.com/keys' },
            },
          ],
        },
      }),
      finds: ['securitypolicy/ai/chat /spec/jwt/optional'],
    },
  ],
  checks: [
    {
      expression: '!object.spec.?apiKeyAuth.hasValue() || object.spec.apiKeyAuth.?sanitize.orValue(false)',
      pointer: '/spec/apiKeyAuth/sanitize',
      problem: 'the key of the client is forwarded to the backend',
      fix: 'set it to true',
      patch: [{ op: 'add', path: '/spec/apiKeyAuth/sanitize', value: true }],
    },
    {
      expression: '!object.spec.?jwt.?optional.orValue(false)',
      pointer: '/spec/jwt/optional',
      problem: 'requests without a token are accepted',
      fix: 'remove it',
      patch: [{ op: 'remove', path: '/spec/jwt/optional' }],
    },
    {
      expression: '!object.spec.?extAuth.?failOpen.orValue(false)',
      pointer: '/spec/extAuth/failOpen',
      problem: 'all requests are accepted while the authorization service is unavailable',
      fix: 'remove it',
      patch: [{ op: 'remove', path: '/spec/extAuth/failOpen' }],
    },
  ],
});
