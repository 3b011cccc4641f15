const TWO_32 = 2 ** 32;

/**
 * xoshiro256** 1.0 of Blackman and Vigna ("Scrambled linear pseudorandom number generators", ACM TOMS 47, 2021): period
 * 2^256 - 1. Its 64-bit words are kept as halves, because a BigInt is allocated for each step; all of it is arithmetic on
 * whole numbers, so a state gives the same numbers on every machine.
 */
export class Xoshiro256 {
  /** Halves of the last number that was drawn. */
  high = 0;
  low = 0;
  /** Four words, of each the low half first. */
  private readonly state: Uint32Array;

  /**
   * @param words Four words, of each the low half first.
   * @throws RangeError for another length, or zeros only: that state never leaves itself.
   */
  constructor(words: Uint32Array) {
    if (words.length !== 8 || words.every((word) => word === 0)) {
      throw new RangeError('a state is eight halves of words that are not all 0');
    }
    this.state = Uint32Array.from(words);
  }

  /** Draws 64 bits: `high` and `low`. */
  step(): void {
    const s = this.state as unknown as [number, number, number, number, number, number, number, number];
    const [a0, a1, b0, b1, c0, c1, d0, d1] = s;
    this.draw(b0, b1);
    const shifted0 = (b0 << 17) >>> 0;
    const shifted1 = ((b1 << 17) | (b0 >>> 15)) >>> 0;
    const [nextC0, nextC1] = [c0 ^ a0, c1 ^ a1];
    const [nextD0, nextD1] = [d0 ^ b0, d1 ^ b1];
    s[2] = b0 ^ nextC0;
    s[3] = b1 ^ nextC1;
    s[0] = a0 ^ nextD0;
    s[1] = a1 ^ nextD1;
    s[4] = nextC0 ^ shifted0;
    s[5] = nextC1 ^ shifted1;
    // Rotated by 45: by a half, and by 13 more.
    s[7] = (nextD0 << 13) | (nextD1 >>> 19);
    s[6] = (nextD1 << 13) | (nextD0 >>> 19);
  }

  /** The output of the second word: times 5, rotated by 7, times 9. */
  private draw(low: number, high: number): void {
    const low5 = low * 5;
    const high5 = (high * 5 + Math.floor(low5 / TWO_32)) >>> 0;
    const word5 = low5 >>> 0;
    const rotated0 = ((word5 << 7) | (high5 >>> 25)) >>> 0;
    const rotated1 = ((high5 << 7) | (word5 >>> 25)) >>> 0;
    const low9 = rotated0 * 9;
    this.high = (rotated1 * 9 + Math.floor(low9 / TWO_32)) >>> 0;
    this.low = low9 >>> 0;
  }
}
