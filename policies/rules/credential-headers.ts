import { defineRule } from '../rule';

/** Where the APIs of model providers, and browsers, carry credentials. */
const CREDENTIAL_HEADERS = ['authorization', 'x-api-key', 'api-key', 'cookie'];

const remove = (...names: readonly string[]) => ({ spec: { headerMutation: { remove: names } } });

export const credentialHeaders = defineRule({
  id: 'R19',
  title: 'no backend sees the credentials of a client',
  severity: 'error',
  why:
    'The AI gateway adds its own key and strips nothing (envoyproxy/ai-gateway, internal/backendauth): ' +
    'what the client presented in any other header goes to the provider. Removing a header does not remove ' +
    'the key that the gateway puts there, for that comes later.',
  fix: 'add them to spec.headerMutation.remove',
  kinds: ['AIServiceBackend'],
  good: [
    {
      shows: 'names in capitals',
      change: { 'aiservicebackend/ai/chat': remove('Authorization', 'X-API-Key', 'API-Key', 'Cookie') },
    },
  ],
  bad: [
    {
      shows: 'cookies go to the provider',
      change: { 'aiservicebackend/ai/chat': remove('authorization', 'x-api-key', 'api-key') },
      finds: ['aiservicebackend/ai/chat /spec/headerMutation/remove'],
    },
  ],
  check(_, { spec }) {
    const removed = spec?.headerMutation?.remove;
    const names = removed?.map((name) => name.toLowerCase()) ?? [];
    const kept = CREDENTIAL_HEADERS.filter((name) => !names.includes(name));
    if (kept.length === 0) return [];
    const problem = `the backend gets what clients send as ${kept.join(', ')}`;
    return [{ pointer: '/spec/headerMutation/remove', value: removed, problem }];
  },
});
