import type { Rule } from '../../rule';
import { metricLabels } from './labels';
import { knownMetrics, parses } from './queries';
import { proxyTargets, scrapeTiming, serverTargets } from './targets';
import { countedTokens, quietLogs, sampling } from './telemetry';

/** Rules about what is scraped, and what alerts and dashboards ask for. */
export const observability: readonly Rule[] = [
  ...[proxyTargets, metricLabels, quietLogs, sampling],
  ...[parses, knownMetrics, serverTargets, scrapeTiming, countedTokens],
];
