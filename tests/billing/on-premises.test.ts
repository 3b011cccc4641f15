import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { makeBill } from '../../billing/bill';
import { billTable } from '../../billing/bill-table';
import { type GpuBill, loadGpuBills } from '../../billing/gpu-bill';
import { formatAmount, parseAmount } from '../../billing/money';
import { loadUnits, UNASSIGNED } from '../../billing/units';
import { usageOfRecords } from '../../billing/usage';
import type { UsageRecord } from '../../ledger/record';
import { at, bookOf, call, fileWith, mistakesOf, said } from './books';

const JUNE = { from: at('2026-06-01T00:00:00'), to: at('2026-07-01T00:00:00') };

const book = bookOf(
  'model: a, kind: input, from: 2026-01-01, pricePerMTok: 1',
  'model: a, kind: output, from: 2026-01-01, pricePerMTok: 3',
  'model: frontier, kind: input, from: 2026-01-01, pricePerMTok: 10',
  'model: frontier, kind: output, from: 2026-01-01, pricePerMTok: 30',
);

const gpuFile = (models: string, cost = '1000') =>
  fileWith(
    `currency: USD\nmonths:\n  - { month: 2026-06, cost: ${cost}, gpus: 8, source: a test, models: { ${models} } }\n`,
  );

const bills = (models: string, cost?: string) => loadGpuBills(gpuFile(models, cost), 'USD');

const billOf = (records: readonly UsageRecord[], gpuBills: readonly GpuBill[], period = JUNE) =>
  makeBill(usageOfRecords(records), { period, book, gpuBills });

const rows = ({ gpuCosts }: Awaited<ReturnType<typeof billOf>>) =>
  gpuCosts.map(({ model, workload, isIdle, allocated, used }) =>
    [model || '-', isIdle ? 'idle' : workload, formatAmount(allocated), formatAmount(used)].join(' '),
  );

const used = (workload: string, input: number, output = 0) => call({ workload, tokens: { input, output } });

test('GPUs are borne by what was used of their model; those without a model are idle', async () => {
  const bill = await billOf([used('w1', 3000), used('w2', 1000)], bills('a: { gpus: 4 }'));
  assert.deepEqual(rows(bill), ['a w1 375.00 375.00', 'a w2 125.00 125.00', '- idle 500.00 500.00']);
});

test('by usage, the time in which the GPUs did not work is idle', async () => {
  const bill = await billOf([used('w1', 3000), used('w2', 1000)], bills('a: { gpus: 4, busy: 0.4 }'));
  assert.deepEqual(rows(bill), [
    'a w1 375.00 150.00',
    'a w2 125.00 50.00',
    'a idle 0.00 300.00',
    '- idle 500.00 500.00',
  ]);
});

test('a token of output weighs as much more as it costs', async () => {
  const bill = await billOf([used('w1', 3000), used('w2', 0, 1000)], bills('a: { gpus: 8 }'));
  assert.deepEqual(rows(bill), ['a w1 500.00 500.00', 'a w2 500.00 500.00']);
});

test('a model that nobody used is idle', async () => {
  assert.deepEqual(rows(await billOf([], bills('a: { gpus: 2 }'))), [
    'a idle 250.00 250.00',
    '- idle 750.00 750.00',
  ]);
});

test('both ways add up to the GPU bill, to the last billionth', async () => {
  const weights = fc.array(fc.nat({ max: 10 ** 6 }), { minLength: 1, maxLength: 8 });
  const billionths = fc.bigInt({ min: 0n, max: 10n ** 14n });
  const gpus = fc.constantFrom('0.3', '1', '2.7', '8');
  await fc.assert(
    fc.asyncProperty(weights, billionths, gpus, fc.nat({ max: 999 }), async (tokens, cost, own, busy) => {
      const part = `0.${`${busy}`.padStart(3, '0')}`;
      const given = bills(`a: { gpus: ${own}, busy: ${part} }`, formatAmount(cost));
      const { gpuCosts } = await billOf(
        tokens.map((input, index) => used(`w${index}`, input)),
        given,
      );
      const sum = (of: 'allocated' | 'used') => gpuCosts.reduce((total, row) => total + row[of], 0n);
      assert.equal(sum('allocated'), cost);
      assert.equal(sum('used'), cost);
      assert.ok(gpuCosts.every((row) => row.allocated >= 0n && row.used >= 0n));
    }),
    { numRuns: 60 },
  );
});

