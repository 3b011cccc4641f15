import { defineRule } from '../../rule';

/** Where the APIs of model providers, and browsers, carry credentials. */
const CREDENTIAL_HEADERS = ['authorization', 'x-api-key', 'api-key', 'cookie'];

/** CEL: those that the backend does not remove, whatever their case. */
const KEPT =
  `[${CREDENTIAL_HEADERS.map((name) => `'${name}'`).join(', ')}]` +
  `.filter(name, !object.spec.?headerMutation.?remove.orValue([]).exists(it, it.lowerAscii() == name))`;

const remove = (...names: readonly string[]) => ({ spec: { headerMutation: { remove: names } } });

export const credentialHeaders = defineRule({
  id: 'R19',
  title: 'no backend receives the credentials of a client',
  severity: 'error',
  why:
    'The AI gateway adds its own key and removes nothing: credentials of the client in any other header are ' +
    'sent to the provider. Removing a header does not remove the key of the gateway, which is added ' +
    'afterwards.',
  source: 'envoyproxy/ai-gateway, internal/backendauth',
  fix: 'add them to spec.headerMutation.remove',
  area: 'gateway',
  scope: 'object',
  fields: [
    'aiservicebackend/ai/chat /spec/headerMutation',
    'aiservicebackend/ai/chat /spec/headerMutation/remove',
  ],
  kinds: ['AIServiceBackend'],
  good: [
    {
      shows: 'names in capitals',
      change: {
        'aiservicebackend/ai/chat': remove('Authorization', 'X-API-Key', 'API-Key', 'Cookie', 'x-client-id'),
      },
    },
  ],
  bad: [
    {
      shows: 'cookies go to the provider',
      change: { 'aiservicebackend/ai/chat': remove('authorization', 'x-api-key', 'api-key', 'x-client-id') },
      finds: ['aiservicebackend/ai/chat /spec/headerMutation/remove'],
    },
  ],
  checks: [
    {
      expression: `${KEPT}.size() == 0`,
      pointer: '/spec/headerMutation/remove',
      problem: { expression: `'the backend receives the client headers ' + ${KEPT}.join(', ')` },
    },
  ],
});
