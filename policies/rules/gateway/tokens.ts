import { PRIVATE_SUFFIXES } from '../../../base/hosts';
import { defineRule } from '../../rule';

/** CEL and RE2: a URL of a host that no public resolver knows. */
const PRIVATE_URL = `^http://[^/]+(${PRIVATE_SUFFIXES.map((suffix) => suffix.replace('.', '[.]')).join('|')})(:[0-9]+)?/`;

const provider = (change: object) => ({
  'securitypolicy/ai/chat': {
    spec: {
      jwt: {
        providers: [
          {
            name: 'clients',
            issuer: 'https://idp.example.com',
            audiences: ['ai-gateway'],
            remoteJWKS: { uri: 'https://idp.example.com/keys' },
            ...change,
          },
        ],
      },
    },
  },
});

export const tokens = defineRule({
  id: 'R24',
  title: 'a token is verified for issuer and audience, and unlisted permissions are denied',
  effect: 'unsafe',
  why:
    'Envoy does not verify issuer or audience unless they are configured: a token for any other service that ' +
    'uses the same keys opens the gateway. Keys fetched over plain HTTP can be replaced by anyone on the ' +
    'network path. With the default action Allow, a permission without a rule is granted.',
  source: 'envoyproxy/gateway v1.8.3, internal/xds/translator/jwt.go and api/v1alpha1/jwt_types.go',
  fix: 'set issuer and audiences, fetch keys over https, and leave defaultAction at Deny',
  area: 'gateway',
  scope: 'object',
  kinds: ['SecurityPolicy'],
  good: [
    { shows: 'all of it', change: provider({}) },
    {
      shows: 'keys from a service of the cluster',
      change: provider({ remoteJWKS: { uri: 'http://idp.security.svc:8080/keys' } }),
    },
  ],
  bad: [
    {
      shows: 'a token for anybody',
      change: provider({ audiences: [] }),
      finds: ['securitypolicy/ai/chat /spec/jwt/providers/0/audiences'],
    },
    {
      shows: 'a token of anybody',
      change: provider({ issuer: '' }),
      finds: ['securitypolicy/ai/chat /spec/jwt/providers/0/issuer'],
    },
    {
      shows: 'keys of whoever is on the way',
      change: provider({ remoteJWKS: { uri: 'http://idp.example.com/keys' } }),
      finds: ['securitypolicy/ai/chat /spec/jwt/providers/0/remoteJWKS/uri'],
    },
    {
      shows: 'what nobody forbids is allowed',
      change: { 'securitypolicy/ai/chat': { spec: { authorization: { defaultAction: 'Allow' } } } },
      finds: ['securitypolicy/ai/chat /spec/authorization/defaultAction'],
    },
  ],
  checks: [
    {
      each: ['spec.jwt.providers'],
      as: ['provider'],
      expression: "provider.?issuer.orValue('') != ''",
      pointer: '/spec/jwt/providers/*/issuer',
      problem: 'tokens of every issuer are accepted',
    },
    {
      each: ['spec.jwt.providers'],
      as: ['provider'],
      expression: 'provider.?audiences.orValue([]).size() > 0',
      pointer: '/spec/jwt/providers/*/audiences',
      problem: 'tokens for every other service are accepted',
    },
    {
      each: ['spec.jwt.providers'],
      as: ['provider'],
      expression:
        "!provider.?remoteJWKS.hasValue() || provider.remoteJWKS.uri.startsWith('https://') || " +
        `provider.remoteJWKS.uri.matches('${PRIVATE_URL}')`,
      pointer: '/spec/jwt/providers/*/remoteJWKS/uri',
      problem: 'the keys are fetched unencrypted over public networks',
      fix: 'use https',
    },
    {
      expression: "object.spec.?authorization.?defaultAction.orValue('Deny') == 'Deny'",
      pointer: '/spec/authorization/defaultAction',
      problem: 'permissions without a rule are granted',
      fix: 'use Deny, and a rule for each permission',
    },
  ],
});
