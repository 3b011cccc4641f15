import ora, { type Ora } from 'ora';
import { elapsed, type Progress } from '../local/progress';

/**
 * Progress on standard error: a spinner with the time on a terminal; elsewhere a line for each step and, once a
 * minute, what it is doing.
 */
export class TerminalProgress implements Progress {
  private current?: { text: string; began: number; told: number; spinner?: Ora; timer?: NodeJS.Timeout };
  private readonly interactive = process.stderr.isTTY === true && process.env.CI === undefined;

  step(text: string): void {
    this.done();
    const began = Date.now();
    if (!this.interactive) {
      process.stderr.write(`… ${text}\n`);
      this.current = { text, began, told: began };
      return;
    }
    const spinner = ora({ text, stream: process.stderr }).start();
    const timer = setInterval(() => {
      spinner.suffixText = elapsed(Date.now() - began);
    }, 1000);
    this.current = { text, began, told: began, spinner, timer };
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
