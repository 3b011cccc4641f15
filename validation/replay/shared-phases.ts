import { type Phase, type PhaseName, PhasePath } from '../arrivals/phases';
import type { PlannedProfile } from './plan';

/** The phases of a path for a plan: up to a time, and on to one that is on, which then lasts for ever. */
export function phasesUntil(path: PhasePath, seconds: number): NonNullable<PlannedProfile['phases']> {
  const phases = path.until(seconds);
  const [{ name: first }] = phases as readonly [Phase];
  const switches = phases.slice(1).map(({ from }) => from);
  const last = phases.at(-1) as Phase;
  return { first, switches: last.name === 'on' ? switches : [...switches, last.to] };
}

/** The path that a plan has for a profile; undefined where its users share none. */
export function sharedPath({ law, phases }: Pick<PlannedProfile, 'law' | 'phases'>): PhasePath | undefined {
  if (law.kind !== 'mmpp' || phases === undefined) return undefined;
  const { first, switches } = phases;
  const names: readonly [PhaseName, PhaseName] = first === 'on' ? ['on', 'off'] : ['off', 'on'];
  const listed = [0, ...switches].map((from, index): Phase => {
    return { name: names[index % 2] as PhaseName, from, to: switches[index] ?? Number.POSITIVE_INFINITY };
  });
  return new PhasePath(law, listed);
}
