import { linksFrom } from '../../links';
import { defineRule } from '../../rule';
import { isFilledIn, textsOf } from './secret-texts';

const AT = 'securitypolicy/ai/chat';

/** The keys that Envoy Gateway reads, by where the Secret is named. */
const KEYS: Readonly<Record<string, string>> = {
  '/spec/oidc/clientSecret': 'client-secret',
  '/spec/oidc/clientIDRef': 'client-id',
};

const login = (stringData: object, change: object = {}, secret: object = {}) => ({
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
    stringData,
    ...secret,
  },
});

export const loginSecrets = defineRule({
  id: 'G57',
  title: 'the Secret of a login has the keys client-secret and client-id',
  effect: 'refused',
  why:
    'Envoy Gateway reads these keys and no others, such as clientSecret or the names that a provider gives them: without ' +
    'them it refuses the policy, and its routes answer 500.',
  source: 'envoyproxy/gateway v1.8.3, internal/gatewayapi/securitypolicy.go (buildOIDC)',
  fix: 'store the secret of the client under client-secret, and its name under client-id where clientIDRef names the Secret',
  area: 'gateway',
  scope: 'graph',
  kinds: ['SecurityPolicy'],
  good: [
    { shows: 'the key that is read', change: login({ 'client-secret': 'a secret of the client' }) },
    {
      shows: 'secret and name of the client in one Secret',
      change: login(
        { 'client-secret': 'a secret of the client', 'client-id': 'chat' },
        { clientID: null, clientIDRef: { name: 'login' } },
      ),
    },
    {
      shows: 'a Secret that something else fills in',
      change: login({}, {}, { stringData: null }),
    },
  ],
  bad: [
    {
      shows: 'another key',
      change: login({ clientSecret: 'a secret of the client' }),
      finds: [`${AT} /spec/oidc/clientSecret`],
    },
    {
      shows: 'a Secret without the name of the client',
      change: login(
        { 'client-secret': 'a secret of the client', id: 'chat' },
        { clientID: null, clientIDRef: { name: 'login' } },
      ),
      finds: [`${AT} /spec/oidc/clientIDRef`],
    },
  ],
  check: (all, one) =>
    linksFrom(all, one, 'Secret').flatMap(({ reference: { pointer, to }, object }) => {
      const key = KEYS[pointer];
      if (key === undefined || (textsOf(object)[key] ?? '') !== '' || isFilledIn(object)) return [];
      const problem = `the policy is refused: Secret ${to.name} has nothing under ${key}`;
      return [{ pointer, value: to.name, problem, fix: `store it under the key ${key}` }];
    }),
});
