import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rewritings } from '../../billing/append-only';
import { formatPrice } from '../../billing/money';
import { loadPriceBook, priceBookText } from '../../billing/price-book';
import { at, bookFile, bookOf, fileWith, mistakesOf, said } from './books';

const INPUT = 'model: a, kind: input, from: 2026-01-01, pricePerMTok: 1';
const OUTPUT = 'model: a, kind: output, from: 2026-01-01, pricePerMTok: 4';

const refusals = (...entries: readonly string[]) => mistakesOf(() => bookOf(...entries)).map(said);

test('a price with and without quotes is the same, to its last digit', () => {
  const [plain, quoted] = ['0.123456789012', '"0.123456789012"'].map(
    (price) => bookOf(`model: a, kind: input, from: 2026-01-01, pricePerMTok: ${price}`).entries[0]?.price,
  );
  assert.equal(plain, 123_456_789_012n);
  assert.equal(quoted, plain);
});

test('JSON is a price book too', () => {
  const entry = { model: 'a', kind: 'input', from: '2026-01-01', pricePerMTok: 0.15, source: 'a test' };
  const book = loadPriceBook(fileWith(JSON.stringify({ currency: 'EUR', entries: [entry] }), 'prices.json'));
  assert.equal(book.currency, 'EUR');
  assert.equal(book.entries[0]?.price, 150_000_000_000n);
});

test('a later entry wins from its date on, to the millisecond', () => {
  const book = bookOf(INPUT, 'model: a, kind: input, from: 2026-06-15T14:30:00Z, pricePerMTok: 2');
  const price = (time: string) => formatPrice(book.priceOf('a', 'input', '', at(time))?.price ?? -1n);
  assert.equal(price('2026-06-15T14:29:59.999'), '1.00');
  assert.equal(price('2026-06-15T14:30:00'), '2.00');
  assert.equal(book.priceOf('a', 'input', '', at('2025-12-31T23:59:59.999')), undefined);
});

test('an end is the first moment without the price', () => {
  const book = bookOf('model: a, kind: input, from: 2026-01-01, to: 2026-07-01, pricePerMTok: 1');
  assert.ok(book.priceOf('a', 'input', '', at('2026-06-30T23:59:59')));
  assert.equal(book.priceOf('a', 'input', '', at('2026-07-01T00:00:00')), undefined);
});

test('a tenant has its own price, then the one for all; a part then has the price of the whole', () => {
  const book = bookOf(
    INPUT,
    'model: a, kind: input, tenant: acme, from: 2026-01-01, pricePerMTok: 0.5',
    'model: a, kind: cachedInput, from: 2026-01-01, pricePerMTok: 0.1',
    OUTPUT,
  );
  const price = (kind: 'cachedInput' | 'cacheWriteInput' | 'input' | 'reasoning', tenant: string) =>
    formatPrice(book.priceOf('a', kind, tenant, at('2026-06-01T00:00:00'))?.price ?? -1n);
  assert.equal(price('input', 'acme'), '0.50');
  assert.equal(price('input', 'other'), '1.00');
  assert.equal(price('cachedInput', 'acme'), '0.10');
  assert.equal(price('cacheWriteInput', 'acme'), '0.50');
  assert.equal(price('cacheWriteInput', 'other'), '1.00');
  assert.equal(price('reasoning', 'acme'), '4.00');
});

test('refuses every mistake at once, with its line, the value, what is allowed and the fix', () => {
  const file = bookFile(
    'model: a, kind: inputs, from: 2026-01-01, pricePerMTok: 1',
    'model: a, kind: output, from: 2026-02-30, pricePerMTok: -4',
    'model: a, kind: input, form: 2026-01-01, pricePerMTok: 1e3',
    'model: a, kind: reasoning, from: 2026-01-01, currency: EUR, pricePerMTok: 1',
  );
  const mistakes = mistakesOf(() => loadPriceBook(file));
  assert.deepEqual(mistakes.map(said), [
    'entries[0].kind: "inputs" is not a kind of token: input, cachedInput, cacheWriteInput, output, reasoning (did you mean input)',
    'entries[1].from: "2026-02-30" is not a date such as 2026-06-01 (midnight UTC), or a time such as 2026-06-01T14:30:00Z',
    'entries[1].pricePerMTok: "-4" is not a price of a million tokens such as 0.15, 0 or more, with at most 12 digits after the point',
    'entries[2].from: is required: a date such as 2026-06-01 (midnight UTC), or a time such as 2026-06-01T14:30:00Z',
    'entries[2].form: is not a field of this map, which has model, kind, tenant, from, to, currency, pricePerMTok and source (did you mean from)',
    'entries[2].pricePerMTok: "1e3" is not a price of a million tokens such as 0.15, 0 or more, with at most 12 digits after the point',
    'entries[3].kind: reasoning is a part of output, which has no price for a (add an entry for output of a)',
    'entries[3].currency: EUR is not the currency of the book, USD: amounts of two currencies have no sum (keep a book for each currency)',
  ]);
  assert.deepEqual(
    mistakes.map(({ line }) => line),
    [3, 4, 4, 5, 5, 5, 6, 6],
  );
  assert.ok(mistakes.every((mistake) => mistake.file === file));
});

test('refuses an entry within another that says until when it holds', () => {
  assert.deepEqual(
    refusals(
      'model: a, kind: input, from: 2026-01-01, to: 2026-07-01, pricePerMTok: 1',
      'model: a, kind: input, from: 2026-04-01, pricePerMTok: 2',
    ),
    [
      'entries[1].from: 2026-04-01 is within entries[0], which says 1.00 from 2026-01-01 to 2026-07-01, and this one says 2.00 (begin at 2026-07-01 or later)',
    ],
  );
});

