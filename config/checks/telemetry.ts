import type { GatewayDocument, Sound } from '../document';
import type { UrlUse } from '../endpoint';
import { CREDENTIAL_HEADERS, TENANT_HEADER, WORKLOAD_HEADER } from '../identity';
import type { UnplacedMistake } from '../mistakes';
import { METRIC_LABELS } from '../plan/header-labels';
import { checkUrl } from './identity';

const COLLECTOR: UrlUse = {
  carries: 'the spans',
  credentials: 'put a collector of your own in between, which knows them',
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
  const problem = 'a collector that speaks gRPC has no path';
  return [{ at, value: url, problem, fix: `use ${new URL(url).origin}` }];
}

function checkLabel(label: string, header: string | undefined): UnplacedMistake[] {
  const at = ['gateway', 'metricLabels', label];
  if (label in METRIC_LABELS) {
    const problem = `${label} is a label already: it is what ${METRIC_LABELS[label]} says`;
    return [{ at, value: header, problem, fix: 'remove it' }];
  }
  if (header === undefined) return [];
  if ((CREDENTIAL_HEADERS as readonly string[]).includes(header)) {
    const problem = `${header} may hold a credential, which everybody would read in the metrics`;
    return [{ at, problem, fix: 'remove it' }];
  }
  if (header === WORKLOAD_HEADER || header === TENANT_HEADER) {
    const problem = `${header} is a label already`;
    return [{ at, value: header, problem, fix: 'remove it' }];
  }
  return [];
}
