import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { makeBill } from '../../billing/bill';
import { billCsv, billJson } from '../../billing/bill-data';
import { billTable } from '../../billing/bill-table';
import { focusCsv } from '../../billing/focus';
import { GROUPINGS, groupsOf } from '../../billing/groups';
import { sumOf } from '../../billing/lines';
import { formatAmount, parseAmount } from '../../billing/money';
import type { PriceBook } from '../../billing/price-book';
import { type Usage, type UsageSource, usageOfRecords } from '../../billing/usage';
import type { UsageRecord } from '../../ledger/record';
import { at, bookOf, call, mistakesOf, said } from './books';

const JUNE = { from: at('2026-06-01T00:00:00'), to: at('2026-07-01T00:00:00') };

const book = bookOf(
  'model: a, kind: input, from: 2026-01-01, pricePerMTok: 0.0375',
  'model: a, kind: cachedInput, from: 2026-01-01, pricePerMTok: 0.0099',
  'model: a, kind: output, from: 2026-01-01, pricePerMTok: 0.1234567',
  'model: a, kind: output, from: 2026-06-15T14:30:00Z, pricePerMTok: 0.2',
  'model: b, kind: input, from: 2026-01-01, pricePerMTok: 0.07',
  'model: b, kind: input, tenant: t1, from: 2026-01-01, pricePerMTok: 0.0333',
  'model: b, kind: output, from: 2026-01-01, pricePerMTok: 1.1',
);

const billOf = (records: readonly UsageRecord[], given: { period?: typeof JUNE; book?: PriceBook } = {}) =>
  makeBill(usageOfRecords(records), { period: JUNE, book, ...given });

const count = fc.nat({ max: 100_000 });

/** Calls of June by a few workloads and tenants. */
const records = fc.array(
  fc
    .record({
      startedAt: fc.integer({ min: JUNE.from, max: JUNE.to - 1 }),
      workload: fc.constantFrom('w1', 'w2', 'w3'),
      tenant: fc.constantFrom('t1', 't2'),
      modelAnswered: fc.constantFrom('a', 'b'),
      ending: fc.constantFrom('whole', 'left', 'failed'),
      tokens: fc.record({ input: count, cachedInput: count, output: count, reasoning: count }),
    })
    .map((given): UsageRecord => call(given)),
  { maxLength: 60 },
);

test('the sums of every grouping are the total, to the last billionth [bill-groupings]', async () => {
  await fc.assert(
    fc.asyncProperty(records, async (calls) => {
      const bill = await billOf(calls);
      assert.equal(sumOf(bill.lines), bill.total);
      for (const by of GROUPINGS) assert.equal(sumOf(groupsOf(bill, by)), bill.total, by);
      const billed = bill.lines.reduce((sum, { tokens }) => sum + Number(tokens), 0);
      const used = calls
        .filter(({ ending }) => ending !== 'failed')
        .reduce((sum, { tokens }) => sum + (tokens.input ?? 0) + (tokens.output ?? 0), 0);
      assert.equal(billed, used, 'every token is on one line');
    }),
    { numRuns: 60 },
  );
});

/** Prices of the book above in 10^-12, by hand. */
function priceByHand({ startedAt, modelAnswered, tenant }: UsageRecord) {
  const isLate = startedAt >= at('2026-06-15T14:30:00');
  if (modelAnswered === 'a') {
    return {
      input: 37_500_000_000n,
      cached: 9_900_000_000n,
      output: isLate ? 200_000_000_000n : 123_456_700_000n,
    };
  }
  const input = tenant === 't1' ? 33_300_000_000n : 70_000_000_000n;
  return { input, cached: input, output: 1_100_000_000_000n };
}

test('a bill is what all calls cost by hand, but for half a billionth a line', async () => {
  await fc.assert(
    fc.asyncProperty(records, async (calls) => {
      const exact = calls
        .filter(({ ending }) => ending !== 'failed')
        .reduce((sum, one) => {
          const { input, cached, output } = priceByHand(one);
          const { tokens } = one;
          const hits = BigInt(Math.min(tokens.cachedInput ?? 0, tokens.input ?? 0));
          const fresh = BigInt(tokens.input ?? 0) - hits;
          return sum + fresh * input + hits * cached + BigInt(tokens.output ?? 0) * output;
        }, 0n);
      const { total, lines } = await billOf(calls);
      const off = total * 10n ** 9n - exact;
      assert.ok((off < 0n ? -off : off) * 2n <= BigInt(lines.length) * 10n ** 9n);
    }),
    { numRuns: 60 },
  );
});

test('bills of consecutive days add up to the bill of all of them', async () => {
  const middle = at('2026-06-11T00:00:00');
  await fc.assert(
    fc.asyncProperty(records, async (calls) => {
      const [all, first, second] = await Promise.all([
        billOf(calls),
        billOf(calls, { period: { from: JUNE.from, to: middle } }),
        billOf(calls, { period: { from: middle, to: JUNE.to } }),
      ]);
      assert.equal(first.total + second.total, all.total);
    }),
    { numRuns: 30 },
  );
});

test('the order of the records changes no byte of any format', async () => {
  await fc.assert(
    fc.asyncProperty(records, async (calls) => {
      const texts = (bill: Awaited<ReturnType<typeof billOf>>) => [
        billTable(bill, 'unit'),
        billCsv(bill),
        billJson(bill, 'tenant'),
        focusCsv(bill, { provider: 'AI platform' }),
      ];
      assert.deepEqual(texts(await billOf([...calls].reverse())), texts(await billOf(calls)));
    }),
    { numRuns: 20 },
  );
});

