import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Tracing } from '../config';
import { type Kinds, kubeObject } from './component';
import type { Namespace } from './namespace';
import { backendTls } from './tls';

type Telemetry = NonNullable<Kinds['EnvoyProxy']['spec']['telemetry']>;

/** A variable of the external processor's container. */
interface Variable {
  readonly name: string;
  readonly value: string;
}

/**
 * Where Envoy sends its spans.
 *
 * @param name Also the name of the Backend.
 */
export function collectorBackend(
  scope: Construct,
  namespace: Namespace,
  name: string,
  { url: { hostname, port, tls } }: Tracing,
): ApiObject {
  return kubeObject(scope, 'collector', {
    apiVersion: 'gateway.envoyproxy.io/v1alpha1',
    kind: 'Backend',
    metadata: { name, namespace: namespace.name },
    spec: { endpoints: [{ fqdn: { hostname, port } }], ...backendTls(tls, hostname) },
  });
}

/** Envoy's own spans: one a request, without any body. By default Envoy traces everything. */
export function envoyTracing(
  collector: string,
  serviceName: string,
  { url: { port }, samplingPercent }: Tracing,
): NonNullable<Telemetry['tracing']> {
  return {
    samplingRate: samplingPercent,
    provider: {
      type: 'OpenTelemetry',
      serviceName,
      backendRefs: [{ group: 'gateway.envoyproxy.io', kind: 'Backend', name: collector, port }],
    },
  };
}

/**
 * The external processor's spans, in the words of OpenInference: model, tokens and, unless hidden, prompts and
 * answers. It continues Envoy's trace, and its decision whether to sample.
 *
 * The variables are those of traces: the ones without `TRACES` would send the metrics there too, and
 * Prometheus would find none.
 */
export function processorTracing(serviceName: string, tracing: Tracing): Variable[] {
  const { samplingPercent, prompts } = tracing;
  const { hostname, port, tls } = tracing.url;
  const variables: Readonly<Record<string, string>> = {
    OTEL_SERVICE_NAME: serviceName,
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${tls ? 'https' : 'http'}://${hostname}:${port}`,
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'grpc',
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: `${samplingPercent / 100}`,
    ...Object.fromEntries(HIDING.map((name) => [name, `${!prompts}`])),
  };
  return Object.entries(variables).map(([name, value]) => ({ name, value }));
}

/** Of chat, of completions, of embeddings: each has a switch of its own, and all are off by default. */
const HIDING = [
  'OPENINFERENCE_HIDE_INPUTS',
  'OPENINFERENCE_HIDE_OUTPUTS',
  'OPENINFERENCE_HIDE_PROMPTS',
  'OPENINFERENCE_HIDE_CHOICES',
  'OPENINFERENCE_HIDE_EMBEDDINGS_TEXT',
  'OPENINFERENCE_HIDE_EMBEDDINGS_VECTORS',
] as const;
