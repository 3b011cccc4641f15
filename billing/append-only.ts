import type { Mistake } from '../base/mistake';
import { formatPrice } from './money';
import { formatInstant } from './period';
import type { PriceBook } from './price-book';
import type { PriceEntry } from './price-entry';

/**
 * What a newer version of a book changes about prices that were in force: bills of that time would no longer come out
 * the same. Prices that begin later may change, an entry may be given an end that is still to come, and a time that had
 * no price may get one.
 *
 * @param now The time up to which prices were in force.
 * @returns a mistake for each change; none when the book was only appended to
 */
export function rewritings(older: PriceBook, newer: PriceBook, file: string, now: number): Mistake[] {
  const mistakes: Mistake[] = [];
  const refuse = (path: string, problem: string, fix: string) => mistakes.push({ path, file, problem, fix });
  if (older.currency !== newer.currency) {
    refuse(
      'currency',
      `is ${newer.currency} and was ${older.currency}`,
      `keep a new book for ${newer.currency}`,
    );
  }
  for (const entry of older.entries.filter(({ from }) => from < now)) {
    const kept = newer.entries.filter((other) => isSame(entry, other, now));
    if (kept.length === 0) refuse(nameOf(entry), `was in force and is ${fateOf(entry, newer)}`, RESTORE);
  }
  for (const entry of newer.entries.filter(({ from }) => from < now)) {
    if (older.entries.some((other) => isSame(other, entry, now))) continue;
    const at = firstChange(older, newer, entry, now);
    if (at !== undefined && older.entries.every((other) => nameOf(other) !== nameOf(entry))) {
      const was = older.priceOf(entry.model, entry.kind, entry.tenant, at)?.price ?? 0n;
      refuse(
        nameOf(entry),
        `is new and changes the price at ${formatInstant(at)} from ${formatPrice(was)} to ${formatPrice(entry.price)}`,
        `begin at ${formatInstant(now)} or later`,
      );
    }
  }
  for (const [alias, model] of older.aliases) {
    if (newer.aliases.get(alias) === model) continue;
    refuse(`aliases.${alias}`, `was ${model} and is ${newer.aliases.get(alias) ?? 'gone'}`, RESTORE);
  }
  return mistakes;
}

const RESTORE = 'put it back as it was; append an entry that begins later for a new price';

function nameOf({ model, kind, tenant, from }: PriceEntry): string {
  return `${kind} of ${model}${tenant === '' ? '' : ` for ${tenant}`} from ${formatInstant(from)}`;
}

/** Whether an entry says the same about the time before `now`. */
function isSame(entry: PriceEntry, other: PriceEntry, now: number): boolean {
  const end = ({ to = Number.POSITIVE_INFINITY }: PriceEntry) => (to >= now ? 'open' : to);
  return (
    nameOf(entry) === nameOf(other) &&
    entry.price === other.price &&
    entry.currency === other.currency &&
    end(entry) === end(other)
  );
}

function fateOf(entry: PriceEntry, newer: PriceBook): string {
  const changed = newer.entries.find((other) => nameOf(other) === nameOf(entry));
  if (changed === undefined) return 'gone';
  if (changed.price !== entry.price) {
    return `changed from ${formatPrice(entry.price)} to ${formatPrice(changed.price)}`;
  }
  const end = ({ to }: PriceEntry) => (to === undefined ? 'open' : formatInstant(to));
  return `changed: its end was ${end(entry)} and is ${end(changed)}`;
}

/** The first time before `now` at which an entry gives a price that was another one. */
function firstChange(older: PriceBook, newer: PriceBook, entry: PriceEntry, now: number): number | undefined {
  const { model, kind, tenant, from, to = Number.POSITIVE_INFINITY } = entry;
  const end = Math.min(to, now);
  const times = [from, ...older.changes, ...newer.changes].filter((at) => at >= from && at < end);
  return times
    .sort((a, b) => a - b)
    .find((at) => {
      const was = older.priceOf(model, kind, tenant, at);
      return was !== undefined && was.price !== newer.priceOf(model, kind, tenant, at)?.price;
    });
}
