import type { Slo } from '../document';
import type { LatencyKind } from '../models/latency-buckets';
import type { Model, Platform } from '../platform';
import { identityLabels, servedName } from './metric-labels';

/** What an objective is about, for its labels. */
interface About {
  readonly workload?: string;
  readonly model?: string;
}

/** Which calls of models an objective counts: labels of the AI gateway's metrics. */
interface AvailabilityIndicator {
  readonly kind: 'availability';
  readonly labels: Readonly<Record<string, string>>;
}

/** Which requests of a model server it counts, and in how many seconds they are good. */
interface LatencyIndicator {
  readonly kind: LatencyKind;
  readonly model: string;
  readonly threshold: number;
}

/** An objective as rules need it. */
export interface ObjectivePlan {
  readonly name: string;
  /** Share of good events, between 0 and 1. */
  readonly target: number;
  /** Share of the others that is allowed: 0.001 for 99.9 %. */
  readonly budget: number;
  readonly days: number;
  readonly minimumErrors: number;
  readonly about: About;
  readonly indicator: AvailabilityIndicator | LatencyIndicator;
}

/** Without what binary fractions leave behind: 100 - 99.9 is 0.09999999999999432. */
const share = (percent: number) => Number((percent / 100).toPrecision(12));

/** The objectives of a platform, by the labels under which their events are counted. */
export function planObjectives({
  slos,
  models,
  workloads,
}: Pick<Platform, 'slos' | 'models' | 'workloads'>): readonly ObjectivePlan[] {
  return slos.map((slo) => ({
    name: slo.name,
    target: share(slo.objective),
    budget: share(100 - slo.objective),
    days: Number.parseInt(slo.window, 10),
    minimumErrors: slo.minimumErrors,
    ...indicatorOf(slo, models, workloads),
  }));
}

function indicatorOf(
  { availability, timeToFirstToken, timePerOutputToken }: Slo,
  models: readonly Model[],
  workloads: Platform['workloads'],
): Pick<ObjectivePlan, 'about' | 'indicator'> {
  const [kind, latency] =
    timeToFirstToken === undefined
      ? (['timePerOutputToken', timePerOutputToken] as const)
      : (['timeToFirstToken', timeToFirstToken] as const);
  if (latency !== undefined) {
    const { model, threshold } = latency;
    return { about: { model }, indicator: { kind, model, threshold: threshold.milliseconds / 1000 } };
  }
  const { workload, model } = availability ?? {};
  return {
    about: { ...(workload !== undefined && { workload }), ...(model !== undefined && { model }) },
    indicator: {
      kind: 'availability',
      labels: {
        ...(workload !== undefined && identityLabels(workloads, workload)),
        ...(model !== undefined && { gen_ai_request_model: servedName(models, model) }),
      },
    },
  };
}
