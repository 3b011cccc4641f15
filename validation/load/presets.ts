import { type GateSettings, PAPER_GATE } from '../gate/settings';
import type { PlanHeader } from '../replay/plan';

/** A part of the settings, group by group. */
type Partly<T> = { readonly [K in keyof T]?: T[K] extends object ? Partial<T[K]> : T[K] };

/**
 * The gate of a plan: the white paper's rules, in windows that fit into the plan's time. Ten windows and the soak are to
 * fit, the soak taking a third; a plan of eleven hours has the paper's own windows of a minute.
 *
 * @param changes What a user sets differently.
 */
export function gateOf(
  { seconds, users }: Pick<PlanHeader, 'seconds' | 'users'>,
  changes: unknown,
): GateSettings {
  const most = users;
  const window = Math.min(PAPER_GATE.window, Math.max(5, seconds / 20));
  const settle = Math.min(PAPER_GATE.settle, window / 2);
  const fitted: GateSettings = {
    ...PAPER_GATE,
    baseline: {
      ...PAPER_GATE.baseline,
      firstTokens: Math.round(Math.min(PAPER_GATE.baseline.firstTokens, Math.max(20, seconds / 6))),
      users: Math.max(1, Math.min(PAPER_GATE.baseline.users, Math.floor(most / 4))),
    },
    ramp: {
      ...PAPER_GATE.ramp,
      most,
      resolution: Math.max(1, Math.min(PAPER_GATE.ramp.resolution, Math.floor(most / 8))),
    },
    ...{ window, settle, cooldown: settle },
    preemptionWindow: Math.min(PAPER_GATE.preemptionWindow, window),
    soak: { ...PAPER_GATE.soak, seconds: Math.min(PAPER_GATE.soak.seconds, seconds / 3) },
  };
  return merged(fitted, changes as Partly<GateSettings>);
}

function merged(settings: GateSettings, changes: Partly<GateSettings>): GateSettings {
  return {
    ...settings,
    ...changes,
    baseline: { ...settings.baseline, ...changes.baseline },
    ramp: { ...settings.ramp, ...changes.ramp },
    soak: { ...settings.soak, ...changes.soak },
  };
}
