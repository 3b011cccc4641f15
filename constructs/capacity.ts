import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { Duration, type EnvoyPlan, type LargeRequests, type Memory } from '../config';
import { type Kinds, kubeObject } from './component';
import type { Namespace } from './namespace';
import { LISTENER_NAMES } from './tls';
import { QUICK, waitForPolicy } from './wait';

type Spec = Kinds['EnvoyPatchPolicy']['spec'];
type Patch = NonNullable<Spec['jsonPatches']>[number];

/** A Gateway whose requests are bounded. */
export interface BoundedGateway {
  readonly name: string;
  readonly namespace: Namespace;
  readonly envoy: EnvoyPlan;
  readonly tls: boolean;
}

/** Long enough for some calls to end, short enough for those who wait; OpenAI's clients obey up to a minute. */
const RETRY_AFTER = Duration.seconds(5);

const CLUSTER = 'type.googleapis.com/envoy.config.cluster.v3.Cluster';
const LISTENER = 'type.googleapis.com/envoy.config.listener.v3.Listener';
const FILTERS = 'type.googleapis.com/envoy.extensions.filters.http';

/** Where both kinds of listener, with TLS and without, have what they do with HTTP. */
const HTTP = '$..[?(@.name=="envoy.filters.network.http_connection_manager")].typed_config';

/** The cluster of the external processor, and its socket (ai-gateway 1.0.0, internal/extensionserver and cmd/controller). */
const PROCESSOR = { name: 'ai-gateway-extproc-uds', socket: '/etc/ai-gateway-extproc-uds/run.sock' } as const;

/** What may not be what refuses a call: its overflow would be answered with 500. */
const UNBOUNDED = 4_294_967_295;

/**
 * What one Envoy answers at once, and how it refuses the rest. Envoy Gateway 1.8 has no setting for any of it: circuit
 * breakers are of one route each, so that two busy routes together pass what Envoy and the external processor carry.
 *
 * - A filter in front of all others counts the calls of all routes from the first byte of the request to the last of the
 *   answer, and refuses what is more, before it is buffered. It is Envoy's adaptive concurrency with the same number as
 *   its least and its most; each worker may let one more pass. A second one counts large requests, by the digits of
 *   their `content-length`; a POST without one may be of any size and counts as large.
 * - Every 503 of Envoy itself says when to come back, that of a full route and of the overload manager, too.
 * - The external processor's cluster is not bounded. The AI gateway makes it without a circuit breaker, which to Envoy
 *   means 1,024 requests, and a call takes two at a time: of 1,200 calls at once 459 were answered with 500. It makes
 *   none where there is one already, and patches come before it.
 * - Streams are sent without a length. A script that rewrites a piece of an answer makes its length that of the answer
 *   (Envoy 1.38, source/extensions/filters/common/lua/wrappers.cc), and under load, while the external processor is still
 *   busy with the headers, it is sent: clients then read a part of the answer.
 */
export function capacityPolicy(scope: Construct, bounded: BoundedGateway, gateway: ApiObject): ApiObject {
  const policy = kubeObject(scope, 'capacity', {
    apiVersion: 'gateway.envoyproxy.io/v1alpha1',
    kind: 'EnvoyPatchPolicy',
    metadata: {
      name: `${bounded.name}-capacity`,
      namespace: bounded.namespace.name,
      annotations: waitForPolicy('Programmed', QUICK),
    },
    spec: {
      targetRef: { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: bounded.name },
      type: 'JSONPatch',
      jsonPatches: patches(bounded),
    },
  });
  policy.addDependency(gateway);
  return policy;
}

