import type { Rule } from '../../rule';
import { absence } from './absence';
import { burnRates } from './burn-rates';
import { clientLabels } from './client-labels';
import { changesOfCounters, curvesOfRates, exposedNames, ratesOfCounters } from './counters';
import { meansOfWindows, quantiles } from './histograms';
import { metricLabels } from './labels';
import { limitsInUnits } from './limits';
import { oneSeries } from './one-series';
import { knownMetrics, parses } from './queries';
import { serviceTargets } from './service-monitors';
import { proxyTargets, scrapeTiming, serverTargets } from './targets';
import { countedTokens, quietLogs, sampling } from './telemetry';
import { windows } from './windows';

/** Rules about what is scraped, and what alerts and dashboards ask for. */
export const observability: readonly Rule[] = [
  ...[proxyTargets, metricLabels, quietLogs, sampling],
  ...[parses, knownMetrics, serverTargets, serviceTargets, scrapeTiming, countedTokens],
  ...[exposedNames, ratesOfCounters, changesOfCounters, curvesOfRates, quantiles, meansOfWindows],
  ...[burnRates, limitsInUnits, absence, clientLabels, oneSeries, windows],
];
