const KI = 1024;

const MEMORY_UNITS: ReadonlyMap<string, bigint> = new Map([
  ['', 1n],
  ['k', 10n ** 3n],
  ['M', 10n ** 6n],
  ['G', 10n ** 9n],
  ['T', 10n ** 12n],
  ['P', 10n ** 15n],
  ['Ki', 2n ** 10n],
  ['Mi', 2n ** 20n],
  ['Gi', 2n ** 30n],
  ['Ti', 2n ** 40n],
  ['Pi', 2n ** 50n],
]);

const DURATION_UNITS: readonly (readonly [unit: string, milliseconds: number])[] = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
];

/** Gateway API durations take at most five digits per unit (GEP-2257). */
const LONGEST_COUNT = 99_999;

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
    const [, whole, fraction = '', thousandths] =
      /^(?:([0-9]+)(?:\.([0-9]{1,3})0*)?|([0-9]+)m)$/.exec(String(text)) ?? [];
    if (thousandths !== undefined) return new Cpu(Number(thousandths));
    if (whole === undefined)
      throw new RangeError(`${JSON.stringify(text)} is not a number of CPUs such as 2 or 500m`);
    return new Cpu(Number(whole) * 1000 + Number(fraction.padEnd(3, '0')));
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
    const [, whole, fraction = '', suffix = ''] = /^([0-9]+)(?:\.([0-9]+))?([A-Za-z]*)$/.exec(text) ?? [];
    const unit = MEMORY_UNITS.get(suffix);
    if (whole === undefined || unit === undefined) {
      throw new RangeError(`${JSON.stringify(text)} is not an amount of memory such as 4Gi`);
    }
    const scale = 10n ** BigInt(fraction.length);
    const scaled = BigInt(whole + fraction) * unit;
    if (scaled % scale !== 0n) throw new RangeError(`${JSON.stringify(text)} is not a whole number of bytes`);
    return new Memory(Number(scaled / scale));
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

/** A length of time, exact to a millisecond, at most 99,999 hours: what a Gateway API duration can say. */
export class Duration {
  private constructor(readonly milliseconds: number) {
    requireCount(milliseconds, 'milliseconds');
    if (milliseconds > LONGEST_COUNT * 3_600_000) throw new RangeError('a duration ends at 99999h');
    Object.freeze(this);
  }

  /**
   * @param text One to four counts with a unit of h, m, s or ms: `10m`, `1h30m`, `500ms`.
   * @throws RangeError for anything else.
   */
  static parse(text: string): Duration {
    if (!/^([0-9]{1,5}(h|m|s|ms)){1,4}$/.test(text)) {
      throw new RangeError(`${JSON.stringify(text)} is not a duration such as 10m or 1h30m`);
    }
    const parts = [...text.matchAll(/([0-9]+)(ms|h|m|s)/g)];
    return new Duration(
      parts.reduce((sum, [, count, unit]) => {
        const [, milliseconds = 0] = DURATION_UNITS.find(([name]) => name === unit) ?? [];
        return sum + Number(count) * milliseconds;
      }, 0),
    );
  }

  /** @throws RangeError when `n` is negative or not whole. */
  static milliseconds(n: number): Duration {
    return new Duration(n);
  }

  /** @throws RangeError when `n` is negative or finer than a millisecond. */
  static seconds(n: number): Duration {
    return new Duration(n * 1000);
  }

  static minutes(n: number): Duration {
    return new Duration(n * 60_000);
  }

  get seconds(): number {
    return this.milliseconds / 1000;
  }

  plus(other: Duration): Duration {
    return new Duration(this.milliseconds + other.milliseconds);
  }

  /** The Gateway API form, in seconds where they fit into five digits: `600s`, `1500ms`, `27h46m40s`. */
  toString(): string {
    for (const [unit, milliseconds] of DURATION_UNITS.slice(2)) {
      const count = this.milliseconds / milliseconds;
      if (Number.isInteger(count) && count <= LONGEST_COUNT) return `${count}${unit}`;
    }
    let rest = this.milliseconds;
    return DURATION_UNITS.map(([unit, milliseconds]) => {
      const count = Math.floor(rest / milliseconds);
      rest %= milliseconds;
      return count === 0 ? '' : `${count}${unit}`;
    }).join('');
  }
}

function requireCount(n: number, of: string): void {
  if (!Number.isSafeInteger(n) || n < 0)
    throw new RangeError(`${n} is not a whole number of ${of}, 0 or more`);
}
