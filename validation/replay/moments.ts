/** Pairs of a time at which something could have happened and one at which it did, of the recent past. */
export class Moments {
  private pairs: (readonly [could: number, did: number])[] = [];

  /** @param flat Both times in turn. */
  add(flat: Float64Array): void {
    for (let at = 0; at + 1 < flat.length; at += 2) this.pairs.push([flat[at] ?? 0, flat[at + 1] ?? 0]);
  }

  /** How long each waited that happened after one time, and not after another. */
  waits(from: number, to: number): number[] {
    return this.pairs.flatMap(([could, did]) => (did > from && did <= to ? [did - could] : []));
  }

  forget(before: number): void {
    this.pairs = this.pairs.filter(([, did]) => did > before);
  }
}
