import { EvaluationError } from '@marcbachmann/cel-js';

/** Why a function of CEL has no value for these arguments. */
export class CelError extends EvaluationError {
  constructor(message: string) {
    super({ code: 'function_failed', message });
  }
}
