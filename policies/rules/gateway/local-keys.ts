import { linksFrom } from '../../links';
import { select } from '../../pointer';
import { defineRule } from '../../rule';
import { isFilledIn, isPlaceholder } from './secret-texts';

const AT = 'securitypolicy/ai/chat';
const PROVIDERS = '/spec/jwt/providers';

/** The key of a ConfigMap that Envoy Gateway reads first. */
const KEY = 'jwks';

const SET = '{"keys": [{"kty": "oct", "kid": "a", "k": "c2VjcmV0"}]}';

const provider = (localJWKS: object) => ({
  [AT]: {
    spec: {
      apiKeyAuth: null,
      jwt: {
        providers: [{ name: 'staff', issuer: 'https://login.example.com', audiences: ['chat'], localJWKS }],
      },
    },
  },
});

const inline = (text: string) => provider({ type: 'Inline', inline: text });

const stored = (data: object) => ({
  ...provider({ type: 'ValueRef', valueRef: { group: '', kind: 'ConfigMap', name: 'keys' } }),
  'configmap/ai/keys': {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'ai', name: 'keys' },
    data,
  },
});

export const localKeys = defineRule({
  id: 'G58',
  title: 'keys of tokens that a policy brings along are a JSON Web Key Set',
  effect: 'failing',
  why:
    'Envoy Gateway does not look into the keys. Envoy only logs a text that is no JSON object with "keys", such as a URL, ' +
    'a PEM or a single key, and answers 401 to every token. Of a ConfigMap without the key jwks Envoy Gateway takes ' +
    'any of its texts, and with an empty one it refuses the policy.',
  source:
    'Envoy, source/extensions/filters/http/jwt_authn/jwks_cache.cc (JwksDataImpl); envoyproxy/gateway v1.8.3, internal/gatewayapi/securitypolicy.go (buildLocalJWKS)',
  fix: 'write the set as JSON, {"keys": [...]}, in a ConfigMap under jwks; of keys at a URL use remoteJWKS',
  area: 'gateway',
  scope: 'graph',
  kinds: ['SecurityPolicy'],
  good: [
    { shows: 'a set in the policy', change: inline(SET) },
    { shows: 'a set in a ConfigMap', change: stored({ jwks: SET, notes: 'from the login' }) },
    { shows: 'a set that a script puts in', change: inline('__JWKS__') },
    { shows: 'the only text of a ConfigMap', change: stored({ 'keys.json': SET }) },
  ],
  bad: [
    {
      shows: 'a URL',
      change: inline('https://login.example.com/keys'),
      finds: [`${AT} ${PROVIDERS}/0/localJWKS/inline`],
    },
    {
      shows: 'one key without its set',
      change: inline('{"kty": "oct", "kid": "a", "k": "c2VjcmV0"}'),
      finds: [`${AT} ${PROVIDERS}/0/localJWKS/inline`],
    },
    {
      shows: 'a set that is cut off',
      change: inline('{"keys": [{'),
      finds: [`${AT} ${PROVIDERS}/0/localJWKS/inline`],
    },
    {
      shows: 'a PEM in a ConfigMap',
      change: stored({ jwks: '-----BEGIN PUBLIC KEY-----' }),
      finds: [`${AT} ${PROVIDERS}/0/localJWKS/valueRef`],
    },
    {
      shows: 'a ConfigMap with two texts, neither under jwks',
      change: stored({ old: SET, new: SET }),
      finds: [`${AT} ${PROVIDERS}/0/localJWKS/valueRef`],
    },
  ],
  check: (all, one) => [
    ...select(one, `${PROVIDERS}/*/localJWKS/inline`)
      .filter(({ value }) => !isSet(`${value}`))
      .map(({ pointer }) => ({
        pointer,
        problem: 'Envoy finds no keys in this text, and refuses every token',
      })),
    ...linksFrom(all, one, 'ConfigMap')
      .filter(({ reference, object }) => reference.pointer.includes('/localJWKS/') && !isFilledIn(object))
      .flatMap(({ reference: { pointer, to }, object: { data = {} } }) => {
        const [only = '', ...others] = Object.values(data);
        const text = data[KEY] ?? (others.length === 0 ? only : '');
        if (isSet(text)) return [];
        return [{ pointer, value: to.name, problem: `ConfigMap ${to.name} has no set of keys under ${KEY}` }];
      }),
  ],
});

/** Whether a text looks like a set of keys (RFC 7517) to a parser as lenient as that of Protocol Buffers. */
const isSet = (text: string) =>
  isPlaceholder(text) || /^\s*\{.*\bkeys["']?\s*:\s*\[\s*\{.*\}\s*,?\s*\].*\}\s*$/s.test(text);
