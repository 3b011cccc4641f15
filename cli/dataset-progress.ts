import { grouped } from '../base/text';
import { elapsed, type Progress } from '../local/progress';
import type { Told } from '../validation/dataset/told';
import { bytesText } from './dataset-text';

const TITLES: Readonly<Record<Told['step'], string>> = {
  look: 'looking at files',
  read: 'reading sessions',
  write: 'writing the corpus',
};

/** A terminal shows it four times a second; more often would be work without use. */
const BETWEEN = 250;

/** Tells a terminal how far it is, how fast, and how long it will take at that rate. */
export function teller(progress: Progress, now: () => number = Date.now): (told: Told) => void {
  let step: Told['step'] | undefined;
  let began = 0;
  let said = 0;
  return (told) => {
    if (told.step !== step) {
      step = told.step;
      began = now();
      said = began;
      progress.step(TITLES[step]);
    }
    if (now() - said < BETWEEN) return;
    said = now();
    progress.note(toldText(told, said - began));
  };
}

function toldText(told: Told, milliseconds: number): string {
  if (told.step === 'look') return `${grouped(told.files)} files`;
  const rate = (told.bytes / milliseconds) * 1000;
  const left = told.share > 0 ? `, ${elapsed(milliseconds / told.share - milliseconds)} left` : '';
  const share = `${Math.floor(100 * Math.min(1, told.share))} %`;
  return `${share}, ${grouped(told.sessions)} sessions, ${bytesText(told.bytes)}, ${bytesText(rate)}/s${left}`;
}
