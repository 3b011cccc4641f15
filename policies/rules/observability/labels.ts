import type { Bundle } from '../../bundle';
import { aiGatewayFlags } from '../../controllers';
import type { RuleKinds } from '../../kinds';
import { thatName } from '../../links';
import { defineRule } from '../../rule';
import { controller } from '../gateway/samples';
import { removes, trustedHeaders } from '../gateway/trusted-headers';

const CONTROLLER = 'deployment/envoy-ai-gateway-system/ai-gateway-controller';
const ARGS = `${CONTROLLER} /spec/template/spec/containers/0/args`;

/** The flags that make labels of headers: of metrics alone, and of metrics, spans and logs. */
const FLAGS = ['metricsRequestHeaderAttributes', 'requestHeaderAttributes'];

const labels = (text: string) => controller({ metricsRequestHeaderAttributes: text });

export const metricLabels = defineRule({
  id: 'R36',
  title: 'metric labels come from headers that clients cannot choose',
  effect: 'fragile',
  why:
    'Every value of such a header is a separate time series for each model and token type: a client that ' +
    'sends a new value with each request fills the memory of the external processor, and then of Prometheus.',
  source: 'AI Gateway 1.0, internal/metrics/genai.go; Prometheus, cardinality of labels',
  fix:
    "name only headers that authentication at the Gateway sets, or remove the client's headers " +
    '(ClientTrafficPolicy, earlyRequestHeaders)',
  area: 'observability',
  scope: 'graph',
  kinds: ['Deployment', 'ConfigMap'],
  good: [
    { shows: 'the client that the Gateway has told', change: labels('x-client-id:client') },
    {
      shows: 'a header that no client’s request keeps',
      change: {
        ...labels('x-client-id:client,x-tenant:tenant'),
        'clienttrafficpolicy/ai/chat': {
          spec: {
            headers: {
              earlyRequestHeaders: {
                remove: ['x-envoy-original-path', 'x-gateway-destination-endpoint', 'x-tenant'],
              },
            },
          },
        },
      },
    },
  ],
  bad: [
    {
      shows: 'a team that clients say they are',
      change: labels('x-client-id:client,x-team:team'),
      finds: [ARGS],
    },
  ],
  check(all, one, { development }) {
    if (development) return [];
    const flags = aiGatewayFlags(all).filter(({ object }) => object === one);
    return flags.flatMap(({ pointer, values }) =>
      FLAGS.flatMap((flag) => headersIn(values.get(flag) ?? ''))
        .filter((header) => openAt(all, header) !== undefined)
        .map((header) => ({
          pointer,
          value: header,
          problem: `clients of gateway ${openAt(all, header)?.metadata.name} choose the value of ${header}, which is a metric label`,
        })),
    );
  },
});

/** `x-team:team,x-org:org` */
function headersIn(text: string): string[] {
  return text
    .split(',')
    .map((pair) => (pair.split(':')[0] ?? '').trim().toLowerCase())
    .filter((name) => name !== '');
}

/** A Gateway with AI routes whose clients can send a header. */
function openAt(all: Bundle, header: string): RuleKinds['Gateway'] | undefined {
  return all.ofKind('Gateway').find((gateway) => {
    if (thatName(all, gateway, 'AIGatewayRoute').length === 0) return false;
    const early = thatName(all, gateway, 'ClientTrafficPolicy').map(
      ({ spec }) => spec.headers?.earlyRequestHeaders ?? {},
    );
    return !trustedHeaders(all, gateway).has(header) && !early.some((headers) => removes(headers, header));
  });
}
