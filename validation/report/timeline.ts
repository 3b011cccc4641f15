import type { Decision, GateState, Phase } from '../gate/controller';
import type { GateWindow } from '../gate/window';
import type { LoadEvent } from '../load/load-run';
import type { RunManifest } from '../load/run-folder';

/** A window, and what the gate decided of it; an ungated run decides nothing. */
export interface Observed {
  readonly window: GateWindow;
  readonly decision?: Decision;
}

/** A time with the same phase and the same users; in seconds of the plan's clock. */
export interface Stretch {
  /** `load`: of a run without a gate. */
  readonly phase: Phase | 'load';
  readonly users: number;
  readonly from: number;
  readonly to: number;
  readonly observed: readonly Observed[];
}

/** What happened when. */
export interface Timeline {
  readonly stretches: readonly Stretch[];
  readonly decisions: readonly Decision[];
  /** After the last decision. */
  readonly state?: GateState;
  /** When nothing more was sent, in seconds of the plan's clock. */
  readonly stopped: number;
}

type Of<K extends LoadEvent['kind']> = Extract<LoadEvent, { readonly kind: K }>;

const all = <K extends LoadEvent['kind']>(events: readonly LoadEvent[], kind: K) =>
  events.filter((event): event is Of<K> => event.kind === kind);

/** Puts windows and decisions in order; what came after the last decision, until the run stopped, is a stretch as well. */
export function timelineOf(events: readonly LoadEvent[], { plan, gate }: RunManifest): Timeline {
  const windows = all(events, 'window').map(({ window }) => window);
  const [stop] = all(events, 'stopping');
  const stopped = stop?.at ?? windows.at(-1)?.to ?? plan.seconds;
  if (gate === null) {
    const whole = { phase: 'load' as const, users: plan.users, from: 0, to: stopped };
    return {
      stretches: [{ ...whole, observed: windows.map((window) => ({ window })) }],
      decisions: [],
      stopped,
    };
  }
  const decided = all(events, 'decision');
  const stretches: Stretch[] = [];
  let from = 0;
  for (const { decision } of decided) {
    const { at: to, phase, users } = decision;
    const window = windows.find((one) => one.to === to);
    const observed = window === undefined ? [] : [{ window, decision }];
    const last = stretches.at(-1);
    if (last?.phase === phase && last.users === users) {
      stretches[stretches.length - 1] = { ...last, to, observed: [...last.observed, ...observed] };
    } else stretches.push({ phase, users, from, to, observed });
    from = to;
  }
  const last = decided.at(-1);
  const next = last?.decision.next ?? { phase: 'baseline' as const, users: gate.baseline.users };
  if (next.phase !== 'ended' && stopped > from) {
    const before = stretches.at(-1);
    if (before?.phase === next.phase && before.users === next.users) {
      stretches[stretches.length - 1] = { ...before, to: stopped };
    } else stretches.push({ phase: next.phase, users: next.users, from, to: stopped, observed: [] });
  }
  return {
    ...{ stretches, stopped, decisions: decided.map(({ decision }) => decision) },
    ...(last && { state: last.state }),
  };
}

/** The part of a run that its numbers are taken from: load that did not change, as far as windows saw it. */
export interface Steady {
  readonly what: 'soak' | 'load' | 'level';
  readonly users: number;
  /** When its users became so many, before the first window: the gate lets them settle. */
  readonly began: number;
  /** Seconds of the plan's clock, from the begin of the first window to the end of the last. */
  readonly from: number;
  readonly to: number;
  readonly windows: readonly GateWindow[];
}

/**
 * The soak; of a run without a gate all of it; else the last level that held. Undefined where no window of such a time
 * was seen.
 */
export function steadyOf({ stretches }: Timeline): Steady | undefined {
  const seen = stretches.filter(({ observed }) => observed.length > 0);
  const chosen =
    seen.find(({ phase }) => phase === 'soak') ??
    seen.find(({ phase }) => phase === 'load') ??
    seen.findLast(({ observed }) => observed.some(({ decision }) => decision?.judgement.kind === 'stable'));
  if (chosen === undefined) return undefined;
  const windows = chosen.observed.map(({ window }) => window);
  const { phase, users } = chosen;
  return {
    ...{ what: phase === 'soak' || phase === 'load' ? phase : 'level', users, windows },
    began: chosen.from,
    from: windows[0]?.from ?? chosen.from,
    to: windows.at(-1)?.to ?? chosen.to,
  };
}
