import { defineRule } from '../../rule';

const match = (rule: number) => ({ headers: [{ name: 'x-ai-eg-model', value: `chat-${rule}` }] });

const rules = (...sizes: readonly { readonly matches: number; readonly backends?: number }[]) => ({
  'aigatewayroute/ai/chat': {
    spec: {
      rules: sizes.map(({ matches, backends = 1 }, rule) => ({
        matches: Array.from({ length: matches }, () => match(rule)),
        backendRefs: Array.from({ length: backends }, (_, index) => ({
          name: 'chat',
          modelNameOverride: `chat-${index}`,
        })),
        timeouts: { request: '600s' },
      })),
    },
  },
});

export const routeSize = defineRule({
  id: 'R12',
  title: 'a route fits the limits of the HTTPRoute generated from it',
  effect: 'refused',
  why:
    'The API server accepts a larger AIGatewayRoute and then rejects the HTTPRoute that the AI gateway ' +
    'generates from it: an HTTPRoute allows 16 backends and 64 matches in a rule, and 128 matches in total, ' +
    'one of which is the answer for requests without a match. The route has Accepted=False, and the earlier ' +
    'version keeps serving.',
  source: 'kubernetes-sigs/gateway-api v1.5.1, apis/v1/httproute_types.go',
  fix: 'distribute the rules over several routes',
  area: 'gateway',
  scope: 'object',
  kinds: ['AIGatewayRoute'],
  good: [{ shows: 'as much as there may be', change: rules({ matches: 64, backends: 16 }, { matches: 63 }) }],
  bad: [
    {
      shows: 'too many matches in a rule',
      change: rules({ matches: 65 }),
      finds: ['aigatewayroute/ai/chat /spec/rules/0/matches'],
    },
    {
      shows: 'too many backends',
      change: rules({ matches: 1, backends: 17 }),
      finds: ['aigatewayroute/ai/chat /spec/rules/0/backendRefs'],
    },
    {
      shows: 'no place for the answer to requests that match nothing',
      change: rules({ matches: 64 }, { matches: 64 }),
      finds: ['aigatewayroute/ai/chat /spec/rules'],
    },
  ],
  checks: [
    {
      each: ['spec.rules'],
      as: ['rule'],
      expression: 'rule.?backendRefs.orValue([]).size() <= 16',
      pointer: '/spec/rules/*/backendRefs',
      problem: {
        expression: "string(rule.backendRefs.size()) + ' backends; an HTTPRoute allows 16 in a rule'",
      },
    },
    {
      each: ['spec.rules'],
      as: ['rule'],
      expression: 'rule.?matches.orValue([]).size() <= 64',
      pointer: '/spec/rules/*/matches',
      problem: { expression: "string(rule.matches.size()) + ' matches; an HTTPRoute allows 64 in a rule'" },
    },
    {
      // A rule without matches has one, on every path; and one more is the answer for what matches nothing.
      expression:
        'object.?spec.?rules.orValue([]).map(rule, rule.?matches.orValue([]).size() == 0 ? 1 : ' +
        'rule.matches.size()).sum() < 128',
      pointer: '/spec/rules',
      problem:
        'more than 127 matches; an HTTPRoute allows 128, and one is the answer for requests without a match',
    },
  ],
});
