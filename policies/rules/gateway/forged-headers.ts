import type { Bundle } from '../../bundle';
import type { RuleKinds } from '../../kinds';
import { defineRule, type Violation } from '../../rule';
import { aiListenersUnder, bareListeners } from './listeners';
import { RESERVED_PREFIX, removes, removesAll } from './trusted-headers';

/** What the AI gateway and Envoy believe about a request that was routed before. */
const RESERVED = ['x-envoy-original-path', 'x-gateway-destination-endpoint'];

const early = (earlyRequestHeaders: object) => ({
  'clienttrafficpolicy/ai/chat': { spec: { headers: { earlyRequestHeaders } } },
});

export const forgedHeaders = defineRule({
  id: 'R20',
  title: 'clients cannot send the internal headers of the gateway',
  effect: 'unsafe',
  why:
    'Routes are selected by x-ai-eg-model, which the AI gateway sets from the body; a client that sends it ' +
    'selects its first route, and with it the limits of another workload. A forged ' +
    'x-gateway-destination-endpoint selects the endpoint.',
  source:
    'envoyproxy/ai-gateway, internal/internalapi; the endpoint picker protocol of the inference extension',
  fix:
    'remove x-envoy-original-path and x-gateway-destination-endpoint, and by removeOnMatch the prefix ' +
    'x-ai-eg-',
  area: 'gateway',
  scope: 'graph',
  fields: [
    'clienttrafficpolicy/ai/chat /spec/headers',
    'clienttrafficpolicy/ai/chat /spec/headers/earlyRequestHeaders',
    'clienttrafficpolicy/ai/chat /spec/headers/earlyRequestHeaders/remove',
    'clienttrafficpolicy/ai/chat /spec/headers/earlyRequestHeaders/removeOnMatch',
  ],
  kinds: ['Gateway', 'ClientTrafficPolicy'],
  good: [
    {
      shows: 'wider prefixes',
      change: early({
        remove: null,
        removeOnMatch: ['X-AI-', 'x-envoy-', 'x-gateway-'].map((value) => ({ type: 'Prefix', value })),
      }),
    },
  ],
  bad: [
    {
      shows: 'a prefix where a whole name is expected: it removes nothing',
      change: early({ remove: [RESERVED_PREFIX, ...RESERVED], removeOnMatch: null }),
      finds: ['clienttrafficpolicy/ai/chat /spec/headers/earlyRequestHeaders'],
    },
    {
      shows: 'nothing is said about the clients of the gateway',
      change: { 'clienttrafficpolicy/ai/chat': null },
      finds: ['gateway/ai/chat /spec/listeners/0'],
      also: ['R05 gateway/ai/chat /spec/listeners/0'],
    },
  ],
  check: (all, one) => (one.kind === 'Gateway' ? openListeners(all, one) : passedHeaders(all, one)),
});

function openListeners(all: Bundle, gateway: RuleKinds['Gateway']): Violation[] {
  return bareListeners(all, gateway, 'ClientTrafficPolicy').map(({ name, pointer }) => ({
    pointer,
    value: name,
    problem: `listener ${name} has AI routes, and no ClientTrafficPolicy is in force: clients may send any header`,
    elsewhere: true,
  }));
}

function passedHeaders(all: Bundle, policy: RuleKinds['ClientTrafficPolicy']): Violation[] {
  if (aiListenersUnder(all, policy).length === 0) return [];
  const headers = policy.spec.headers?.earlyRequestHeaders ?? {};
  const passed = [
    ...(removesAll(headers, RESERVED_PREFIX) ? [] : [`${RESERVED_PREFIX}*`]),
    ...RESERVED.filter((name) => !removes(headers, name)),
  ];
  if (passed.length === 0) return [];
  const problem = `clients may send ${passed.join(', ')}`;
  return [{ pointer: '/spec/headers/earlyRequestHeaders', value: headers, problem }];
}
