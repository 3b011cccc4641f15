import { TOKEN_KINDS_COUNTED } from './header-labels';

/**
 * Sets of attributes that OpenTelemetry for Go tells apart in one metric since 1.44 (opentelemetry-go#8247), the version in
 * Envoy AI Gateway 1.0. What comes later is added up in one series that names no workload, without a word.
 */
export const DEFAULT_METRIC_SETS = 2000;

/** For names of models that clients make up, for failed calls, and for workloads that are added until pods are replaced. */
const HEADROOM = 2;

/** A limit that moves with every workload would replace every proxy each time. */
const STEP = 1000;

interface Calls {
  readonly workloads: readonly {
    readonly routes: readonly {
      readonly target: { readonly arms: readonly unknown[]; readonly fallback: readonly unknown[] };
    }[];
  }[];
}

/**
 * How many sets of attributes the token metric needs: one for each workload, model that may answer it, and kind of token;
 * twice of that, in steps of 1,000, and never less than OpenTelemetry's default.
 */
export function planMetricSets({ workloads }: Calls): number {
  const answers = workloads
    .flatMap(({ routes }) => routes)
    .reduce((sum, { target: { arms, fallback } }) => sum + arms.length + fallback.length, 0);
  const sets = HEADROOM * answers * TOKEN_KINDS_COUNTED;
  return Math.max(DEFAULT_METRIC_SETS, Math.ceil(sets / STEP) * STEP);
}
