import { type Plan, STEP_CLOCKS } from './plan';
import { sharedPath } from './shared-phases';

/** A step of an actor who gets every answer at once: nobody asks sooner. */
export interface StepAtOnce {
  readonly step: number;
  /** When it is due, in seconds after the run began. */
  readonly at: number;
  /** Seconds after the actor's step before; of a step that has a time of its own, that time. */
  readonly seconds: number;
  /** Whether it has a time of its own, whatever the actor's step before does. */
  readonly isTime: boolean;
}

/** The steps of an actor in turn, as if every answer came at once. */
export function* stepsAtOnce({ header, columns }: Plan, actor: number): Generator<StepAtOnce> {
  const { first, profile, when, clock } = columns;
  const planned = header.profiles[profile[actor] ?? 0];
  const path = planned && sharedPath(planned);
  const end = first[actor + 1] ?? 0;
  let at = 0;
  for (let step = first[actor] ?? 0; step < end; step += 1) {
    const value = when[step] ?? 0;
    const isTime = clock[step] === STEP_CLOCKS.at;
    const isPhased = clock[step] === STEP_CLOCKS.phases && path !== undefined;
    const seconds = isPhased ? path.pauseOf(at, value) : value;
    at = isTime ? seconds : at + seconds;
    yield { step, at, seconds, isTime };
  }
}
