import { UserError } from '../../base/user-error';

/** A step of the toolchain failed: what ran, the end of what it printed, and what to do. */
export class BuildError extends UserError {
  constructor(
    readonly command: string,
    readonly output: string,
    readonly fix: string,
  ) {
    const tail = output.trim().split('\n').slice(-12).join('\n');
    super(`${command} failed\n${tail}\nfix: ${fix}`);
  }
}