/** A source that sums up calls between the cuts, as a store does. */
function summedUp(calls: readonly UsageRecord[]): UsageSource {
  return {
    async *usage({ from, to }, cuts) {
      const sums = new Map<string, Usage & { calls: number }>();
      for (const {
        startedAt,
        workload,
        tenant,
        modelAsked,
        modelAnswered,
        ending,
        attempts,
        tokens,
      } of calls) {
        if (startedAt < from || startedAt >= to) continue;
        const start = cuts.findLast((cut) => cut <= startedAt) ?? from;
        const key = [start, workload, tenant, modelAnswered, ending, Object.keys(tokens)].join();
        const sum = sums.get(key);
        const add = (name: keyof typeof tokens) => (tokens[name] ?? 0) + (sum?.tokens[name] ?? 0);
        const names = Object.keys(tokens) as (keyof typeof tokens)[];
        sums.set(key, {
          ...{ startedAt: start, workload, tenant, modelAsked, modelAnswered, ending },
          calls: 1 + (sum?.calls ?? 0),
          attempts: attempts + (sum?.attempts ?? 0),
          tokens: Object.fromEntries(names.map((name) => [name, add(name)])),
        });
      }
      yield* sums.values();
    },
  };
}

test('a source that sums up between the cuts gives the same bill as every call alone', async () => {
  await fc.assert(
    fc.asyncProperty(records, async (calls) => {
      const sound = calls.map((one) => ({ ...one, tokens: { input: one.tokens.input ?? 0, output: 7 } }));
      const summed = await makeBill(summedUp(sound), { period: JUNE, book });
      assert.equal(billJson(summed, 'model'), billJson(await billOf(sound), 'model'));
    }),
    { numRuns: 30 },
  );
});

test('a price that changes in mid-hour applies by the start of the call', async () => {
  const tokens = { input: 0, output: 1_000_000 };
  const bill = await billOf([
    call({ startedAt: at('2026-06-15T14:29:59.999'), durationMs: 60_000, tokens }),
    call({ startedAt: at('2026-06-15T14:30:00'), tokens }),
  ]);
  assert.deepEqual(
    bill.lines.map(({ amount }) => formatAmount(amount)),
    ['0.1234567', '0.20'],
  );
});

test('a line is rounded once, not each of its calls', async () => {
  const cheap = bookOf('model: a, kind: input, from: 2026-01-01, pricePerMTok: 0.0004');
  // Each call alone would be 0.4 billionths, and so 0.
  const calls = Array.from({ length: 10 }, () => call({ tokens: { input: 1 } }));
  const { total } = await billOf(calls, { book: cheap });
  assert.equal(total, 4n);
});

test('the end of the period is excluded, its beginning is not', async () => {
  const starts = [JUNE.from - 1, JUNE.from, JUNE.to - 1, JUNE.to];
  const bill = await billOf(starts.map((startedAt) => call({ startedAt })));
  assert.equal(
    bill.calls.reduce((sum, { calls }) => sum + calls, 0),
    2,
  );
});

test('what is not billed is counted by its reason', async () => {
  const bill = await billOf([
    call({ ending: 'refused', attempts: 0, tokens: {} }),
    call({ ending: 'failed', attempts: 3, tokens: { input: 40 } }),
    call({ ending: 'left', tokens: {} }),
    call({ attempts: 2 }),
    call({ tokens: {} }),
  ]);
  assert.deepEqual(bill.notBilled, [
    { why: 'refused', calls: 1, tokens: 0 },
    { why: 'failed', calls: 1, tokens: 40 },
    { why: 'retried', calls: 3, tokens: 0 },
    { why: 'leftUncounted', calls: 1, tokens: 0 },
    { why: 'uncounted', calls: 1, tokens: 0 },
  ]);
  assert.equal(sumOf(bill.platform), parseAmount('0.0000015'), '40 tokens at 0.0375 a million');
});

test('a period without calls is said', async () => {
  const bill = await billOf([]);
  assert.equal(bill.total, 0n);
  assert.match(billTable(bill, 'workload'), /No call began in this time\./);
});

test('refuses to bill a model without a price, and says what to add; it is never free', async () => {
  const calls = [
    call({ modelAnswered: 'c', startedAt: at('2026-06-03T10:00:00'), tokens: { input: 5, output: 6 } }),
    call({ modelAnswered: 'c', startedAt: at('2026-06-02T10:00:00'), tokens: { input: 5 } }),
    call({ modelAnswered: 'd', startedAt: at('2026-06-03T10:00:00'), tokens: { input: 1 } }),
  ];
  const error = await billOf(calls).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  const mistakes = mistakesOf(() => {
    throw error;
  });
  assert.deepEqual(mistakes.map(said), [
    'c: was used from 2026-06-02T10:00:00Z on and has no price then for input and output: 16 tokens (add entries for c from 2026-06-02 or earlier; where it is another name of a model with prices, add it to aliases)',
    'd: was used from 2026-06-03T10:00:00Z on and has no price then for input: 1 tokens (add entries for d from 2026-06-03 or earlier; where it is another name of a model with prices, add it to aliases)',
  ]);
});

test('a table shows amounts that add up as they are shown', async () => {
  const bill = await billOf([
    call({ workload: 'w1', tokens: { input: 1, output: 0 } }),
    call({ workload: 'w2', tokens: { input: 0, output: 1_000_000 } }),
  ]);
  const shown = [...billTable(bill, 'workload').matchAll(/│ +([\d.]+) │$/gm)].map(
    ([, amount = '']) => amount,
  );
  assert.equal(shown.length, 3);
  const amounts = shown.map((text) => parseAmount(text) ?? -1n);
  assert.equal((amounts[0] ?? 0n) + (amounts[1] ?? 0n), amounts[2]);
  assert.equal(new Set(shown.map((text) => text.split('.')[1]?.length)).size, 1, shown.join());
});
