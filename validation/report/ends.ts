import type { LoadEnd } from '../load/load-run';

/** What an end of a run means. */
export interface EndMeaning {
  /** `kept`: all limits were; `unjudged`: there were none; `passed`: one was passed; `inconclusive`: it proves nothing. */
  readonly verdict: 'kept' | 'unjudged' | 'passed' | 'inconclusive';
  readonly text: string;
}

export const END_MEANINGS: Readonly<Record<LoadEnd, EndMeaning>> = {
  completed: { verdict: 'unjudged', text: 'the load is over' },
  verdict: { verdict: 'kept', text: 'T2 was found, and the soak kept its limits' },
  'no-breach': {
    verdict: 'kept',
    text: 'every level held, and the soak: T2 is beyond the users of the plan',
  },
  'objective-missed': { verdict: 'passed', text: 'the soak passed its limits' },
  preemptions: { verdict: 'passed', text: 'T3: too many preemptions' },
  'error-budget': { verdict: 'passed', text: 'too many requests failed' },
  'telemetry-lost': { verdict: 'inconclusive', text: 'the telemetry was lost' },
  'generator-saturated': {
    verdict: 'inconclusive',
    text: 'the generator could not keep to the plan; use more workers, or another machine',
  },
  'plan-ended': {
    verdict: 'inconclusive',
    text: 'users came to the end of the plan before the gate had its verdict; plan more --seconds',
  },
  'no-baseline': { verdict: 'inconclusive', text: 'no baseline was found' },
  stopped: { verdict: 'inconclusive', text: 'it was stopped' },
};

/** A line for a terminal. */
export function endText(end: LoadEnd): string {
  const { verdict, text } = END_MEANINGS[end];
  if (verdict === 'inconclusive') return `✗ inconclusive: ${text}`;
  return `${verdict === 'passed' ? '✗' : '✓'} ${text}`;
}

const EXIT_CODES = { kept: 0, unjudged: 0, passed: 1, inconclusive: 2 } as const;

/** 0: all limits were kept, or there were none; 1: one was passed; 2: it proves nothing. */
export const exitCodeOf = (end: LoadEnd): 0 | 1 | 2 => EXIT_CODES[END_MEANINGS[end].verdict];
