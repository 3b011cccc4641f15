/** A set of 53-bit hashes in 8 bytes each, at most two thirds empty: a `Set` of numbers takes five times as much. */
export class HashSet {
  private slots = new Float64Array(1 << 12);
  private count = 0;

  get size(): number {
    return this.count;
  }

  has(hash: number): boolean {
    return this.slots[this.slotOf(hash)] === hash;
  }

  /** @param hash A whole number from 1. */
  add(hash: number): void {
    const slot = this.slotOf(hash);
    if (this.slots[slot] === hash) return;
    this.slots[slot] = hash;
    this.count += 1;
    if (this.count * 3 > this.slots.length * 2) this.grow();
  }

  /** Where the hash is, or would be. */
  private slotOf(hash: number): number {
    const mask = this.slots.length - 1;
    let slot = (hash % 0x1_0000_0000) & mask;
    while (this.slots[slot] !== 0 && this.slots[slot] !== hash) slot = (slot + 1) & mask;
    return slot;
  }

  private grow(): void {
    const old = this.slots;
    this.slots = new Float64Array(old.length * 2);
    for (const hash of old) if (hash !== 0) this.slots[this.slotOf(hash)] = hash;
  }
}

/** A running hash of bytes: two lanes of FNV-1a with different primes, of which 53 bits are taken. */
export class RunningHash {
  private low = 0x811c9dc5;
  private high = 0x9e3779b9;

  update(bytes: Buffer, from: number, to: number): void {
    let { low, high } = this;
    for (let at = from; at < to; at += 1) {
      const byte = bytes[at] as number;
      low = Math.imul(low ^ byte, 0x01000193);
      high = Math.imul(high ^ byte, 0x85ebca6b) ^ (high >>> 15);
    }
    this.low = low;
    this.high = high;
  }

  /** At least 1. */
  get value(): number {
    return (this.high & 0x1fffff) * 0x1_0000_0000 + (this.low >>> 0) || 1;
  }
}
