import type { PauseSource } from '../corpus/turn';
import type { Unrolled } from './wire';

export interface Pause {
  readonly pause: number | null;
  readonly pauseSource: PauseSource;
}

const MODELLED: Pause = { pause: null, pauseSource: 'modelled' };

/**
 * The pause between an answer and the next time that a model is asked.
 *
 * `recorded`: an input in between has a time of its own, which is when it was ready. `upperBound`: only the answers have
 * times, and from one to the next the model took its own time as well. `modelled`: there are no times, or they run
 * backwards, or nothing comes before.
 *
 * @param index Of the answer in `messages`.
 */
export function pauseBefore(messages: readonly Unrolled[], index: number): Pause {
  let ready: number | undefined;
  let at = index - 1;
  for (; at >= 0 && messages[at]?.message.role !== 'assistant'; at -= 1) {
    const time = messages[at]?.time;
    if (time !== undefined && (ready === undefined || time > ready)) ready = time;
  }
  const [ended, answered] = [messages[at]?.time, messages[index]?.time];
  if (ended === undefined || (answered !== undefined && answered < Math.max(ended, ready ?? ended)))
    return MODELLED;
  if (ready !== undefined && ready >= ended)
    return { pause: seconds(ready - ended), pauseSource: 'recorded' };
  return answered === undefined ? MODELLED : { pause: seconds(answered - ended), pauseSource: 'upperBound' };
}

const seconds = (milliseconds: number): number => Math.round(milliseconds) / 1000;
