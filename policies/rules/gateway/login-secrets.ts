import { linksFrom } from '../../links';
import { defineRule } from '../../rule';
import { login } from './samples';
import { isFilledIn, textsOf } from './secret-texts';

const AT = 'securitypolicy/ai/chat';

/** The keys that Envoy Gateway reads, by where the Secret is named. */
const KEYS: Readonly<Record<string, string>> = {
  '/spec/oidc/clientSecret': 'client-secret',
  '/spec/oidc/clientIDRef': 'client-id',
};

/** A login whose name of the client is in the Secret, too. */
const NAMED_THERE = { clientID: null, clientIDRef: { name: 'login' } };

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
    { shows: 'the key that is read', change: login() },
    {
      shows: 'secret and name of the client in one Secret',
      change: login(NAMED_THERE, {
        stringData: { 'client-secret': 'a secret of the client', 'client-id': 'chat' },
      }),
    },
    {
      shows: 'a Secret that something else fills in',
      change: login({}, {}),
    },
  ],
  bad: [
    {
      shows: 'another key',
      change: login({}, { stringData: { clientSecret: 'a secret of the client' } }),
      finds: [`${AT} /spec/oidc/clientSecret`],
    },
    {
      shows: 'a Secret without the name of the client',
      change: login(NAMED_THERE, {
        stringData: { 'client-secret': 'a secret of the client', id: 'chat' },
      }),
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
