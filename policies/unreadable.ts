import { UserError } from '../base/user-error';

/** Input that could not be judged. The message is for the user: which file, where, what, what to do. */
export class UnreadableError extends UserError {
  constructor(place: string, problem: string, fix?: string) {
    super(`${place}: ${problem}${fix === undefined ? '' : ` (${fix})`}`);
  }
}
