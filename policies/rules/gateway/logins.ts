import { defineRule } from '../../rule';
import { login } from './samples';

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

/** As the controller reads it: a scheme, a host, and a path that is not the root alone. */
const REDIRECT = '^(https?|%REQ[(]x-forwarded-proto[)]%)://[^/]+/.+';

/** As Kubernetes names things (IsQualifiedName of apimachinery). */
const QUALIFIED = '^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$';

const REDIRECT_URL = "object.spec.?oidc.?redirectURL.orValue('https://any/oauth2/callback')";
const TOKEN_ENDPOINT = "object.spec.?oidc.?provider.?tokenEndpoint.orValue('')";

export const logins = defineRule({
  id: 'G50',
  title: 'Envoy Gateway can translate the settings of tokens and logins, and a login can be completed',
  effect: 'refused',
  why:
    'The API server takes any text. Envoy Gateway refuses a policy with an issuer that has a colon and is no URI, with ' +
    'keys at what is no URI, with a redirect URL without a path, with a token endpoint that is an IP address, and one that ' +
    'passes a header of a login on to JWT where no provider reads a header. The routes of a refused policy answer 500. ' +
    'Envoy looks for the path of the logout first: where the redirect has the same one, each login ends as a logout.',
  source:
    'envoyproxy/gateway v1.8.3, internal/gatewayapi/securitypolicy.go (validateJWTProvider, extractRedirectPath, validateTokenEndpoint, validateSecurityPolicy); Envoy, source/extensions/filters/http/oauth2/filter.cc (decodeHeaders)',
  fix: 'write whole URLs, and a redirect URL with a path of its own, such as https://chat.example.com/oauth2/callback',
  area: 'gateway',
  scope: 'object',
  kinds: ['SecurityPolicy'],
  good: [
    { shows: 'an issuer that is a name', change: provider({ issuer: 'login' }) },
    { shows: 'an issuer that is a URN', change: provider({ issuer: 'urn:example:login' }) },
    { shows: 'a login with a path of its own', change: login({}) },
    {
      shows: 'a token endpoint with a port',
      change: login({
        provider: {
          issuer: 'https://login.example.com',
          authorizationEndpoint: 'https://login.example.com:8443/authorize',
          tokenEndpoint: 'https://login.example.com:8443/token',
        },
      }),
    },
    {
      shows: 'a logout below the path of the redirect',
      change: login({ logoutPath: '/oauth2/callback/logout' }),
    },
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
      shows: 'a name with a space',
      change: provider({ name: 'our staff' }),
      finds: [`${AT} /spec/jwt/providers/0/name`],
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
      shows: 'one path for redirect and logout',
      change: login({ logoutPath: '/oauth2/callback' }),
      finds: [`${AT} /spec/oidc/logoutPath`],
    },
    {
      shows: 'a redirect to the path of the logout where nothing else is said',
      change: login({ redirectURL: 'https://chat.example.com/logout' }),
      finds: [`${AT} /spec/oidc/logoutPath`],
    },
    {
      shows: 'endpoints by their address',
      change: login({
        provider: {
          issuer: 'https://login.example.com',
          authorizationEndpoint: 'https://192.0.2.7/authorize',
          tokenEndpoint: 'https://192.0.2.7/token',
        },
      }),
      finds: [`${AT} /spec/oidc/provider/tokenEndpoint`],
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
      expression: `provider.name.matches('${QUALIFIED}')`,
      pointer: '/spec/jwt/providers/*/name',
      problem: { expression: "provider.name + ' is not what Kubernetes takes for a name'" },
      fix: 'use letters, digits, and dots, dashes and underscores between them',
    },
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
        `!object.spec.?oidc.hasValue() || !${REDIRECT_URL}.matches('${REDIRECT}') || ` +
        `'/' + ${REDIRECT_URL}.split('/', 4)[3] != object.spec.oidc.?logoutPath.orValue('/logout')`,
      pointer: '/spec/oidc/logoutPath',
      problem: 'the redirect has this path, too, and is taken for a logout',
      fix: 'use another path for the logout',
    },
    {
      expression: `!isURL(${TOKEN_ENDPOINT}) || !isIP(url(${TOKEN_ENDPOINT}).getHostname())`,
      pointer: '/spec/oidc/provider/tokenEndpoint',
      problem: 'the token endpoint is an IP address',
      fix: 'use the host name of the provider',
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
