/** Where long work tells how far it is. The command line shows it; a library caller may pass `silent`. */
export interface Progress {
  /** A step begins; the previous one, if any, is done. */
  step(text: string): void;
  /** What the current step is doing now: shown in place on a terminal, and at most once a minute elsewhere. */
  note(text: string): void;
}

export const silent: Progress = { step() {}, note() {} };

/** `75_000` → `1m15s`. */
export function elapsed(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60
    ? `${seconds}s`
    : `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, '0')}s`;
}
