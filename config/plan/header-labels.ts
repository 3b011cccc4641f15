import { TENANT_HEADER, WORKLOAD_HEADER } from '../identity';

/** The label of the workload. */
export const WORKLOAD_LABEL = 'workload_app';

/** Kinds of tokens that the AI gateway counts apart: input, cached, cache-creation, output, reasoning (internal/metrics). */
export const TOKEN_KINDS_COUNTED = 5;

/** The label of the tenant. */
export const TENANT_LABEL = 'tenant';

/** Labels that the token metrics always have, by name, and the header that each repeats. */
export const METRIC_LABELS: Readonly<Record<string, string>> = {
  [WORKLOAD_LABEL]: WORKLOAD_HEADER,
  [TENANT_LABEL]: TENANT_HEADER,
};

/**
 * Headers as labels, in the form that the AI gateway controller takes as `metricsRequestHeaderAttributes`:
 * `x-workload-app:workload_app,x-tenant:tenant,x-team:team`. The identity headers are always among them.
 *
 * Every value of a header is a time series of its own for each model and token type.
 *
 * @param labels More labels: header by label.
 */
export function headerLabels(labels: Readonly<Record<string, string>> = {}): string {
  return Object.entries({ ...METRIC_LABELS, ...labels })
    .map(([label, header]) => `${header}:${label}`)
    .join(',');
}
