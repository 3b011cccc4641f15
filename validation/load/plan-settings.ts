import type { Law } from '../arrivals/law';
import { MEAN_PAUSE } from '../replay/compile';

const rate = 1 / MEAN_PAUSE;

/**
 * The laws of a user's pauses, as the white paper names them (chapter 6), each with the mean pause that its soak implies:
 * bursts for agents that call tools (A), Gamma with a CV of 1.5 for terminals (B), exponential for people (C, D, E).
 * The phases of A are chosen here: the paper has no numbers for them. A user who is free waits 7.1 s on average.
 */
export const PAPER_LAWS: Readonly<Record<string, Law>> = {
  A: { kind: 'mmpp', on: { rate: 2, seconds: 3 }, off: { rate: 0, seconds: 9 } },
  B: { kind: 'gamma', rate, cv: 1.5 },
  C: { kind: 'exponential', rate },
  D: { kind: 'exponential', rate },
  E: { kind: 'exponential', rate },
};
