import { type Mistake, PlatformError } from '../../base/mistake';
import { listed, nearest } from '../../base/text';
import { type GateSettings, PAPER_GATE } from '../gate/settings';
import type { PlanHeader } from '../replay/plan';

/** Sizes of a load, by name. */
export const PRESETS = {
  /** Five minutes beside everything else on a laptop. */
  quick: { users: 32, seconds: 300 },
  /**
   * The white paper's run, with room for its ramp of 25 minutes, its soak of three hours and what the ramp may take longer
   * here; its knee was at 224 users.
   */
  paper: { users: 320, seconds: 14_400 },
} as const;

export type Preset = keyof typeof PRESETS;

/**
 * The gate of a plan. That of the preset `paper` is the paper's own; else its windows are made to fit into the plan's time:
 * a dozen windows for baseline and ramp, and a soak of a third.
 *
 * @param changes What a user sets differently.
 */
export function gateOf(
  preset: Preset,
  { seconds, users }: Pick<PlanHeader, 'seconds' | 'users'>,
  changes: unknown,
): GateSettings {
  const own = preset === 'paper' ? PAPER_GATE : fitted(seconds, users);
  const gate = changed({ ...own, ramp: { ...own.ramp, most: users } }, changes);
  refuseLongerThanPlan(gate, seconds);
  return gate;
}

/** Users whose plan is over ask nothing, and a soak without them says nothing. */
function refuseLongerThanPlan({ window, settle, cooldown, soak }: GateSettings, seconds: number): void {
  // One window of a baseline, two levels, and the cooldown between them, at least.
  const least = Math.ceil(3 * (settle + window) + cooldown + window + soak.seconds);
  if (least <= seconds) return;
  throw new PlatformError(
    [
      {
        ...{ path: 'gate.soak.seconds', value: soak.seconds },
        problem: `with its baseline and ramp the soak takes ${least} s at least, and the plan has ${seconds} s`,
        fix: 'plan more --seconds (the default windows fit into 60), or set shorter windows and a shorter soak by --gate',
      },
    ],
    'this gate does not fit into its plan',
  );
}

function fitted(seconds: number, users: number): GateSettings {
  const { baseline, ramp, soak } = PAPER_GATE;
  const window = Math.min(PAPER_GATE.window, Math.max(5, seconds / 20));
  const settle = Math.min(PAPER_GATE.settle, window / 2);
  return {
    ...PAPER_GATE,
    baseline: {
      ...baseline,
      firstTokens: Math.round(Math.min(baseline.firstTokens, Math.max(20, seconds / 6))),
      users: Math.max(1, Math.min(baseline.users, Math.floor(users / 4))),
    },
    ramp: { ...ramp, resolution: Math.max(1, Math.min(ramp.resolution, Math.floor(users / 8))) },
    ...{ window, settle, cooldown: settle },
    preemptionWindow: Math.min(PAPER_GATE.preemptionWindow, window),
    soak: { ...soak, seconds: Math.min(soak.seconds, seconds / 3) },
  };
}

type Group = { readonly [name: string]: number | Group };

/** @throws PlatformError with everything in the changes that is no setting, or no number above 0. */
function changed(settings: GateSettings, changes: unknown): GateSettings {
  const mistakes: Mistake[] = [];
  const made = mergedGroup(settings as unknown as Group, changes, 'gate', mistakes);
  if (mistakes.length > 0) throw new PlatformError(mistakes, 'these are no settings of a gate');
  return made as unknown as GateSettings;
}

function mergedGroup(group: Group, changes: unknown, path: string, mistakes: Mistake[]): Group {
  if (typeof changes !== 'object' || changes === null || Array.isArray(changes)) {
    mistakes.push({ path, value: changes, problem: 'is no group of settings', fix: 'write an object' });
    return group;
  }
  const names = Object.keys(group);
  const made = Object.entries(changes).flatMap(([name, value]): (readonly [string, number | Group])[] => {
    const [before, at] = [group[name], `${path}.${name}`];
    if (before === undefined) {
      const meant = nearest(name, names);
      const fix = meant === undefined ? `use ${listed(names, 'or')}` : `write ${meant}`;
      mistakes.push({ path: at, value, problem: 'is no setting', fix });
      return [];
    }
    if (typeof before === 'object') return [[name, mergedGroup(before, value, at, mistakes)]];
    if (typeof value === 'number' && value > 0 && Number.isFinite(value)) return [[name, value]];
    mistakes.push({ path: at, value, problem: 'is no number above 0', fix: `the default is ${before}` });
    return [];
  });
  return { ...group, ...Object.fromEntries(made) };
}
