import { TOKEN_KINDS, type TokenKind } from '../ledger/record';
import { loadDocument, type Refuse } from './document';
import { grouped } from './grouped';
import { formatPrice, parsePrice } from './money';
import { formatInstant, type Period, parseInstant } from './period';
import { refuseEntries } from './price-book-checks';
import { type EntryDocument, priceBookSchema } from './price-book-document';
import { PARENTS, type PriceEntry } from './price-entry';

/** An entry, and when it really applies: until its end or the next of the same model, kind and tenant. */
interface Applied extends Period {
  readonly entry: PriceEntry;
}

const keyOf = (model: string, kind: TokenKind, tenant: string) => [model, kind, tenant].join('\0');

/** The prices of a model for a tenant. */
export class Prices {
  /** @param candidates Entries of each kind in the order in which they are asked; those of the same key never overlap. */
  constructor(private readonly candidates: ReadonlyMap<TokenKind, readonly Applied[]>) {}

  /**
   * The price of a kind of token at a time: the tenant's own, else the one for all; where a part has neither, that of
   * the whole. Undefined when there is none.
   */
  at(kind: TokenKind, time: number): PriceEntry | undefined {
    for (const { from, to, entry } of this.candidates.get(kind) ?? []) {
      if (from <= time && time < to) return entry;
    }
    return undefined;
  }
}

const parentOf = (kind: TokenKind): TokenKind[] => {
  const parent = PARENTS[kind];
  return parent === undefined ? [] : [parent];
};

/** Dated prices, of which the one applies that was in force when a call began. */
export class PriceBook {
  private readonly applied: ReadonlyMap<string, readonly Applied[]>;
  readonly models: ReadonlySet<string>;
  private readonly prices = new Map<string, Map<string, Prices>>();

  constructor(
    readonly currency: string,
    readonly entries: readonly PriceEntry[],
    readonly aliases: ReadonlyMap<string, string> = new Map(),
  ) {
    this.applied = appliedEntries(entries);
    this.models = new Set(entries.map(({ model }) => model));
  }

  /** The name under which a model has its prices. */
  pricedName(model: string): string {
    return this.models.has(model) ? model : (this.aliases.get(model) ?? model);
  }

  /** {@link Prices.at} of a model for a tenant. */
  priceOf(model: string, kind: TokenKind, tenant: string, at: number): PriceEntry | undefined {
    return this.pricesOf(model, tenant).at(kind, at);
  }

  /** The prices of a model for a tenant; remembered, because a bill asks a million times for the same few. */
  pricesOf(model: string, tenant: string): Prices {
    const byTenant = this.prices.get(model) ?? new Map<string, Prices>();
    if (byTenant.size === 0) this.prices.set(model, byTenant);
    const known = byTenant.get(tenant);
    if (known !== undefined) return known;
    const own = (kind: TokenKind) =>
      [keyOf(model, kind, tenant), keyOf(model, kind, '')].flatMap((key) => this.applied.get(key) ?? []);
    const prices = new Prices(
      new Map(TOKEN_KINDS.map((kind) => [kind, [...own(kind), ...parentOf(kind).flatMap(own)]])),
    );
    byTenant.set(tenant, prices);
    return prices;
  }

  /** Every time at which a price begins or ends. */
  get changes(): number[] {
    const times = [...this.applied.values()].flat().flatMap(({ from, to }) => [from, to]);
    return [...new Set(times.filter(Number.isFinite))].sort((a, b) => a - b);
  }
}

function appliedEntries(entries: readonly PriceEntry[]): Map<string, Applied[]> {
  const groups = grouped(entries, ({ model, kind, tenant }) => keyOf(model, kind, tenant));
  for (const [key, group] of groups) {
    groups.set(
      key,
      [...group].sort((a, b) => a.from - b.from || a.index - b.index),
    );
  }
  return new Map(
    [...groups].map(([key, group]) => [
      key,
      group.map((entry, position) => {
        const next = group[position + 1]?.from ?? Number.POSITIVE_INFINITY;
        return { entry, from: entry.from, to: Math.min(entry.to ?? next, next) };
      }),
    ]),
  );
}

/**
 * Reads a price book in YAML or JSON.
 *
 * @throws PlatformError with every mistake in it
 */
export function loadPriceBook(file: string): PriceBook {
  const { content, isUnsound, refuse, finish } = loadDocument(file, priceBookSchema);
  const written = Array.isArray(content?.entries) ? content.entries : [];
  const currency = content?.currency;
  const entries = written.flatMap((entry, index) =>
    isUnsound(['entries', index]) ? [] : [entryOf(entry, index, currency)],
  );
  refuseEntries(entries, currency, refuse);
  const aliases = new Map(isUnsound(['aliases']) ? [] : Object.entries(content?.aliases ?? {}));
  refuseAliases(aliases, entries, refuse);
  finish();
  return new PriceBook(currency, entries, aliases);
}

function entryOf(entry: EntryDocument, index: number, currency: string): PriceEntry {
  const { model, kind, tenant = '', from, to, pricePerMTok, source } = entry;
  return {
    ...{ index, model, kind, tenant, source, currency: entry.currency ?? currency },
    from: parseInstant(from) ?? Number.NaN,
    ...(to !== undefined && { to: parseInstant(to) ?? Number.NaN }),
    price: parsePrice(pricePerMTok) ?? 0n,
  };
}

function refuseAliases(
  aliases: ReadonlyMap<string, string>,
  entries: readonly PriceEntry[],
  refuse: Refuse,
): void {
  const models = new Set(entries.map(({ model }) => model));
  for (const [alias, model] of aliases) {
    if (models.has(alias)) {
      refuse(['aliases', alias], {
        problem: 'has prices of its own, so the alias would never be used',
        fix: 'remove the alias or the prices',
      });
    } else if (!models.has(model)) {
      refuse(['aliases', alias], {
        value: model,
        problem: `${model} has no prices`,
        fix: `add entries for ${model}, or name a model with prices`,
      });
    }
  }
}

/** A price book as YAML, in the order of its entries; what {@link loadPriceBook} reads as the same. */
export function priceBookText({ currency, aliases, entries }: PriceBook): string {
  const lines = [`currency: ${currency}`];
  if (aliases.size > 0) {
    lines.push('aliases:', ...[...aliases].map(([from, to]) => `  ${quoted(from)}: ${quoted(to)}`));
  }
  return `${[...lines, 'entries:', ...entries.map(entryText)].join('\n')}\n`;
}

function entryText({ model, kind, tenant, from, to, price, source }: PriceEntry): string {
  const fields = {
    model: quoted(model),
    kind,
    ...(tenant !== '' && { tenant: quoted(tenant) }),
    from: formatInstant(from),
    ...(to !== undefined && { to: formatInstant(to) }),
    pricePerMTok: `"${formatPrice(price)}"`,
    source: quoted(source),
  };
  const written = Object.entries(fields).map(([field, value]) => `${field}: ${value}`);
  return `  - { ${written.join(', ')} }`;
}

/** JSON's strings are YAML's. */
const quoted = (text: string) => (/^[A-Za-z][\w./@-]*$/.test(text) ? text : JSON.stringify(text));
