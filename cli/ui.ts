import ora, { type Ora } from 'ora';
import { elapsed, type Progress } from '../local/progress';

/**
 * Progress on standard error: a spinner with the time on a terminal; elsewhere a line for each step and, once a
 * minute, what it is doing.
 */
export class TerminalProgress implements Progress {
  private current?: { text: string; began: number; told: number; spinner?: Ora; timer?: NodeJS.Timeout };
  // A terminal may say that it has no columns, and the spinner would clear endless lines of it.
  private readonly interactive =
    process.stderr.isTTY === true && process.stderr.columns > 0 && process.env.CI === undefined;

  step(text: string): void {
    if (!this.interactive) {
      this.announce(text);
      return;
    }
    this.done();
    const began = Date.now();
    const spinner = ora({ text, stream: process.stderr }).start();
    const timer = setInterval(() => {
      spinner.suffixText = elapsed(Date.now() - began);
    }, 1000);
    this.current = { text, began, told: began, spinner, timer };
  }

  /** A step whose own output is its progress: a line, and no spinner that would write over that output. */
  announce(text: string): void {
    this.done();
    process.stderr.write(`… ${text}\n`);
    const began = Date.now();
    this.current = { text, began, told: began };
  }

  note(text: string): void {
    const current = this.current;
    if (!current) return;
    if (current.spinner) {
      current.spinner.text = `${current.text}\n    ${text}`;
    } else if (Date.now() - current.told > 60_000) {
      current.told = Date.now();
      process.stderr.write(`  … ${elapsed(current.told - current.began)}: ${text}\n`);
    }
  }

  /** The current step ended well. */
  done(): void {
    this.end('✓');
  }

  /** The current step did not end well. */
  failed(): void {
    this.end('✗');
  }

  private end(mark: string): void {
    const current = this.current;
    if (!current) return;
    delete this.current;
    const line = `${mark} ${current.text} (${elapsed(Date.now() - current.began)})`;
    clearInterval(current.timer);
    if (current.spinner) current.spinner.stopAndPersist({ symbol: '', text: line, suffixText: '' });
    else process.stderr.write(`${line}\n`);
  }
}

/** Runs work with progress, and ends the last step as the work ended: a spinner left behind would never exit. */
export async function withProgress<T>(work: (progress: TerminalProgress) => Promise<T>): Promise<T> {
  const progress = new TerminalProgress();
  try {
    const result = await work(progress);
    progress.done();
    return result;
  } catch (error) {
    progress.failed();
    throw error;
  }
}
