import { type Baseline, baselineOf, type Judgement, judge } from './judge';
import type { GateSettings } from './settings';
import type { GateWindow } from './window';

export type Phase = 'baseline' | 'ramp' | 'cooldown' | 'soak' | 'ended';

/** Why a run is over. Only `verdict` may be green, and only if the soak kept its budgets. */
export type End =
  | 'verdict'
  /** All levels held, and the soak: T2 is beyond the most users that the plan has. */
  | 'no-breach'
  /** The soak passed T2 or its error budget. */
  | 'objective-missed'
  | 'preemptions'
  | 'telemetry-lost'
  | 'error-budget'
  | 'generator-saturated'
  /** Users came to the end of the plan before the gate had its verdict. */
  | 'plan-ended'
  | 'no-baseline'
  | 'stopped';

/** Where T2 lies: a bracket, not a number. */
export interface Bracket {
  /** Most users of a level that held; 0 where none did. */
  readonly stable: number;
  /** Fewest users of a level that did not hold. */
  readonly breach: number;
}

/** What the controller decided of a window, and from what. */
export interface Decision {
  readonly at: number;
  readonly phase: Phase;
  /** Users during the window. */
  readonly users: number;
  readonly judgement: Judgement;
  readonly why: string;
  /** What comes next. */
  readonly next: { readonly phase: Phase; readonly users: number; readonly settle: number };
  readonly end?: End;
}

/** Everything that a run knows, so that another process can go on with it. */
export interface GateState {
  readonly phase: Phase;
  readonly users: number;
  readonly baseline?: Baseline;
  readonly baselineWindows: readonly GateWindow[];
  /** Most users of a stable level, fewest of a broken one. */
  readonly stable: number;
  readonly breach?: number;
  /** Windows in a row. */
  readonly breaches: number;
  readonly blind: number;
  /** When the soak began. */
  readonly soakFrom?: number;
  readonly soakBreaches: number;
  readonly end?: End;
}

export const beginning = ({ baseline }: GateSettings): GateState => ({
  ...{ phase: 'baseline', users: baseline.users, baselineWindows: [], stable: 0, breaches: 0, blind: 0 },
  soakBreaches: 0,
});

type Outcome = readonly [state: GateState, why: string];

/**
 * What follows from a window. Pure: the same state and window give the same decision, so a run can be replayed from its
 * records, and taken up again by another process.
 *
 * A ramp goes up by a factor while levels hold; from the first that does not it halves the gap, each time after a
 * cooldown, until the bracket is narrow enough.
 */
export function decide(
  settings: GateSettings,
  state: GateState,
  window: GateWindow,
): { readonly state: GateState; readonly decision: Decision } {
  const judgement = judge(settings, state.baseline, window);
  const [after, why] = follow(settings, state, window, judgement);
  const moved = after.users !== state.users || after.phase !== state.phase;
  const settle = !moved ? 0 : after.phase === 'cooldown' ? settings.cooldown : settings.settle;
  const decision = {
    ...{ at: window.to, phase: state.phase, users: state.users, judgement, why },
    next: { phase: after.phase, users: after.users, settle },
    ...(after.end !== undefined && { end: after.end }),
  };
  return { state: after, decision };
}

const ended = (state: GateState, end: End): GateState => ({ ...state, phase: 'ended', users: 0, end });

function follow(settings: GateSettings, state: GateState, window: GateWindow, judgement: Judgement): Outcome {
  switch (judgement.kind) {
    case 'preemptions':
      return [ended(state, 'preemptions'), judgement.why];
    case 'errors':
      return [ended(state, 'error-budget'), judgement.why];
    case 'plan':
      // More windows would have still fewer users.
      return [ended(state, 'plan-ended'), judgement.why];
    case 'generator':
      return inconclusive(settings, state, judgement, 'generator-saturated');
    case 'blind':
      return inconclusive(settings, state, judgement, 'telemetry-lost');
    default:
      return inPhase(settings, { ...state, blind: 0 }, window, judgement);
  }
}

function inconclusive(settings: GateSettings, state: GateState, { why }: Judgement, end: End): Outcome {
  const blind = state.blind + 1;
  const after = { ...state, blind, breaches: 0 };
  return blind < settings.blind
    ? [after, `${why}: inconclusive, ${blind} of ${settings.blind} in a row`]
    : [ended(after, end), `${why}, ${blind} inconclusive windows in a row`];
}

function inPhase(
  settings: GateSettings,
  state: GateState,
  window: GateWindow,
  judgement: Judgement,
): Outcome {
  if (state.phase === 'baseline') return inBaseline(settings, state, window);
  if (state.phase === 'cooldown') return afterCooldown(settings, state);
  if (state.phase === 'soak') return inSoak(settings, state, window, judgement);
  return inRamp(settings, state, judgement);
}

