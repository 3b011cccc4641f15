import { Buffer } from 'node:buffer';
import type { RuleKinds } from '../../kinds';
import { linksFrom } from '../../links';
import { defineRule } from '../../rule';

/** What nobody guesses in the lifetime of a key, at any rate that a gateway answers. */
const SHORTEST = 32;

const KEYS = 'securitypolicy/ai/chat /spec/apiKeyAuth/credentialRefs/0';

const clients = (stringData: object) => ({ 'secret/ai/clients': { stringData } });

export const clientKeys = defineRule({
  id: 'R22',
  title: 'every client has its own key, which cannot be guessed',
  severity: 'error',
  why:
    'Envoy rejects a configuration in which two clients have the same key: it keeps the earlier configuration ' +
    'and ignores all later changes, without an error in any status. A short key can be guessed.',
  source: 'kgateway-dev/kgateway#14592; envoyproxy/envoy, source/extensions/filters/http/api_key_auth',
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
  ],
  bad: [
    {
      shows: 'one key for two clients',
      change: clients({ batch: 'one key for us all'.repeat(2), search: 'one key for us all'.repeat(2) }),
      finds: [KEYS],
    },
    { shows: 'a short key', change: clients({ batch: 'abc123' }), finds: [KEYS] },
  ],
  check(all, policy) {
    const owners = new Map<string, string>();
    return linksFrom(all, policy, 'Secret').flatMap(({ reference: { pointer, to }, object }) => {
      if (!pointer.startsWith('/spec/apiKeyAuth/')) return [];
      return Object.entries(textsOf(object)).flatMap(([client, key]) => {
        const owner = owners.get(key);
        owners.set(key, owner ?? client);
        const problem =
          owner !== undefined && owner !== client
            ? `${client} has the same key as ${owner}: Envoy rejects this configuration and every later change`
            : `the key of ${client} is shorter than ${SHORTEST} characters`;
        const wrong = (owner !== undefined && owner !== client) || key.length < SHORTEST;
        return wrong ? [{ pointer, value: to.name, problem }] : [];
      });
    });
  },
});

/** What a Secret holds under each key, whether it is written as text or as base64. */
export function textsOf({ stringData = {}, data = {} }: RuleKinds['Secret']): Record<string, string> {
  const decoded = Object.entries(data).map(([key, text]) => [key, Buffer.from(text, 'base64').toString()]);
  return { ...Object.fromEntries(decoded), ...stringData };
}
