import { amount } from '../../../base/quantity';
import { shown } from '../../../base/text';
import { namedBy } from '../../links';
import { defineRule } from '../../rule';
import { bareListeners, hasAiRoutes } from './listeners';

const LEAST = 2 ** 20;
const MOST = 50 * 2 ** 20;

const limit = (bufferLimit: string) => ({
  'clienttrafficpolicy/ai/chat': { spec: { connection: { bufferLimit } } },
});

export const bufferLimit = defineRule({
  id: 'R05',
  title: 'a gateway takes prompts of a megabyte, and none without end',
  severity: 'error',
  why:
    'The AI gateway buffers whole requests, and Envoy Gateway lets it buffer 32 KiB: a longer prompt is ' +
    'answered with 413. Beyond 50 MiB, what the AI gateway itself recommends, a few dozen requests fill an ' +
    'Envoy.',
  source:
    'envoyproxy/ai-gateway issues 827, 828 and 1662; envoyproxy/gateway v1.8.3, internal/xds/translator',
  fix: 'set spec.connection.bufferLimit of a ClientTrafficPolicy to between 1Mi and 50Mi',
  area: 'gateway',
  scope: 'graph',
  kinds: ['Gateway', 'ClientTrafficPolicy'],
  fields: [
    'clienttrafficpolicy/ai/chat /spec/connection',
    'clienttrafficpolicy/ai/chat /spec/connection/bufferLimit',
  ],
  good: [{ shows: 'one megabyte', change: limit('1Mi') }],
  bad: [
    {
      shows: 'what Envoy Gateway has by default',
      change: limit('32Ki'),
      finds: ['clienttrafficpolicy/ai/chat /spec/connection/bufferLimit'],
    },
    {
      shows: 'more than a gigabyte',
      change: limit('1Gi'),
      finds: ['clienttrafficpolicy/ai/chat /spec/connection/bufferLimit'],
      also: [
        'R04 envoyproxy/ai/chat /spec/provider/kubernetes/envoyDeployment/container/resources/limits/memory',
      ],
    },
  ],
  check(all, one) {
    if (one.kind === 'Gateway') {
      if (!hasAiRoutes(all, one)) return [];
      return bareListeners(all, one, 'ClientTrafficPolicy').map(({ name, pointer }) => ({
        pointer,
        value: name,
        problem: `prompts of more than 32 KiB are answered with 413: listener ${name} has no ClientTrafficPolicy`,
      }));
    }
    if (!namedBy(all, one, 'Gateway').some((gateway) => hasAiRoutes(all, gateway))) return [];
    const written = one.spec.connection?.bufferLimit;
    const bytes = amount(written);
    if (bytes >= LEAST && bytes <= MOST) return [];
    const problem =
      written === undefined
        ? 'prompts of more than 32 KiB are answered with 413'
        : bytes < LEAST
          ? `prompts of more than ${written} are answered with 413`
          : `requests of up to ${shown(written)} are buffered`;
    return [{ pointer: '/spec/connection/bufferLimit', value: written, problem }];
  },
});
