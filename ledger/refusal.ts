import { UserError } from '../base/user-error';

/** The ledger does not do what it was asked to: a closed period does not change, a month that is not over is not closed. */
export class Refusal extends UserError {
  override readonly exitCode = 1;
}
