import type { GatewayDocument, Sound } from '../document';
import type { UrlUse } from '../endpoint';
import { CREDENTIAL_HEADERS, TENANT_HEADER, WORKLOAD_HEADER } from '../identity';
import type { UnplacedMistake } from '../mistakes';
import { METRIC_LABELS } from '../plan/header-labels';
import { checkUrl } from './identity';

const COLLECTOR: UrlUse = {
  carries: 'the spans',
  credentials: 'send the spans to a collector of your own that adds the credentials',
};

/** That the collector can be reached and that labels are neither taken nor secret. */
export function checkTelemetry({ tracing, metricLabels }: Sound<GatewayDocument>): UnplacedMistake[] {
  return [
    ...(tracing?.url === undefined ? [] : checkCollector(tracing.url)),
    ...Object.entries(metricLabels ?? {}).flatMap(([label, header]) => checkLabel(label, header)),
  ];
}

function checkCollector(url: string): UnplacedMistake[] {
  const at = ['gateway', 'tracing', 'url'];
  const refused = checkUrl(at, url, COLLECTOR);
  if (refused.length > 0 || new URL(url).pathname === '/') return refused;
  const problem = 'the URL of an OTLP/gRPC collector has no path';
  return [{ at, value: url, problem, fix: `use ${new URL(url).origin}` }];
}

function checkLabel(label: string, header: string | undefined): UnplacedMistake[] {
  const at = ['gateway', 'metricLabels', label];
  if (label in METRIC_LABELS) {
    const problem = `${label} is already a label, taken from ${METRIC_LABELS[label]}`;
    return [{ at, value: header, problem, fix: 'remove it' }];
  }
  if (header === undefined) return [];
  if ((CREDENTIAL_HEADERS as readonly string[]).includes(header)) {
    const problem = `${header} may contain a credential, which the metrics would expose`;
    return [{ at, problem, fix: 'remove it' }];
  }
  if (header === WORKLOAD_HEADER || header === TENANT_HEADER) {
    const problem = `${header} is already a label`;
    return [{ at, value: header, problem, fix: 'remove it' }];
  }
  return [];
}