test('what was saved is the same tokens at the frontier’s prices, less what the GPUs cost', async () => {
  const given = bills('a: { gpus: 4, comparedWith: frontier }');
  const { savings } = await billOf([used('w1', 100_000_000, 10_000_000)], given);
  assert.deepEqual(
    savings.map(({ model, comparedWith, frontier, cost, saved }) =>
      [model, comparedWith, ...[frontier, cost, saved].map((amount) => formatAmount(amount))].join(' '),
    ),
    // 100 million at 10 and 10 million at 30, less half of 1,000.
    ['a frontier 1300.00 500.00 800.00'],
  );
});

test('a month that is only partly in the period is left out, and said', async () => {
  const part = { from: JUNE.from, to: JUNE.to - 1 };
  assert.match(
    billTable(await billOf([], bills('a: { gpus: 4 }')), 'workload'),
    /No call began[\s\S]*│ idle +│/,
  );
  const bill = await billOf([used('w1', 1)], bills('a: { gpus: 4 }'), part);
  assert.deepEqual(bill.gpuCosts, []);
  assert.match(billTable(bill, 'workload'), /GPU bill of 2026-06: left out/);
});

test('refuses to compare with a model without a price', async () => {
  const failed = billOf([used('w1', 1)], bills('a: { gpus: 4, comparedWith: nothing }'));
  await assert.rejects(failed, /nothing: was used .* has no price/);
});

test('refuses GPU bills with mistakes, all at once', () => {
  const file = fileWith(
    [
      'currency: EUR',
      'months:',
      '  - { month: 2026-06, cost: 1, gpus: 3, source: a test, models: { a: { gpus: 2 }, b: { gpus: 1.5 } } }',
      '  - { month: 2026-06, cost: 1, gpus: 3, source: a test, models: {} }',
      '  - { month: 2026-13, cost: -1, gpus: 3, source: a test, models: { a: { gpus: 1, busy: 1.2 } } }',
    ].join('\n'),
  );
  assert.deepEqual(mistakesOf(() => loadGpuBills(file, 'USD')).map(said), [
    'currency: EUR is not the currency of the price book, USD (convert the costs to USD)',
    'months[0].gpus: is less than its models have together, or nothing (count every GPU that the cost is for)',
    'months[1].month: is there twice (add up the costs of the month)',
    'months[2].month: "2026-13" is not a month such as 2026-06',
    'months[2].cost: "-1" is not an amount such as 36000.00, with at most 9 digits after the point',
    'months[2].models.a.busy: "1.2" is not a part from 0 to 1 such as 0.42',
  ]);
  assert.equal(parseAmount('36000.00'), 36_000n * 10n ** 9n);
});

test('a workload belongs to the unit that names it, else to that of its tenant, else to none', () => {
  const units = loadUnits(
    fileWith(
      'units: { tools: { owner: t@example.com, workloads: [ide] }, lab: { owner: l@example.com, tenants: [acme] } }',
    ),
  );
  assert.equal(units.unitOf('ide', 'acme'), 'tools');
  assert.equal(units.unitOf('notebook', 'acme'), 'lab');
  assert.equal(units.unitOf('notebook', 'other'), UNASSIGNED);
  assert.equal(units.owners.get('lab'), 'l@example.com');
});

test('refuses a workload of two units, a unit without an owner, and the name of what belongs to none', () => {
  const text =
    'units:\n  a: { owner: x, workloads: [ide] }\n  b: { owner: x, workloads: [ide] }\n  unassigned: { owner: x }\n';
  assert.deepEqual(mistakesOf(() => loadUnits(fileWith(text))).map(said), [
    'units.b.workloads[0]: ide belongs to a too, and nothing is billed to two units (remove it from b or from a)',
    'units.unassigned: is the name of what belongs to no unit (choose another name)',
  ]);
  const [owner] = mistakesOf(() => loadUnits(fileWith('units: { a: { workloads: [ide] } }')));
  assert.equal(owner && said(owner), 'units.a.owner: is required: who answers for what the unit spends');
});
