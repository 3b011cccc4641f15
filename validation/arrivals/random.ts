import { createHash } from 'node:crypto';
import { Xoshiro256 } from './xoshiro';

/**
 * A stream of random numbers with a name. Streams of different names, or of different seeds, are independent of each
 * other, and what is drawn from one never moves another: a user that is added to a plan changes no other user's times.
 *
 * The bits are the same on every machine. Logarithms and powers are those of V8, which brings its own, so the variates
 * are the same wherever the same Node.js runs.
 */
export class Random {
  private constructor(
    private readonly generator: Xoshiro256,
    private readonly seed: number,
    private readonly names: readonly (string | number)[],
  ) {}

  /** The stream of these names: `Random.of(7, 'B', 'user-12')`. */
  static of(seed: number, ...names: readonly (string | number)[]): Random {
    // A list in JSON is another one for other names: ["ab"] and ["a", "b"] differ.
    const digest = createHash('sha256')
      .update(JSON.stringify([seed, ...names]))
      .digest();
    const words = Uint32Array.from({ length: 8 }, (_, index) => digest.readUInt32LE(index * 4));
    return new Random(new Xoshiro256(words), seed, names);
  }

  /** The stream whose names are the ones of this and another: independent of it, whatever was drawn. */
  stream(name: string | number): Random {
    return Random.of(this.seed, ...this.names, name);
  }

  /** In [0, 1), a multiple of 2^-53. */
  uniform(): number {
    this.generator.step();
    return (this.generator.high * 2 ** 21 + (this.generator.low >>> 11)) * 2 ** -53;
  }

  /** Exponential with mean 1. */
  exponential(): number {
    return -Math.log1p(-this.uniform());
  }

  /** Normal with mean 0 and variance 1, by Marsaglia's polar method. */
  normal(): number {
    for (;;) {
      const [x, y] = [2 * this.uniform() - 1, 2 * this.uniform() - 1];
      const square = x * x + y * y;
      if (square > 0 && square < 1) return x * Math.sqrt((-2 * Math.log(square)) / square);
    }
  }

  /**
   * Gamma with scale 1, by Marsaglia and Tsang ("A simple method for generating gamma variables", ACM TOMS 26, 2000).
   * A shape below 1 is the one above it times U^(1/shape), as they advise.
   */
  gamma(shape: number): number {
    if (shape < 1) return this.gamma(shape + 1) * this.uniform() ** (1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const v = (1 + c * x) ** 3;
      if (v <= 0) continue;
      const u = 1 - this.uniform();
      if (Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  }

  /** Weibull with scale 1. */
  weibull(shape: number): number {
    return this.exponential() ** (1 / shape);
  }
}
