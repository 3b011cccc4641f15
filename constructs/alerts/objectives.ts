import { BURN_RATES, type BurnRate, burnFactor, type Severity, secondsOf } from '../../base/objectives';
import type { ObjectivePlan } from '../../config';
import { seriesOf } from '../objectives/rules';
import type { Alert } from './alert';

const NAMES: Readonly<Record<Severity, string>> = {
  page: 'ErrorBudgetBurnsFast',
  ticket: 'ErrorBudgetBurnsSlowly',
};

const MEANING: Readonly<Record<Severity, string>> = {
  page: 'At this rate the error budget of the period is gone within days or hours: 2 % of it went in an hour, or 5 % in six hours.',
  ticket: 'At this rate the error budget does not last the period: 10 % of it went in a day or in three.',
};

/** Two alerts for each objective: somebody is woken, or looks at it on the next working day. */
export function objectiveAlerts(objectives: readonly ObjectivePlan[]): readonly Alert[] {
  return objectives.flatMap((objective) =>
    (['page', 'ticket'] as const).map(
      (severity): Alert => ({
        name: NAMES[severity],
        severity,
        expr: BURN_RATES.filter((rate) => rate.severity === severity)
          .map((rate) => burning(objective, rate))
          .join('\nor\n'),
        summary: `{{ $labels.slo }}: {{ $value | humanizePercentage }} miss the objective of ${percent(objective.target)} %`,
        description: MEANING[severity],
      }),
    ),
  );
}

/** 99.9, where a binary fraction times 100 may be a little more or less. */
const percent = (share: number) => Number((share * 100).toPrecision(12));

/**
 * The long window shows that it matters, the short one that it goes on. The third condition is for low traffic: an
 * estimate of `rate()` times the window, so half an event is left to rounding.
 */
function burning(objective: ObjectivePlan, rate: BurnRate): string {
  const { short, long } = rate;
  const tooMuch = `> ${burnFactor(rate, objective.days)} * ${objective.budget}`;
  const errors = `${seriesOf(`slo:errors:rate${long}`, objective)} * ${secondsOf(long)}`;
  return [
    `(\n  ${seriesOf(`slo:errors:ratio${short}`, objective)} ${tooMuch}`,
    `  and ${seriesOf(`slo:errors:ratio${long}`, objective)} ${tooMuch}`,
    `  and ${errors} > ${objective.minimumErrors - 0.5}\n)`,
  ].join('\n');
}