function inBaseline(settings: GateSettings, state: GateState, window: GateWindow): Outcome {
  const windows = [...state.baselineWindows, window];
  const found = baselineOf(settings, windows);
  if ('refused' in found) {
    const after = { ...state, baselineWindows: windows };
    return windows.length < settings.baseline.windows
      ? [after, `${found.refused}: one window more`]
      : [ended(after, 'no-baseline'), `${found.refused} after ${windows.length} windows`];
  }
  const { users } = state;
  const after: GateState = { ...state, baseline: found, phase: 'ramp', stable: users };
  const next = nextLevel(settings, after);
  return [{ ...after, users: next }, `the baseline is ${text(found)}; ${users} → ${next} users`];
}

const text = ({ client, engine }: Baseline) =>
  `${client.toFixed(3)} s at the clients and ${engine.toFixed(3)} s at the engines`;

/** Higher by the factor until a level broke, then half-way between. */
function nextLevel({ ramp }: GateSettings, { stable, breach }: GateState): number {
  if (breach !== undefined) return Math.floor((stable + breach) / 2);
  return Math.min(ramp.most, Math.max(stable + 1, Math.round(stable * ramp.factor)));
}

function inRamp(settings: GateSettings, state: GateState, judgement: Judgement): Outcome {
  const { users } = state;
  if (judgement.kind === 'unclear') return [state, `${judgement.why}: one window more`];
  if (judgement.kind === 'breach') {
    const breaches = state.breaches + 1;
    if (breaches < settings.breaches) {
      return [{ ...state, breaches }, `${judgement.why}: the next window decides`];
    }
    return broke(settings, { ...state, breaches: 0, breach: users }, judgement.why);
  }
  return held(settings, { ...state, breaches: 0, stable: users }, judgement.why);
}

function held(settings: GateSettings, state: GateState, why: string): Outcome {
  if (isNarrow(settings, state)) return toCooldown(state, why);
  if (state.breach === undefined && state.users >= settings.ramp.most) {
    const all = `all ${state.users} users of the plan are held`;
    return [{ ...state, phase: 'soak' }, `${why}: ${all}, and they soak`];
  }
  const users = nextLevel(settings, state);
  return [{ ...state, users }, `${why}; ${state.users} → ${users} users`];
}

const isNarrow = ({ ramp }: GateSettings, { stable, breach }: GateState) =>
  breach !== undefined && breach - stable <= ramp.resolution;

function broke(settings: GateSettings, state: GateState, why: string): Outcome {
  const { stable, breach = 0 } = state;
  if (stable >= breach) {
    // A level held that is above one that did not: what was stable is so no longer.
    return broke(settings, { ...state, stable: 0 }, why);
  }
  return toCooldown(
    state,
    isNarrow(settings, state) ? `${why}: T2 is between ${stable} and ${breach} users` : why,
  );
}

/** With the users of the last level that held: what queues up is worked off. */
const toCooldown = (state: GateState, why: string): Outcome => [
  { ...state, phase: 'cooldown', users: Math.max(1, Math.min(state.stable, state.users)) },
  why,
];

function afterCooldown(settings: GateSettings, state: GateState): Outcome {
  if (!isNarrow(settings, state)) {
    const users = nextLevel(settings, state);
    return [{ ...state, phase: 'ramp', users }, `cooled down; ${users} users, half-way`];
  }
  const users = Math.max(1, Math.floor(settings.soak.factor * (state.breach ?? 0)));
  return [{ ...state, phase: 'soak', users }, `cooled down; soak with ${users} users`];
}

function inSoak(settings: GateSettings, state: GateState, window: GateWindow, judgement: Judgement): Outcome {
  const soakFrom = state.soakFrom ?? window.from;
  const soakBreaches = state.soakBreaches + (judgement.kind === 'breach' ? 1 : 0);
  const after = { ...state, soakFrom, soakBreaches };
  const left = soakFrom + settings.soak.seconds - window.to;
  if (left > 0) return [after, `${judgement.why}; ${Math.round(left)} s of the soak are left`];
  return soakBreaches === 0
    ? [ended(after, state.breach === undefined ? 'no-breach' : 'verdict'), 'the soak kept its limits']
    : [ended(after, 'objective-missed'), `T2 was passed in ${soakBreaches} windows of the soak`];
}

/** Undefined where no level broke. */
export const bracketOf = ({ stable, breach }: GateState): Bracket | undefined =>
  breach === undefined ? undefined : { stable, breach };