function patches({ envoy, name, namespace, tls }: BoundedGateway): readonly Patch[] {
  const { maxParallelRequests, large } = envoy;
  // The AI gateway puts its filter in front of the first that is called envoy.filters.http.lua….
  const filters = [
    ...(large ? [largeRequests(large)] : []),
    concurrency('vcf-ai-platform.capacity', maxParallelRequests),
    { name: 'vcf-ai-platform.event-streams', typed_config: script(EVENT_STREAMS) },
  ];
  const listener = `${namespace.name}/${name}/${tls ? LISTENER_NAMES.tls : LISTENER_NAMES.plain}`;
  const add = (path: string, value: unknown): Patch => ({
    type: LISTENER,
    name: listener,
    operation: { op: 'add', jsonPath: HTTP, path, value },
  });
  return [
    { type: CLUSTER, name: PROCESSOR.name, operation: { op: 'add', path: '', value: processorCluster() } },
    ...filters.map((filter, index) => add(`/http_filters/${index}`, filter)),
    add('/local_reply_config', { mappers: [WHEN_TO_COME_BACK] }),
  ];
}

/** The least and the most are one number, so that nothing is measured; the interval and the time are required. */
function concurrency(name: string, limit: number) {
  return {
    name,
    typed_config: {
      '@type': `${FILTERS}.adaptive_concurrency.v3.AdaptiveConcurrency`,
      gradient_controller_config: {
        concurrency_limit_params: { max_concurrency_limit: limit, concurrency_update_interval: '60s' },
        min_rtt_calc_params: { fixed_value: '1s', min_concurrency: limit },
      },
    },
  };
}

/** Counts requests but those that say a smaller size, and those without a body. */
function largeRequests({ from, maxParallel }: LargeRequests) {
  const { typed_config } = concurrency('capacity', maxParallel);
  return {
    name: 'vcf-ai-platform.large-requests',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.common.matching.v3.ExtensionWithMatcher',
      extension_config: { name: 'vcf-ai-platform.concurrency', typed_config },
      xds_matcher: {
        matcher_list: {
          matchers: [
            {
              predicate: {
                or_matcher: {
                  predicate: [
                    { not_matcher: header(':method', { exact: 'POST' }) },
                    header('content-length', {
                      safe_regex: { google_re2: {}, regex: `[0-9]{1,${digitsBelow(from)}}` },
                    }),
                  ],
                },
              },
              on_match: {
                action: {
                  name: 'skip',
                  typed_config: {
                    '@type':
                      'type.googleapis.com/envoy.extensions.filters.common.matcher.action.v3.SkipFilter',
                  },
                },
              },
            },
          ],
        },
      },
    },
  };
}

const digitsBelow = (from: Memory) => `${from.bytes}`.length - 1;

const header = (name: string, value_match: object) => ({
  single_predicate: {
    input: {
      name,
      typed_config: {
        '@type': 'type.googleapis.com/envoy.type.matcher.v3.HttpRequestHeaderMatchInput',
        header_name: name,
      },
    },
    value_match,
  },
});

const EVENT_STREAMS = `function envoy_on_response(response)
  local headers = response:headers()
  if string.find(headers:get("content-type") or "", "event-stream", 1, true) then
    headers:remove("content-length")
  end
end
`;

const script = (inline_string: string) => ({
  '@type': `${FILTERS}.lua.v3.Lua`,
  default_source_code: { inline_string },
});

const WHEN_TO_COME_BACK = {
  filter: {
    status_code_filter: {
      comparison: { op: 'EQ', value: { default_value: 503, runtime_key: 'vcf_ai_platform.unavailable' } },
    },
  },
  headers_to_add: [
    { header: { key: 'retry-after', value: `${RETRY_AFTER.seconds}` }, append_action: 'ADD_IF_ABSENT' },
  ],
};

/** As the AI gateway makes it, and with a circuit breaker. */
function processorCluster() {
  const { name, socket } = PROCESSOR;
  return {
    name,
    type: 'STATIC',
    connect_timeout: '10s',
    per_connection_buffer_limit_bytes: 52_428_800,
    circuit_breakers: {
      thresholds: [{ max_connections: UNBOUNDED, max_pending_requests: UNBOUNDED, max_requests: UNBOUNDED }],
    },
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
        '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
        explicit_http_config: {
          http2_protocol_options: {
            initial_connection_window_size: 1_048_576,
            initial_stream_window_size: 65_536,
          },
        },
      },
    },
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: [{ endpoint: { address: { pipe: { path: socket } } } }] }],
    },
  };
}
