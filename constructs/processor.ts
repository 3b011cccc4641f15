import { createHash } from 'node:crypto';
import { DEFAULT_METRIC_SETS, type EnvoyPlan, Memory, POD_SIZES, type Tracing } from '../config';
import type { Kinds } from './component';
import { processorTracing } from './tracing';

type Processor = NonNullable<NonNullable<Kinds['GatewayConfig']['spec']>['extProc']>;

/** Go's name of the soft limit of its heap, and how much of the container's limit it is: near it garbage is collected at once. */
const HEAP_LIMIT = { name: 'GOMEMLIMIT', share: 0.95 };

/** The only way to the limit from outside of the program; deprecated, and still read by OpenTelemetry for Go 1.44. */
const METRIC_SETS = 'OTEL_GO_X_CARDINALITY_LIMIT';

/**
 * The external processor beside each Envoy. It keeps a copy of every body that Envoy keeps, so it may use as
 * much memory. Its container has no resources at all by default.
 *
 * @param metricSets How many sets of attributes one of its metrics tells apart.
 */
export function processorSpec(
  { cpu, memory }: EnvoyPlan,
  serviceName: string,
  tracing: Tracing | undefined,
  metricSets = DEFAULT_METRIC_SETS,
): Processor {
  const request = POD_SIZES.externalProcessor;
  const heap = Math.floor((memory.bytes * HEAP_LIMIT.share) / Memory.mebibytes(1).bytes);
  const env = [
    { name: HEAP_LIMIT.name, value: `${heap}MiB` },
    ...(tracing ? processorTracing(serviceName, tracing) : []),
    ...(metricSets === DEFAULT_METRIC_SETS ? [] : [{ name: METRIC_SETS, value: `${metricSets}` }]),
  ];
  return {
    kubernetes: {
      resources: {
        requests: { cpu: `${request.cpu}`, memory: `${request.memory}` },
        limits: { cpu: `${cpu}`, memory: `${memory}` },
      },
      env,
    },
  };
}

/**
 * An annotation of Envoy's pods that changes with the processor: the AI gateway 1.0 reads a GatewayConfig when
 * a pod is made, and replaces no pod when it changes (ai-gateway issue 2395).
 */
export function processorMark(processor: Processor): Readonly<Record<string, string>> {
  const text = JSON.stringify(processor);
  return { 'vcf-ai-platform/processor': createHash('sha256').update(text).digest('hex').slice(0, 16) };
}
