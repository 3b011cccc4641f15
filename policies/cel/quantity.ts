import type { Environment } from '@marcbachmann/cel-js';
import { CelError } from './error';

const DECIMAL: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};

const BINARY: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };

const WRITTEN = /^([+-]?)(\d*)(?:\.(\d*))?(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/;

const MAX_INT64 = 2n ** 63n - 1n;

/** The smallest part of a unit that Kubernetes counts: smaller ones are rounded up, away from zero. */
const NANOS = 9;

/** A Kubernetes quantity, exactly: `nanos` billionths. */
export class Quantity {
  constructor(
    readonly nanos: bigint,
    /** Whether Kubernetes keeps it as an integer: a matter of how it was written, `2000m` is none. */
    readonly integer: boolean,
  ) {}

  /** @returns undefined for what is no quantity */
  static parse(text: string): Quantity | undefined {
    const [, sign, whole = '', fraction = '', exponent, suffix = ''] = WRITTEN.exec(text) ?? [];
    if (sign === undefined || text === '' || (whole === '' && fraction === '' && text !== '0'))
      return undefined;
    const digits = BigInt(`${whole}${fraction}` || '0');
    const negative = sign === '-' ? -1n : 1n;
    const length = Math.max(1, whole.replace(/^0+/, '').length);
    const binary = BINARY[suffix];
    if (binary !== undefined) {
      const integer = fraction === '' && 15 - length - Math.trunc((binary * 3) / 10) - 1 >= 0;
      return new Quantity(negative * scaled(digits << BigInt(binary), NANOS - fraction.length), integer);
    }
    const power = exponent === undefined ? (DECIMAL[suffix] ?? 0) : Number(exponent.slice(1));
    const scale = power - fraction.length;
    const integer =
      scale >= 0 && length + fraction.length <= 18 && digits * 10n ** BigInt(scale) <= MAX_INT64;
    return new Quantity(negative * scaled(digits, NANOS + scale), integer);
  }

  compareTo(other: Quantity): bigint {
    return sign(this.nanos - other.nanos);
  }

  plus(nanos: bigint): Quantity {
    const sum = this.nanos + nanos;
    return new Quantity(sum, sum % 10n ** BigInt(NANOS) === 0n && sum / 10n ** BigInt(NANOS) <= MAX_INT64);
  }
}

function sign(value: bigint): bigint {
  return value > 0n ? 1n : value < 0n ? -1n : 0n;
}

function scaled(digits: bigint, power: number): bigint {
  if (power >= 0) return digits * 10n ** BigInt(power);
  const divisor = 10n ** BigInt(-power);
  return (digits + divisor - 1n) / divisor;
}

function quantity(text: string): Quantity {
  const parsed = Quantity.parse(text);
  if (parsed !== undefined) return parsed;
  throw new CelError(`"${text}" is not a quantity`);
}

const unit = (value: bigint) => value * 10n ** BigInt(NANOS);

/** Kubernetes' `quantity()` and what can be asked of one. */
export function registerQuantity(environment: Environment): void {
  const type = 'kubernetes.Quantity';
  environment
    .registerType(type, Quantity)
    .registerOperator(`${type} == ${type}`, (a: Quantity, b: Quantity) => a.nanos === b.nanos)
    .registerFunction(`quantity(string): ${type}`, quantity)
    .registerFunction('isQuantity(string): bool', (text: string) => Quantity.parse(text) !== undefined)
    .registerFunction(`${type}.sign(): int`, (one: Quantity) => sign(one.nanos))
    .registerFunction(`${type}.isInteger(): bool`, (one: Quantity) => one.integer)
    .registerFunction(`${type}.asInteger(): int`, (one: Quantity) => {
      if (one.integer) return one.nanos / unit(1n);
      throw new CelError('cannot convert value to integer');
    })
    .registerFunction(
      `${type}.asApproximateFloat(): double`,
      (one: Quantity) => Number(one.nanos) / 10 ** NANOS,
    )
    .registerFunction(`${type}.isLessThan(${type}): bool`, (a: Quantity, b: Quantity) => a.compareTo(b) < 0n)
    .registerFunction(
      `${type}.isGreaterThan(${type}): bool`,
      (a: Quantity, b: Quantity) => a.compareTo(b) > 0n,
    )
    .registerFunction(`${type}.compareTo(${type}): int`, (a: Quantity, b: Quantity) => a.compareTo(b))
    .registerFunction(`${type}.add(${type}): ${type}`, (a: Quantity, b: Quantity) => a.plus(b.nanos))
    .registerFunction(`${type}.add(int): ${type}`, (a: Quantity, b: bigint) => a.plus(unit(b)))
    .registerFunction(`${type}.sub(${type}): ${type}`, (a: Quantity, b: Quantity) => a.plus(-b.nanos))
    .registerFunction(`${type}.sub(int): ${type}`, (a: Quantity, b: bigint) => a.plus(-unit(b)));
}
