import type { Construct } from 'constructs';
import { WORKLOAD_LABEL } from '../config';
import { Component, kubeObject } from './component';
import type { Namespace } from './namespace';

export interface RecordingRulesProps {
  readonly namespace: Namespace;

  /** @default - the construct's id */
  readonly name?: string;
}

/**
 * Names that upstream projects give to the series and labels that the rules read. They change between
 * releases; everything else queries the recorded names.
 */
export const UPSTREAM_METRICS = {
  /** Envoy, milliseconds, from the first byte of a request to the last byte of its answer. */
  downstreamTime: 'envoy_http_downstream_rq_time',
  /** Envoy's listener; Envoy Gateway calls it `http-<port>`. */
  listenerLabel: 'envoy_http_conn_manager_prefix',
  /** Envoy, milliseconds, from the end of the request to the end of the model's answer. */
  upstreamTime: 'envoy_cluster_upstream_rq_time',
  /** Envoy's cluster; Envoy Gateway calls it `httproute/<namespace>/<route>/rule/<n>`. */
  clusterLabel: 'envoy_cluster_name',
  /**
   * Envoy, requests over a local limit; the stat prefix `http_local_rate_limiter` of Envoy Gateway becomes a
   * label. As Envoy 1.38.2 exposed it.
   */
  rateLimited: 'envoy_http_local_rate_limit_rate_limited',
  /** AI gateway, a histogram of tokens a call; a label for each kind, and there is no kind "total". */
  tokens: 'gen_ai_client_token_usage_sum',
  tokenTypeLabel: 'gen_ai_token_type',
  modelLabel: 'gen_ai_request_model',
  /**
   * From the AI gateway controller's `-metricsRequestHeaderAttributes x-workload-app:workload_app`; without
   * that flag there is no label for the workload.
   */
  workloadLabel: WORKLOAD_LABEL,
} as const;

/**
 * The recorded series that all queries of this project use: gateway overhead, tokens of each workload, requests
 * that a local limit refused.
 */
export class RecordingRules extends Component {
  constructor(scope: Construct, id: string, props: RecordingRulesProps) {
    super(scope, id);
    this.node.addDependency(props.namespace);
    kubeObject(this, 'rules', {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: { name: props.name ?? id, namespace: props.namespace.name },
      spec: {
        groups: [
          {
            name: 'gateway',
            rules: [
              { record: 'gw:overhead_seconds:mean1m', expr: overheadSeconds() },
              { record: 'gw:tokens:sum', expr: tokens() },
              { record: 'gw:rate_limited:sum', expr: `sum(${UPSTREAM_METRICS.rateLimited})` },
            ],
          },
        ],
      },
    });
  }
}

/**
 * Time in the gateway for each call that reached a model. Sums are subtracted, not means: refused calls (404,
 * 429) exist only downstream and would pull a downstream mean below the upstream one. `> 0` keeps an idle
 * gateway from recording NaN.
 */
function overheadSeconds(): string {
  const { downstreamTime, listenerLabel, upstreamTime, clusterLabel } = UPSTREAM_METRICS;
  const models = `{${clusterLabel}=~"httproute/.+"}`;
  return [
    `(sum(rate(${downstreamTime}_sum{${listenerLabel}=~"https?-.+"}[1m]))`,
    `- sum(rate(${upstreamTime}_sum${models}[1m])))`,
    `/ (sum(rate(${upstreamTime}_count${models}[1m])) > 0)`,
    '/ 1000',
  ].join('\n');
}

/**
 * By kind, because kinds overlap: cached input is a part of input, reasoning a part of output. A sum of counters,
 * so that a difference of two readings is exact to the token; `increase()` estimates, and never sees the first
 * call of a series. A replaced gateway pod takes its share out of the sum.
 */
function tokens(): string {
  const { tokens, workloadLabel, modelLabel, tokenTypeLabel } = UPSTREAM_METRICS;
  return `sum by (${workloadLabel}, ${modelLabel}, ${tokenTypeLabel}) (${tokens})`;
}
