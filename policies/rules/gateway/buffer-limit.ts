import { amount } from '../../../base/quantity';
import { shown } from '../../../base/text';
import { defineRule } from '../../rule';
import { aiListenersUnder, bareListeners } from './listeners';

const LEAST = 2 ** 20;
const MOST = 50 * 2 ** 20;

const limit = (bufferLimit: string) => ({
  'clienttrafficpolicy/ai/chat': { spec: { connection: { bufferLimit } } },
});

export const bufferLimit = defineRule({
  id: 'R05',
  title: 'a gateway accepts prompts of 1 MiB and limits the size of requests',
  effect: 'failing',
  why:
    'The AI gateway buffers whole requests, and the default buffer limit of Envoy Gateway is 32 KiB: longer ' +
    'prompts are rejected with 413. Above 50 MiB, the value that the AI gateway recommends, a few dozen ' +
    'requests fill the memory of an Envoy.',
  source:
    'envoyproxy/ai-gateway issues 827, 828 and 1662; envoyproxy/gateway v1.8.3, internal/xds/translator',
  fix: 'set spec.connection.bufferLimit of a ClientTrafficPolicy to a value between 1Mi and 50Mi',
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
      return bareListeners(all, one, 'ClientTrafficPolicy').map(({ name, pointer }) => ({
        pointer,
        value: name,
        problem: `prompts of more than 32 KiB are rejected with 413: no ClientTrafficPolicy is in force at listener ${name}`,
        elsewhere: true,
      }));
    }
    if (aiListenersUnder(all, one).length === 0) return [];
    const written = one.spec.connection?.bufferLimit;
    const bytes = amount(written);
    if (bytes >= LEAST && bytes <= MOST) return [];
    const problem =
      written === undefined
        ? 'prompts of more than 32 KiB are rejected with 413'
        : bytes < LEAST
          ? `prompts of more than ${written} are rejected with 413`
          : `requests of up to ${shown(written)} are buffered`;
    return [{ pointer: '/spec/connection/bufferLimit', value: written, problem }];
  },
});
