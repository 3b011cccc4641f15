import { Buffer } from 'node:buffer';
import type { RuleKinds } from '../../kinds';
import { linksFrom } from '../../links';
import { defineRule } from '../../rule';
import { isPlaceholder, textsOf } from './secret-texts';

/** What nobody guesses in the lifetime of a key, at any rate that a gateway answers. */
const SHORTEST = 16;

const KEYS = 'securitypolicy/ai/chat /spec/apiKeyAuth/credentialRefs/0';

const clients = (stringData: object) => ({ 'secret/ai/clients': { stringData } });

export const clientKeys = defineRule({
  id: 'R22',
  title: 'every client has its own key, as Envoy reads it, which cannot be guessed',
  effect: 'refused',
  why:
    'Envoy Gateway refuses a policy in which two clients have the same key, and the routes answer 500; of two keys ' +
    'of one client it ignores the second. A key that is stored with the word Bearer or with a line break is not ' +
    'what Envoy reads in a header, so its client always gets 401. A short key can be guessed.',
  source:
    'envoyproxy/gateway v1.8.3, internal/gatewayapi/securitypolicy.go (buildAPIKeyAuth); envoyproxy/envoy, ' +
    'source/extensions/filters/http/api_key_auth/api_key_auth.cc; envoyproxy/gateway#7706',
  fix: 'generate a key for each client: openssl rand -hex 32',
  area: 'gateway',
  scope: 'graph',
  kinds: ['SecurityPolicy'],
  good: [
    {
      shows: 'base64, as the API server has it',
      change: {
        'secret/ai/clients': {
          stringData: null,
          data: { batch: Buffer.from('the key of batch'.repeat(2)).toString('base64') },
        },
      },
    },
    {
      shows: 'keys that are put in later',
      change: clients({ batch: '<path:vault#batch>', search: 'REPLACE_ME' }),
    },
    {
      shows: 'a key that says Bearer in a parameter',
      change: {
        ...clients({ batch: `Bearer ${'the key of batch'.repeat(2)}` }),
        'securitypolicy/ai/chat': { spec: { apiKeyAuth: { extractFrom: [{ params: ['key'] }] } } },
      },
    },
  ],
  bad: [
    {
      shows: 'one key for two clients',
      change: clients({ batch: 'one key for us all'.repeat(2), search: 'one key for us all'.repeat(2) }),
      finds: [KEYS],
    },
    { shows: 'a short key', change: clients({ batch: 'abc123' }), finds: [KEYS] },
    {
      shows: 'the word that goes before a key',
      change: clients({ batch: `Bearer ${'the key of batch'.repeat(2)}` }),
      finds: [KEYS],
    },
    {
      shows: 'the line break of echo',
      change: clients({ search: `${'the key of search'.repeat(2)}\n` }),
      finds: [KEYS],
    },
    {
      shows: 'a client with two keys',
      change: {
        'securitypolicy/ai/chat': {
          spec: { apiKeyAuth: { credentialRefs: [{ name: 'clients' }, { name: 'more' }] } },
        },
        'secret/ai/more': {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { namespace: 'ai', name: 'more' },
          stringData: { batch: 'another key of batch' },
        },
      },
      finds: ['securitypolicy/ai/chat /spec/apiKeyAuth/credentialRefs/1'],
    },
  ],
  check(all, policy) {
    const known: Known = { owners: new Map(), clients: new Set() };
    const stripped = readsHeaders(policy);
    return linksFrom(all, policy, 'Secret').flatMap(({ reference: { pointer, to }, object }) => {
      if (!pointer.startsWith('/spec/apiKeyAuth/')) return [];
      return Object.entries(textsOf(object))
        .filter(([, key]) => !isPlaceholder(key))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([client, key]) => {
          const problem = wrongWith(client, key, known, stripped);
          return problem === undefined ? [] : [{ pointer, value: to.name, ...problem }];
        });
    });
  },
});

/** What the keys before have shown; the order is that of Envoy Gateway (securitypolicy.go, buildAPIKeyAuth). */
interface Known {
  readonly owners: Map<string, string>;
  readonly clients: Set<string>;
}

function wrongWith(client: string, key: string, { owners, clients }: Known, stripped: boolean) {
  if (clients.has(client)) {
    const problem = `${client} has a key already: Envoy Gateway ignores this one, and requests with it are answered with 401`;
    return owners.get(key) === client ? undefined : { problem, fix: 'give the client another name' };
  }
  clients.add(client);
  const owner = owners.get(key);
  owners.set(key, owner ?? client);
  if (owner !== undefined) {
    return {
      problem: `${client} has the same key as ${owner}: the policy is refused, and the routes answer 500`,
    };
  }
  const unmatched = stripped ? neverMatches(key) : undefined;
  if (unmatched !== undefined) {
    return {
      problem: `the key of ${client} ${unmatched}: requests with it are always answered with 401`,
      fix: 'store the bare key, without Bearer, spaces or a line break (printf %s, not echo)',
    };
  }
  return key.length < SHORTEST
    ? { problem: `the key of ${client} is shorter than ${SHORTEST} characters` }
    : undefined;
}

/** Whether keys come in headers only: from parameters and cookies Envoy takes them as they are. */
function readsHeaders({ spec }: RuleKinds['SecurityPolicy']): boolean {
  const sources = spec.apiKeyAuth?.extractFrom ?? [];
  return sources.every(({ params = [], cookies = [] }) => params.length + cookies.length === 0);
}

/**
 * Why no header has such a key: Envoy takes `Bearer ` away from what a client sends
 * (source/extensions/filters/http/api_key_auth/api_key_auth.cc, getKey), and headers have no white space around them.
 */
function neverMatches(key: string): string | undefined {
  if (key.startsWith('Bearer '))
    return 'begins with Bearer, which Envoy takes away from what the client sends';
  if (/[\r\n]$/.test(key)) return 'ends with a line break';
  return key !== key.trim() ? 'has white space around it' : undefined;
}
