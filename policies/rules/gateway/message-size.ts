import { amount, mebibytes } from '../../../base/quantity';
import { shown } from '../../../base/text';
import type { Bundle } from '../../bundle';
import { aiGatewayFlags, gatewayConfiguration } from '../../controllers';
import { defineRule } from '../../rule';
import { configMap, controller, extension } from './samples';

/** Of one AI route rule with its cluster, measured over 960 rules of one match each. */
const RULE_BYTES = 4600;

/** Both sides' own. */
const DEFAULT_BYTES = 4 * 2 ** 20;

const CONFIG = 'configmap/envoy-gateway-system/envoy-gateway-config /data/envoy-gateway.yaml';

const many = {
  'aigatewayroute/ai/oss': {
    spec: {
      rules: Array.from({ length: 15 }, (_, index) => ({
        matches: [{ headers: [{ name: 'x-ai-eg-model', value: `oss-${index}` }] }],
        backendRefs: [{ name: 'oss', modelNameOverride: 'oss' }],
        timeouts: { request: '600s' },
      })),
    },
  },
};

export const messageSize = defineRule({
  id: 'R49',
  title: 'Envoy Gateway and the AI gateway accept messages that contain all routes',
  effect: 'failing',
  why:
    'Both accept messages of up to 4 MiB by default. From about 900 rules the translated routes are larger: ' +
    'no change is published any more, every route still has Accepted=True, and the earlier configuration ' +
    'keeps serving.',
  source: 'measured with AI Gateway 1.0.0 on Envoy Gateway 1.8.3: 4391884 bytes for 960 rules',
  fix:
    'set extensionManager.maxMessageSize of Envoy Gateway and maxRecvMsgSize of the AI gateway controller to ' +
    'the same size, such as 64Mi',
  area: 'gateway',
  scope: 'graph',
  kinds: ['ConfigMap'],
  good: [
    {
      shows: 'one size on both sides',
      change: { ...configMap({}), ...controller({ maxRecvMsgSize: `${64 * 2 ** 20}` }) },
    },
  ],
  bad: [
    {
      shows: 'a size on one side only',
      change: { ...configMap({}), ...controller({}) },
      finds: [CONFIG],
    },
    { shows: 'the default', change: configMap({ extensionManager: extension({}) }), finds: [CONFIG] },
    {
      shows: 'a size that the routes outgrow',
      change: { ...many, ...configMap({ extensionManager: extension({ maxMessageSize: '16Ki' }) }) },
      finds: [CONFIG],
    },
  ],
  check(all, one) {
    const found = gatewayConfiguration(one);
    if (found?.config === undefined || all.ofKind('AIGatewayRoute').length === 0) return [];
    const { pointer, config } = found;
    const size = config.extensionManager?.maxMessageSize;
    if (size === undefined) {
      return [{ pointer, problem: 'extensionManager.maxMessageSize is not set, so it is 4Mi' }];
    }
    const needed = bytesOf(all);
    if (!(amount(size) > needed)) {
      const problem = `extensionManager.maxMessageSize is ${shown(size)}, and the routes need about ${mebibytes(needed)}`;
      return [{ pointer, problem }];
    }
    return aiGatewayFlags(all)
      .map(({ values }) => Number(values.get('maxRecvMsgSize') ?? DEFAULT_BYTES))
      .filter((other) => other !== amount(size))
      .map((other) => ({
        pointer,
        problem: `extensionManager.maxMessageSize is ${shown(size)}, and the AI gateway controller accepts ${other} bytes`,
      }));
  },
});

function bytesOf(all: Bundle): number {
  const rules = all.ofKind('AIGatewayRoute').flatMap(({ spec }) => spec?.rules ?? []);
  return rules.length * RULE_BYTES;
}
