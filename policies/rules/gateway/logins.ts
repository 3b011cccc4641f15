import { defineRule } from '../../rule';

const AT = 'securitypolicy/ai/chat';

const provider = (change: object) => ({
  [AT]: {
    spec: {
      apiKeyAuth: null,
      jwt: {
        providers: [
          {
            name: 'staff',
            issuer: 'https://login.example.com',
            audiences: ['chat'],
            remoteJWKS: { uri: 'https://login.example.com/keys' },
            ...change,
          },
        ],
      },
    },
  },
});

const login = (change: object) => ({
  [AT]: {
    spec: {
      oidc: {
        provider: { issuer: 'https://login.example.com' },
        clientID: 'chat',
        clientSecret: { name: 'login' },
        redirectURL: 'https://chat.example.com/oauth2/callback',
        ...change,
      },
    },
  },
  'secret/ai/login': {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace: 'ai', name: 'login' },
    stringData: { 'client-secret': 'a-secret-of-some-length' },
  },
});

/** As the controller reads it: a scheme, a host, and a path that is not the root alone. */
const REDIRECT = '^(https?|%REQ[(]x-forwarded-proto[)]%)://[^/]+/.+';

export const logins = defineRule({
  id: 'G50',
  title: 'Envoy Gateway can translate the settings of tokens and logins',
  effect: 'refused',
  why:
    'The API server takes any text. Envoy Gateway refuses a policy with an issuer that has a colon and is no URI, with ' +
    'keys at what is no URI, with a redirect URL without a path, and one that passes a header of a login on to JWT ' +
    'where no provider reads a header. The routes of a refused policy answer 500.',
  source:
    'envoyproxy/gateway v1.8.3, internal/gatewayapi/securitypolicy.go (validateJWTProvider, extractRedirectPath, validateSecurityPolicy)',
  fix: 'write whole URLs, and a redirect URL with a path of its own, such as https://chat.example.com/oauth2/callback',
  area: 'gateway',
  scope: 'object',
  kinds: ['SecurityPolicy'],
  good: [
    { shows: 'an issuer that is a name', change: provider({ issuer: 'login' }) },
    { shows: 'a login with a path of its own', change: login({}) },
    {
      shows: 'a redirect to the host that was asked',
      change: login({ redirectURL: '%REQ(x-forwarded-proto)%://%REQ(:authority)%/oauth2/callback' }),
    },
    { shows: 'no redirect URL, which is /oauth2/callback then', change: login({ redirectURL: null }) },
  ],
  bad: [
    {
      shows: 'an issuer without a scheme',
      change: provider({ issuer: '10.1.2.3:8443/realms/staff' }),
      finds: [`${AT} /spec/jwt/providers/0/issuer`],
    },
    {
      shows: 'keys without a scheme',
      change: provider({ remoteJWKS: { uri: 'login.example.com/keys' } }),
      finds: [`${AT} /spec/jwt/providers/0/remoteJWKS/uri`],
      also: [`R24 ${AT} /spec/jwt/providers/0/remoteJWKS/uri`],
    },
    {
      shows: 'a redirect to the root',
      change: login({ redirectURL: 'https://chat.example.com/' }),
      finds: [`${AT} /spec/oidc/redirectURL`],
    },
    {
      shows: 'a redirect without a host',
      change: login({ redirectURL: '/oauth2/callback' }),
      finds: [`${AT} /spec/oidc/redirectURL`],
    },
    {
      shows: 'a header for tokens that nobody reads',
      change: login({ passThroughAuthHeader: true }),
      finds: [`${AT} /spec/oidc/passThroughAuthHeader`],
    },
  ],
  checks: [
    {
      each: ['spec.jwt.providers'],
      as: ['provider'],
      expression: "!provider.?issuer.orValue('').contains(':') || isURL(provider.issuer)",
      pointer: '/spec/jwt/providers/*/issuer',
      problem: 'an issuer with a colon has to be a URI',
      fix: 'write it as the tokens have it, with its scheme',
    },
    {
      each: ['spec.jwt.providers'],
      as: ['provider'],
      expression: '!provider.?remoteJWKS.hasValue() || isURL(provider.remoteJWKS.uri)',
      pointer: '/spec/jwt/providers/*/remoteJWKS/uri',
      problem: 'the keys are at no URI',
      fix: 'write it with its scheme: https://…',
    },
    {
      expression: `!object.spec.?oidc.?redirectURL.hasValue() || object.spec.oidc.redirectURL.matches('${REDIRECT}')`,
      pointer: '/spec/oidc/redirectURL',
      problem: 'a redirect URL has http or https, a host, and a path other than /',
    },
    {
      expression:
        '!object.spec.?oidc.?passThroughAuthHeader.orValue(false) || object.spec.?jwt.?providers.orValue([])' +
        '.exists(provider, !provider.?extractFrom.hasValue() || provider.extractFrom.?headers.orValue([]).size() > 0)',
      pointer: '/spec/oidc/passThroughAuthHeader',
      problem: 'no JWT provider of the policy reads a header',
      fix: 'add jwt with a provider that reads the header, or leave passThroughAuthHeader out',
    },
  ],
});
