import { METRICS, namesOf } from '../../base/metrics';
import type { Window } from '../../base/objectives';
import type { ObjectivePlan } from '../../config';

/** What counts in a window, and what of it missed the objective, a second. */
export interface Rates {
  readonly events: string;
  readonly errors: string;
}

const HISTOGRAMS = { timeToFirstToken: METRICS.firstToken, timePerOutputToken: METRICS.timePerToken };

/** The rates of events and errors of an objective in a window. */
export function ratesOf({ indicator }: ObjectivePlan, window: Window): Rates {
  if (indicator.kind === 'availability') {
    const matchers = Object.entries(indicator.labels).map(([label, value]) => equal(label, value));
    const calls = (...more: readonly string[]) =>
      `sum(rate(${METRICS.gatewayDuration.name}_count${selector([...matchers, ...more])}[${window}]))`;
    // The series of failed calls appears with the first of them.
    return { events: calls(), errors: `${calls('error_type!=""')}\nor 0 * ${calls()}` };
  }
  const model = equal('model_name', indicator.model);
  const sum = (suffix: string, ...more: readonly string[]) =>
    `sum(${namesOf(HISTOGRAMS[indicator.kind])
      .map((name) => `rate(${name}${suffix}${selector([model, ...more])}[${window}])`)
      .join(' or ')})`;
  const events = sum('_count');
  // Count and bucket are of one scrape, but rate() rounds each for itself.
  return {
    events,
    errors: `clamp_min(${events}\n- ${sum('_bucket', boundary(indicator.threshold))}, 0)`,
  };
}

const selector = (matchers: readonly string[]) => (matchers.length === 0 ? '' : `{${matchers.join(', ')}}`);

const equal = (label: string, value: string) => `${label}=${JSON.stringify(value)}`;

/** vLLM writes `1.0`, others `1`, and Prometheus made both the same in version 3. */
function boundary(seconds: number): string {
  return Number.isInteger(seconds) ? `le=~"${seconds}(\\\\.0)?"` : `le="${seconds}"`;
}
