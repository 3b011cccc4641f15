import { createHash } from 'node:crypto';

/** Some of the members, and where the bits of their names lead; the first bucket's is empty. */
export interface Bucket<T> {
  readonly label: string;
  readonly members: readonly T[];
}

/**
 * Puts any number of members into buckets of at most `capacity`, stable under insertion and removal
 * (extendible hashing): all share one bucket until it overflows, then the next bit of each name's hash decides.
 *
 * A pure function of the set: the order of the members does not matter, nor how the set came about. A new
 * member changes the bucket that it joins and no other. The one that overflows it moves half of that bucket;
 * the other half stays in a bucket of the same label, since zeros at the end of the way are not written.
 * Removing is the same backwards. On average buckets are 69 % full, and two neighbours are always fuller
 * together than one bucket could be.
 */
export function buckets<T extends { readonly name: string }>(
  members: readonly T[],
  capacity: number,
): readonly Bucket<T>[] {
  return split(
    members.map((member) => ({ member, hash: hashOf(member.name) })),
    capacity,
    '',
  );
}

interface Placed<T> {
  readonly member: T;
  readonly hash: Buffer;
}

function split<T>(placed: readonly Placed<T>[], capacity: number, way: string): Bucket<T>[] {
  if (placed.length === 0) return [];
  if (placed.length <= capacity) {
    return [{ label: way.replace(/0+$/, ''), members: placed.map(({ member }) => member) }];
  }
  return ['0', '1'].flatMap((bit) =>
    split(
      placed.filter(({ hash }) => bitAt(hash, way.length) === bit),
      capacity,
      `${way}${bit}`,
    ),
  );
}

const hashOf = (name: string) => createHash('sha256').update(name).digest();

/** The first bit is the highest of the first byte. */
const bitAt = (hash: Buffer, place: number) => `${((hash[place >> 3] ?? 0) >> (7 - (place % 8))) & 1}`;
