import { defineRule } from '../../rule';

const AT = 'aigatewayroute/ai/chat';

const refs = (...backendRefs: readonly object[]) => ({
  [AT]: {
    spec: {
      rules: [
        {
          matches: [{ headers: [{ name: 'x-ai-eg-model', value: 'chat' }] }],
          backendRefs,
          timeouts: { request: '600s' },
        },
      ],
    },
  },
});

export const repeatedBackends = defineRule({
  id: 'G61',
  title: 'a rule of an AIGatewayRoute names each backend once',
  effect: 'failing',
  why:
    'Envoy Gateway makes one group of endpoints of two equal references. The AI gateway counts references, looks for the ' +
    'group of the second, and its controller ends with a panic, as often as it is started: Envoy gets no change of any ' +
    'route any more, and no condition says so.',
  source:
    'envoyproxy/ai-gateway v1.0.0, internal/extensionserver/post_translate_modify.go (maybeModifyCluster), seen on the running controller',
  fix: 'write the backend once, with the sum of their weights',
  area: 'gateway',
  scope: 'object',
  kinds: ['AIGatewayRoute'],
  good: [
    {
      shows: 'one backend with two models',
      change: refs(
        { name: 'chat', modelNameOverride: 'chat-a' },
        { name: 'chat', modelNameOverride: 'chat-b', priority: 1 },
      ),
    },
  ],
  bad: [
    {
      shows: 'one backend twice',
      change: refs({ name: 'chat' }, { name: 'chat' }),
      finds: [`${AT} /spec/rules/0/backendRefs`],
    },
  ],
  checks: [
    {
      each: ['spec.rules'],
      as: ['rule'],
      expression:
        'rule.?backendRefs.orValue([]).all(ref, rule.backendRefs.filter(other, other == ref).size() < 2)',
      pointer: '/spec/rules/*/backendRefs',
      problem: 'one backend stands in the list twice',
    },
  ],
});
