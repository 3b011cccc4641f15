import { type Bracket, bracketOf } from '../gate/controller';
import type { Baseline } from '../gate/judge';
import type { LoadEnd } from '../load/load-run';
import { END_MEANINGS, type EndMeaning } from './ends';
import type { RunFacts } from './facts';

/** What a run came to. */
export interface RunVerdict extends EndMeaning {
  readonly end: LoadEnd;
  /** Why nothing more was sent, where something stopped it. */
  readonly why?: string;
  /** Where T2 lies; absent where no level broke. */
  readonly bracket?: Bracket;
  /** Most users of a level that held; absent where no level was judged. */
  readonly stable?: number;
  readonly baseline?: Baseline;
  /** What the bracket depends on, in seconds of the plan's clock. */
  readonly window?: number;
  /** Of the mean time to the first token, over the baseline's. */
  readonly firstTokenFactor?: number;
  /** Laws of more than one user have bursts, which a window may or may not hold. */
  readonly scopes: readonly string[];
  readonly soak?: {
    readonly users: number;
    readonly seconds: number;
    /** That the settings ask for. */
    readonly planned: number;
    /** Windows in which T2 was passed. */
    readonly breaches: number;
  };
}

export function verdictOf({ manifest, timeline, events, steady }: RunFacts): RunVerdict {
  const { end, gate, plan } = manifest;
  const { state } = timeline;
  const stop = events.find((event) => event.kind === 'stopping');
  const scopes = plan.profiles.map(({ profile, scope }) => `${profile}: ${scope}`);
  const bracket = state && bracketOf(state);
  const isSoak = steady?.what === 'soak';
  return {
    ...{ end, ...END_MEANINGS[end], scopes },
    ...(stop?.kind === 'stopping' && { why: stop.why }),
    ...(bracket && { bracket }),
    ...(state && state.stable > 0 && { stable: state.stable }),
    ...(state?.baseline && { baseline: state.baseline }),
    ...(gate && { window: gate.window, firstTokenFactor: gate.firstTokenFactor }),
    ...(gate &&
      isSoak && {
        soak: {
          users: steady.users,
          seconds: steady.to - steady.from,
          ...{ planned: gate.soak.seconds, breaches: state?.soakBreaches ?? 0 },
        },
      }),
  };
}
