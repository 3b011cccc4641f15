import type { Environment } from '@marcbachmann/cel-js';
import { nanosOf, Quantity } from '../../base/quantity';
import { CelError } from './error';

function quantity(text: string): Quantity {
  const parsed = Quantity.parse(text);
  if (parsed !== undefined) return parsed;
  throw new CelError(`"${text}" is not a quantity`);
}

/** Kubernetes' `quantity()` and what can be asked of one. */
export function registerQuantity(environment: Environment): void {
  const type = 'kubernetes.Quantity';
  environment
    .registerType(type, Quantity)
    .registerOperator(`${type} == ${type}`, (a: Quantity, b: Quantity) => a.nanos === b.nanos)
    .registerFunction(`quantity(string): ${type}`, quantity)
    .registerFunction('isQuantity(string): bool', (text: string) => Quantity.parse(text) !== undefined)
    .registerFunction(`${type}.sign(): int`, (one: Quantity) => one.sign)
    .registerFunction(`${type}.isInteger(): bool`, (one: Quantity) => one.integer)
    .registerFunction(`${type}.asInteger(): int`, (one: Quantity) => {
      if (one.integer) return one.nanos / nanosOf(1n);
      throw new CelError('cannot convert value to integer');
    })
    .registerFunction(`${type}.asApproximateFloat(): double`, (one: Quantity) => one.approximate)
    .registerFunction(`${type}.isLessThan(${type}): bool`, (a: Quantity, b: Quantity) => a.compareTo(b) < 0n)
    .registerFunction(
      `${type}.isGreaterThan(${type}): bool`,
      (a: Quantity, b: Quantity) => a.compareTo(b) > 0n,
    )
    .registerFunction(`${type}.compareTo(${type}): int`, (a: Quantity, b: Quantity) => a.compareTo(b))
    .registerFunction(`${type}.add(${type}): ${type}`, (a: Quantity, b: Quantity) => a.plus(b.nanos))
    .registerFunction(`${type}.add(int): ${type}`, (a: Quantity, b: bigint) => a.plus(nanosOf(b)))
    .registerFunction(`${type}.sub(${type}): ${type}`, (a: Quantity, b: Quantity) => a.plus(-b.nanos))
    .registerFunction(`${type}.sub(int): ${type}`, (a: Quantity, b: bigint) => a.plus(-nanosOf(b)));
}
