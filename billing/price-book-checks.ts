import type { Refuse } from './document';
import { grouped } from './grouped';
import { formatPrice } from './money';
import { formatInstant } from './period';
import { PARENTS, type PriceEntry } from './price-entry';

/** Refuses what the entries of a book say against each other. */
export function refuseEntries(
  entries: readonly PriceEntry[],
  currency: string | undefined,
  refuse: Refuse,
): void {
  for (const entry of entries) {
    refuseCurrency(entry, currency, refuse);
    if (entry.to !== undefined && entry.to <= entry.from) {
      refuse(['entries', entry.index, 'to'], {
        value: formatInstant(entry.to),
        problem: `${formatInstant(entry.to)} is not after from, ${formatInstant(entry.from)}`,
        fix: 'use a later time, or leave it out: a price holds until a later entry begins',
      });
    }
    refuseOrphan(entry, entries, refuse);
  }
  const key = ({ model, kind, tenant }: PriceEntry) => JSON.stringify([model, kind, tenant]);
  for (const group of grouped(entries, key).values()) {
    const sorted = [...group].sort((a, b) => a.from - b.from || a.index - b.index);
    for (const [position, entry] of sorted.slice(1).entries()) {
      const before = sorted[position];
      if (before === undefined) continue;
      refuseContradiction(before, entry, refuse);
      refuseGap(before, entry, entries, refuse);
    }
  }
}

function refuseCurrency(entry: PriceEntry, currency: string | undefined, refuse: Refuse): void {
  if (currency === undefined || entry.currency === currency) return;
  refuse(['entries', entry.index, 'currency'], {
    value: entry.currency,
    problem: `${entry.currency} is not the currency of the book, ${currency}: amounts of two currencies have no sum`,
    fix: 'keep a book for each currency',
  });
}

/** A part without a price of the whole: the rest of the whole would have none. */
function refuseOrphan(entry: PriceEntry, entries: readonly PriceEntry[], refuse: Refuse): void {
  const parent = PARENTS[entry.kind];
  if (parent === undefined) return;
  const { model, kind, index } = entry;
  if (entries.some((other) => other.model === model && other.kind === parent)) return;
  refuse(['entries', index, 'kind'], {
    value: kind,
    problem: `${kind} is a part of ${parent}, which has no price for ${model}`,
    fix: `add an entry for ${parent} of ${model}`,
  });
}

/** The first of two entries says that it holds until a time, or both begin at once, with different prices. */
function refuseContradiction(before: PriceEntry, entry: PriceEntry, refuse: Refuse): void {
  if (before.price === entry.price) return;
  const until = before.to ?? (before.from === entry.from ? Number.POSITIVE_INFINITY : entry.from);
  if (until <= entry.from) return;
  const end = before.to === undefined ? '' : ` to ${formatInstant(before.to)}`;
  refuse(['entries', entry.index, 'from'], {
    value: formatInstant(entry.from),
    problem: `${formatInstant(entry.from)} is within entries[${before.index}], which says ${formatPrice(before.price)} from ${formatInstant(before.from)}${end}, and this one says ${formatPrice(entry.price)}`,
    fix: before.to === undefined ? 'remove one of them' : `begin at ${formatInstant(before.to)} or later`,
  });
}

/** Between two prices there is none. A tenant's own price may pause where there is one for all. */
function refuseGap(
  before: PriceEntry,
  entry: PriceEntry,
  entries: readonly PriceEntry[],
  refuse: Refuse,
): void {
  if (before.to === undefined || before.to >= entry.from) return;
  const isForAll = (other: PriceEntry) =>
    other.tenant === '' && other.model === entry.model && other.kind === entry.kind;
  const start = before.to;
  if (entry.tenant !== '' && entries.some((other) => isForAll(other) && other.from <= start)) return;
  refuse(['entries', entry.index, 'from'], {
    value: formatInstant(entry.from),
    problem: `${entry.kind} of ${entry.model} has no price from ${formatInstant(start)}, where entries[${before.index}] ends, to ${formatInstant(entry.from)}`,
    fix: `begin at ${formatInstant(start)}, or leave out to of entries[${before.index}]`,
  });
}
