import { setTimeout as sleep } from 'node:timers/promises';

/** Asks every `every` ms until the answer is true; false when `seconds` passed without one. */
export async function until(ask: () => Promise<boolean>, seconds: number, every = 100): Promise<boolean> {
  const end = Date.now() + seconds * 1000;
  while (!(await ask())) {
    if (Date.now() >= end) return false;
    await sleep(every);
  }
  return true;
}
