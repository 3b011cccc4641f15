import { shown } from '../../../base/text';
import { costKeysOf, knowsCosts, routesUnder } from '../../ai-routes';
import { defineRule, type Violation } from '../../rule';
import { suggest } from '../../suggest';

/** Envoy dynamic metadata where the AI gateway writes the costs of a call. */
const NAMESPACE = 'io.envoy.ai_gateway';

const CONFIG = 'aigateway.envoyproxy.io/gateway-config';
const AT = 'backendtrafficpolicy/ai/oss /spec/rateLimit/global/rules/0/cost/response/metadata';

const costs = (llmRequestCosts: object) => ({ 'aigatewayroute/ai/oss': { spec: { llmRequestCosts } } });

export const costKeys = defineRule({
  id: 'R32',
  title: 'a budget uses a cost key that its routes define',
  effect: 'ineffective',
  why:
    'A budget names the metadata key in which the AI gateway stores the cost of a call. A key that a route ' +
    'does not define is never written: the budget is never charged, without any error.',
  source: 'AI Gateway 1.0, internal/extproc/processor_impl.go; Envoy, rate limit hits_addend',
  fix:
    'use a metadataKey of llmRequestCosts of every route that the policy targets, in the namespace ' +
    'io.envoy.ai_gateway',
  area: 'gateway',
  scope: 'graph',
  kinds: ['BackendTrafficPolicy'],
  fields: ['aigatewayroute/ai/oss /spec/llmRequestCosts', 'aigatewayroute/ai/oss /spec/llmRequestCosts/0'],
  good: [
    {
      shows: 'a key that the GatewayConfig defines for all routes',
      change: {
        ...costs([{ metadataKey: 'other', type: 'InputToken' }]),
        'gateway/ai/chat': { metadata: { annotations: { [CONFIG]: 'chat' } } },
        'gatewayconfig/ai/chat': {
          apiVersion: 'aigateway.envoyproxy.io/v1beta1',
          kind: 'GatewayConfig',
          metadata: { namespace: 'ai', name: 'chat' },
          spec: { globalLLMRequestCosts: [{ metadataKey: 'llm_total_token', type: 'TotalToken' }] },
        },
      },
    },
  ],
  bad: [
    {
      shows: 'a misspelt key',
      change: costs([{ metadataKey: 'llm_total_tokens', type: 'TotalToken' }]),
      finds: [`${AT}/key`],
    },
    {
      shows: 'a namespace that the AI gateway does not write to',
      change: {
        'backendtrafficpolicy/ai/oss': {
          spec: {
            rateLimit: {
              global: {
                rules: [
                  {
                    limit: { requests: 1, unit: 'Hour' },
                    shared: true,
                    cost: {
                      request: { from: 'Number', number: 0 },
                      response: { from: 'Metadata', metadata: { namespace: 'ai', key: 'llm_total_token' } },
                    },
                  },
                ],
              },
            },
          },
        },
      },
      finds: [`${AT}/namespace`],
    },
  ],
  check(all, one) {
    const routes = routesUnder(all, one);
    if (routes.length === 0) return [];
    const rules = one.spec.rateLimit?.global?.rules ?? [];
    return [...rules.entries()].flatMap(([index, { cost }]): Violation[] => {
      const metadata = cost?.response?.metadata;
      if (metadata === undefined) return [];
      const pointer = `/spec/rateLimit/global/rules/${index}/cost/response/metadata`;
      const { namespace, key } = metadata;
      if (namespace !== NAMESPACE) {
        const problem = `the AI gateway writes no costs to ${shown(namespace)}`;
        return [{ pointer: `${pointer}/namespace`, value: namespace, problem, fix: `use ${NAMESPACE}` }];
      }
      const without = routes.find((route) => !costKeysOf(all, route).includes(key));
      if (without === undefined) return [];
      const problem = `AIGatewayRoute ${without.metadata.name} does not define ${key}, so its calls cost nothing`;
      const fix = suggest(key, costKeysOf(all, without));
      const elsewhere = !knowsCosts(all, without);
      return [{ pointer: `${pointer}/key`, value: key, problem, elsewhere, ...(fix && { fix }) }];
    });
  },
});
