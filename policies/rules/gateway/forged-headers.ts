import type { Kinds } from '../../../constructs/crds';
import type { Bundle } from '../../bundle';
import { identitiesOf, referencesOf, type Target } from '../../references';
import { defineRule, type Violation } from '../../rule';

/** Names that begin so belong to the AI gateway, those of later versions too. */
const RESERVED_PREFIX = 'x-ai-eg-';

/** What the AI gateway and Envoy believe about a request that was routed before. */
const RESERVED = ['x-envoy-original-path', 'x-gateway-destination-endpoint'];

type EarlyHeaders = NonNullable<
  NonNullable<Kinds['ClientTrafficPolicy']['spec']['headers']>['earlyRequestHeaders']
>;

const early = (earlyRequestHeaders: object) => ({
  'clienttrafficpolicy/ai/chat': { spec: { headers: { earlyRequestHeaders } } },
});

export const forgedHeaders = defineRule({
  id: 'R20',
  title: 'no client can send a header in which the gateway notes its own decisions',
  severity: 'error',
  why:
    'Routes are chosen by x-ai-eg-model, which the AI gateway sets from the body; a client that sends it ' +
    'picks its first route, and with it the limits of another workload. A forged ' +
    'x-gateway-destination-endpoint picks the endpoint.',
  source:
    'envoyproxy/ai-gateway, internal/internalapi; the endpoint picker protocol of the inference extension',
  fix: 'remove x-envoy-original-path and x-gateway-destination-endpoint, and on match the prefix x-ai-eg-',
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
    },
  ],
  check: (all, one) => (one.kind === 'Gateway' ? bareListeners(all, one) : passedHeaders(all, one)),
});

function bareListeners(all: Bundle, gateway: Kinds['Gateway']): Violation[] {
  const identity = identitiesOf(gateway)[0] as Target;
  if (!hasAiRoutes(all, identity)) return [];
  const sections = new Set(
    all.referencesTo(identity, 'ClientTrafficPolicy').map(({ sectionName }) => sectionName),
  );
  if (sections.has(undefined)) return [];
  return [...gateway.spec.listeners.entries()]
    .filter(([, { name }]) => !sections.has(name))
    .map(([index, { name }]) => ({
      pointer: `/spec/listeners/${index}`,
      value: name,
      problem: `listener ${name} has AI routes and no ClientTrafficPolicy, so clients may send any header`,
    }));
}

function passedHeaders(all: Bundle, policy: Kinds['ClientTrafficPolicy']): Violation[] {
  if (!referencesOf(policy).some(({ to }) => hasAiRoutes(all, to))) return [];
  const headers = policy.spec.headers?.earlyRequestHeaders;
  const passed = passing(headers ?? {});
  if (passed.length === 0) return [];
  const problem = `clients may send ${passed.join(', ')}`;
  return [{ pointer: '/spec/headers/earlyRequestHeaders', value: headers, problem }];
}

function hasAiRoutes(all: Bundle, gateway: Target): boolean {
  return all.referencesTo(gateway, 'AIGatewayRoute').length > 0;
}

/** What is left of the reserved headers. Suffixes and regular expressions are not counted as removing any. */
function passing({ remove = [], removeOnMatch = [] }: EarlyHeaders): string[] {
  const prefixes = removeOnMatch
    .filter(({ type }) => type === 'Prefix')
    .map(({ value }) => value.toLowerCase());
  const exact = removeOnMatch.filter(({ type = 'Exact' }) => type === 'Exact').map(({ value }) => value);
  const names = [...remove, ...exact].map((name) => name.toLowerCase());
  const stripped = (name: string) => prefixes.some((prefix) => name.startsWith(prefix));
  const left = RESERVED.filter((name) => !names.includes(name) && !stripped(name));
  return stripped(RESERVED_PREFIX) ? left : [`${RESERVED_PREFIX}*`, ...left];
}
