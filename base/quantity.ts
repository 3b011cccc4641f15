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

  /** Whole units; approximate beyond 2^53 and below a unit. */
  get approximate(): number {
    return Number(this.nanos) / 10 ** NANOS;
  }

  /** The exact count of a part of a unit, 10^-`digits` each; undefined when it is no whole number of them. */
  count(digits = 0): number | undefined {
    const part = 10n ** BigInt(NANOS - digits);
    return this.nanos % part === 0n ? Number(this.nanos / part) : undefined;
  }

  compareTo(other: Quantity): bigint {
    return signOf(this.nanos - other.nanos);
  }

  plus(nanos: bigint): Quantity {
    const sum = this.nanos + nanos;
    return new Quantity(sum, sum % 10n ** BigInt(NANOS) === 0n && sum / 10n ** BigInt(NANOS) <= MAX_INT64);
  }

  get sign(): bigint {
    return signOf(this.nanos);
  }
}

/** Units as billionths. */
export function nanosOf(units: bigint): bigint {
  return units * 10n ** BigInt(NANOS);
}

function signOf(value: bigint): bigint {
  return value > 0n ? 1n : value < 0n ? -1n : 0n;
}

function scaled(digits: bigint, power: number): bigint {
  if (power >= 0) return digits * 10n ** BigInt(power);
  const divisor = 10n ** BigInt(-power);
  return (digits + divisor - 1n) / divisor;
}

/** What a quantity of Kubernetes amounts to: `50Mi`, `1.5G`, `2`; NaN for anything else. */
export function amount(quantity: string | number | undefined): number {
  return Quantity.parse(`${quantity ?? ''}`)?.approximate ?? Number.NaN;
}

/** CPU time, exact to a thousandth of a core, which is as fine as Kubernetes counts. */
export class Cpu {
  private constructor(readonly millicores: number) {
    requireCount(millicores, 'millicores');
    Object.freeze(this);
  }

  /**
   * @param text Cores (`2`, `'2'`, `'0.5'`) or millicores (`'500m'`).
   * @throws RangeError for anything else, and for what is finer than a millicore.
   */
  static parse(text: string | number): Cpu {
    const millicores = /^[0-9]+(\.[0-9]+|m)?$/.test(`${text}`)
      ? Quantity.parse(`${text}`)?.count(3)
      : undefined;
    if (millicores === undefined)
      throw new RangeError(`${JSON.stringify(text)} is not a number of CPUs such as 2 or 500m`);
    return new Cpu(millicores);
  }

  /** @throws RangeError when `n` is not a number of millicores. */
  static cores(n: number): Cpu {
    return Cpu.parse(n);
  }

  get isWhole(): boolean {
    return this.millicores % 1000 === 0;
  }

  /** A Kubernetes quantity: `2` or `500m`. */
  toString(): string {
    return this.isWhole ? `${this.millicores / 1000}` : `${this.millicores}m`;
  }
}

const KI = 1024;

/** An amount of memory in whole bytes, at most 2^53 - 1. */
export class Memory {
  private constructor(readonly bytes: number) {
    requireCount(bytes, 'bytes');
    Object.freeze(this);
  }

  /**
   * @param text A Kubernetes quantity: `4Gi`, `1.5Gi`, `500M`, `1024`.
   * @throws RangeError for anything else, and for a fraction of a byte.
   */
  static parse(text: string): Memory {
    const quantity = /^[0-9]+(\.[0-9]+)?([kMGTP]|[KMGTP]i)?$/.test(text) ? Quantity.parse(text) : undefined;
    if (quantity === undefined) {
      throw new RangeError(`${JSON.stringify(text)} is not an amount of memory such as 4Gi`);
    }
    const bytes = quantity.count();
    if (bytes === undefined) throw new RangeError(`${JSON.stringify(text)} is not a whole number of bytes`);
    return new Memory(bytes);
  }

  /** @throws RangeError when `n` is negative or not whole. */
  static bytes(n: number): Memory {
    return new Memory(n);
  }

  static mebibytes(n: number): Memory {
    return new Memory(n * KI ** 2);
  }

  static gibibytes(n: number): Memory {
    return new Memory(n * KI ** 3);
  }

  /**
   * A Kubernetes quantity in the largest binary unit without a remainder: `50Mi`, `4Gi`, `3906250Ki`, `1000`.
   *
   * Never a decimal point, which Envoy Gateway's quantity fields refuse.
   */
  toString(): string {
    const units = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi'];
    let count = this.bytes;
    let power = 0;
    while (count > 0 && count % KI === 0 && power < units.length - 1) {
      count /= KI;
      power += 1;
    }
    return `${count}${units[power]}`;
  }
}

/** A number of bytes in whole mebibytes, rounded up. */
export function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / KI ** 2)}Mi`;
}

/** @throws RangeError */
export function requireCount(n: number, of: string): void {
  if (!Number.isSafeInteger(n) || n < 0)
    throw new RangeError(`${n} is not a whole number of ${of}, 0 or more`);
}