test('refuses two prices from the same time on; the same price twice contradicts nothing', () => {
  assert.match(
    refusals(INPUT, `${INPUT}.5`)[0] ?? '',
    /entries\[1\]\.from: 2026-01-01 is within .*remove one of them/,
  );
  assert.deepEqual(refusals(INPUT, INPUT), []);
});

test('refuses a gap between two prices', () => {
  assert.deepEqual(
    refusals(
      'model: a, kind: input, from: 2026-01-01, to: 2026-02-01, pricePerMTok: 1',
      'model: a, kind: input, from: 2026-03-01, pricePerMTok: 2',
    ),
    [
      'entries[1].from: input of a has no price from 2026-02-01, where entries[0] ends, to 2026-03-01 (begin at 2026-02-01, or leave out to of entries[0])',
    ],
  );
});

test('a tenant’s own price may pause where there is one for all', () => {
  const own = [
    'model: a, kind: input, tenant: acme, from: 2026-01-01, to: 2026-02-01, pricePerMTok: 0.5',
    'model: a, kind: input, tenant: acme, from: 2026-03-01, pricePerMTok: 0.4',
  ];
  assert.deepEqual(refusals(INPUT, ...own), []);
  assert.equal(refusals(...own).length, 1);
});

test('refuses an end that is not after the beginning', () => {
  assert.deepEqual(refusals('model: a, kind: input, from: 2026-02-01, to: 2026-02-01, pricePerMTok: 1'), [
    'entries[0].to: 2026-02-01 is not after from, 2026-02-01 (use a later time, or leave it out: a price holds until a later entry begins)',
  ]);
});

test('refuses an alias of nothing, and one that would never be used', () => {
  const file = fileWith(
    `currency: USD\naliases: { a: b, c: d }\nentries:\n  - { source: a test, ${INPUT} }\n`,
  );
  assert.deepEqual(mistakesOf(() => loadPriceBook(file)).map(said), [
    'aliases.a: has prices of its own, so the alias would never be used (remove the alias or the prices)',
    'aliases.c: d has no prices (add entries for d, or name a model with prices)',
  ]);
});

test('refuses a file that is no price book', () => {
  assert.match(
    mistakesOf(() => loadPriceBook(fileWith('currency: [')))[0]?.problem ?? '',
    /^malformed YAML: /,
  );
  const [alias] = mistakesOf(() => loadPriceBook(fileWith('currency: *nothing\nentries: []\n')));
  assert.match(alias?.problem ?? '', /^malformed YAML: unresolved alias/);
  const empty = mistakesOf(() => loadPriceBook(fileWith('')));
  assert.match(empty[0]?.problem ?? '', /is not a price book: a map with currency and entries$/);
  const [currency] = mistakesOf(() => loadPriceBook(fileWith('currency: Dollar\nentries: []\n')));
  assert.equal(currency?.problem, '"Dollar" is not a currency of ISO 4217 such as USD or EUR');
});

test('a book is written as it is read', () => {
  const book = bookOf(
    INPUT,
    'model: "a: b", kind: input, tenant: acme, from: 2026-01-01T10:00:00Z, pricePerMTok: 0.075',
  );
  const again = loadPriceBook(fileWith(priceBookText(book)));
  assert.deepEqual(again.entries, book.entries);
});

/** What is refused of a change of a book on 1 June 2026. */
const changes = (older: readonly string[], newer: readonly string[]) =>
  rewritings(bookOf(...older), bookOf(...newer), 'prices.yaml', at('2026-06-01T00:00:00')).map(said);

test('a book may get later entries, an end that is still to come, and a price for a time that had none', () => {
  const later = 'model: a, kind: input, from: 2026-07-01, pricePerMTok: 2';
  assert.deepEqual(changes([INPUT], [INPUT, later]), []);
  assert.deepEqual(changes([INPUT], [`${INPUT}, to: 2026-08-01`]), []);
  assert.deepEqual(changes([INPUT], [INPUT, OUTPUT]), []);
  assert.deepEqual(changes([INPUT, later], [INPUT, later.replace('2026-07-01', '2026-09-01')]), []);
});

const RESTORE = 'put it back as it was; append an entry that begins later for a new price';

test('refuses to change, to remove and to end an entry that was in force', () => {
  assert.deepEqual(changes([INPUT], [`${INPUT}.5`]), [
    `input of a from 2026-01-01: was in force and is changed from 1.00 to 1.50 (${RESTORE})`,
  ]);
  assert.deepEqual(changes([INPUT, OUTPUT], [INPUT]), [
    `output of a from 2026-01-01: was in force and is gone (${RESTORE})`,
  ]);
  assert.deepEqual(changes([INPUT], [`${INPUT}, to: 2026-05-01`]), [
    `input of a from 2026-01-01: was in force and is changed: its end was open and is 2026-05-01 (${RESTORE})`,
  ]);
});

test('refuses a new entry that changes what calls of the past cost', () => {
  assert.deepEqual(changes([INPUT], [INPUT, 'model: a, kind: input, from: 2026-05-01, pricePerMTok: 2']), [
    'input of a from 2026-05-01: is new and changes the price at 2026-05-01 from 1.00 to 2.00 (begin at 2026-06-01 or later)',
  ]);
  const own = 'model: a, kind: cachedInput, tenant: acme, from: 2026-05-01, pricePerMTok: 0.1';
  assert.deepEqual(changes([INPUT], [INPUT, own]), [
    'cachedInput of a for acme from 2026-05-01: is new and changes the price at 2026-05-01 from 1.00 to 0.10 (begin at 2026-06-01 or later)',
  ]);
});
