import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import type { Bill } from '../../billing/bill';
import { focusCsv } from '../../billing/focus';
import { costOf, formatDecimal, parseAmount, parseDecimal, rounded } from '../../billing/money';
import { exampleBill, generatedBill } from './sample-bills';

const root = resolve(__dirname, '../..');
const json = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8'));

const csvOf = (bill: Bill) => focusCsv(bill, { provider: 'AI platform' });

/** Columns that FOCUS 1.2 requires whatever a provider offers. */
const REQUIRED = [
  ...['BilledCost', 'BillingAccountId', 'BillingAccountName', 'BillingCurrency', 'BillingPeriodEnd'],
  ...['BillingPeriodStart', 'ChargeCategory', 'ChargeClass', 'ChargeDescription', 'ChargePeriodEnd'],
  ...['ChargePeriodStart', 'ContractedCost', 'EffectiveCost', 'InvoiceIssuerName', 'ListCost'],
  ...['PricingQuantity', 'PricingUnit', 'ProviderName', 'PublisherName', 'ServiceCategory', 'ServiceName'],
];

/** Fields of a row; quotes within quotes are doubled. */
function fieldsOf(row: string): string[] {
  return [...row.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(
    ([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain,
  );
}

function rowsOf(csv: string): Record<string, string>[] {
  const [head = '', ...rows] = csv.trimEnd().split('\n');
  const columns = fieldsOf(head);
  return rows.map((row) => {
    const fields = fieldsOf(row);
    assert.equal(fields.length, columns.length, row);
    return Object.fromEntries(columns.map((column, index) => [column, fields[index] ?? '']));
  });
}

for (const [name, make] of Object.entries({ example: exampleBill, generated: generatedBill })) {
  describe(`the ${name} bill in the columns of FOCUS`, () => {
    test('is what the real focus-validator passed, but for its own defects [focus-validator]', async () => {
      const { bills } = json('tests/golden/focus-validation.json');
      const digest = createHash('sha256')
        .update(csvOf(await make()))
        .digest('hex');
      const advice = 'validate it again: node --import tsx scripts/check-focus.ts';
      assert.equal(digest, bills[name].sha256, advice);
      assert.ok(bills[name].passed > 200, `only ${bills[name].passed} rules passed`);
      const defects = json('scripts/focus-validator/defects.json');
      assert.deepEqual(
        bills[name].failed,
        defects.map(({ rule }: { rule: string }) => rule),
      );
    });

    test('has every column that is required, and columns of its own at the end', async () => {
      const [row] = rowsOf(csvOf(await make()));
      const columns = Object.keys(row ?? {});
      assert.deepEqual(
        REQUIRED.filter((column) => !columns.includes(column)),
        [],
      );
      const own = columns.findIndex((column) => column.startsWith('x_'));
      assert.ok(columns.slice(own).every((column) => column.startsWith('x_')));
      for (const column of ['ServiceProviderName', 'HostProviderName'])
        assert.ok(columns.includes(column), column);
    });

    test('has a row for each line, and sums that are the bill', async () => {
      const bill = await make();
      const rows = rowsOf(csvOf(bill));
      assert.equal(rows.length, bill.lines.length);
      for (const column of ['BilledCost', 'EffectiveCost', 'ContractedCost']) {
        const sum = rows.reduce((total, row) => total + (parseAmount(row[column] ?? '') ?? 0n), 0n);
        assert.equal(sum, bill.total, column);
      }
    });

    test('has costs that are quantity times unit price, rounded once', async () => {
      for (const row of rowsOf(csvOf(await make()))) {
        const tokens = parseDecimal(row.PricingQuantity ?? '', 6) ?? -1n;
        assert.equal(`${formatDecimal(tokens, 0)}.0`, row.ConsumedQuantity);
        for (const kind of ['List', 'Contracted']) {
          const price = parseDecimal(row[`${kind}UnitPrice`] ?? '', 12) ?? -1n;
          assert.equal(parseAmount(row[`${kind}Cost`] ?? ''), rounded(costOf(tokens, price)));
        }
      }
    });
  });
}

test('a tenant’s own price is the contracted one, and the one for all is the list price', async () => {
  const rows = rowsOf(csvOf(await exampleBill()));
  const own = rows.find((row) => row.SkuId === 'gemini-flash/output' && row.x_Tenant === 'research');
  assert.deepEqual([own?.ListUnitPrice, own?.ContractedUnitPrice], ['2.50', '2.00']);
  assert.deepEqual(JSON.parse(own?.Tags ?? ''), { tenant: 'research', owner: 'research@example.com' });
});

test('every defect of the validator has a reason', () => {
  for (const { rule, why } of json('scripts/focus-validator/defects.json')) {
    assert.match(rule, /^[A-Za-z]+-[A-Z]-\d+-[A-Z]$/);
    assert.ok(why.length > 40, rule);
  }
});
