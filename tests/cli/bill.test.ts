import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import execa from 'execa';
import { parseAmount } from '../../billing/money';
import { newFolder } from '../local/scratch';
import { vcfAi } from './command';

const root = resolve(__dirname, '../..');

/** The example of chargeback, and the command in its folder. */
function chargeback() {
  const folder = newFolder();
  cpSync(join(root, 'examples/chargeback'), folder, { recursive: true });
  const run = (...args: string[]) => vcfAi(folder, ...args);
  const files = ['--prices', 'prices.yaml', '--records', 'records.jsonl'];
  const june = ['--from', '2026-06-01', '--to', '2026-07-01'];
  const bill = (...args: string[]) => run('bill', ...june, ...files, ...args);
  return { folder, run, bill, files, june };
}

const UNITS = ['--units', 'units.yaml'];

test('vcf-ai bill prints what each workload costs, and what is not billed and why [bill-command]', async () => {
  const { code, stdout, stderr } = await chargeback().bill();
  assert.equal(code, 0, stderr);
  assert.equal(stderr, '');
  // 3,000 at 0.15 and 700 at 0.50 a million.
  assert.match(stdout, /│ terminal-bench-ci +│ +1 │ +3,000 │ +0 │ +700 │ +0 │ 0\.0008000 │/);
  assert.match(stdout, /leftUncounted: 1: /);
  assert.match(stdout, /borne by the platform: 0\.00006 USD for failed calls/);
});

test('by workload, tenant, model and unit, as CSV, JSON and FOCUS, the sum is the same', async () => {
  const { bill } = chargeback();
  const { total, payable, groups } = JSON.parse((await bill('--json')).stdout);
  const nanos = (text: string) => parseAmount(text) ?? -1n;
  const sum = (texts: readonly string[]) => texts.reduce((all, text) => all + nanos(text), 0n);
  assert.equal(sum(groups.map(({ amount }: { amount: string }) => amount)), nanos(total));
  assert.equal(payable, '0.01');
  for (const args of [
    ['--by', 'workload'],
    ['--by', 'tenant'],
    ['--by', 'model'],
    ['--by', 'unit', ...UNITS],
    [],
  ]) {
    const rows = (await bill('--format', 'csv', ...args)).stdout.split('\n').slice(1);
    const amounts = rows.flatMap((row) => /(?<=,)\d+\.\d{9}(?=,|$)/.exec(row)?.[0] ?? []);
    assert.equal(amounts.length, rows.length);
    assert.equal(sum(amounts), nanos(total), args.join(' '));
  }
  const [head = '', ...rows] = (await bill('--format', 'focus', ...UNITS)).stdout.split('\n');
  assert.equal(head.split(',')[0], 'BilledCost');
  assert.equal(sum(rows.map((row) => row.split(',')[0] ?? '')), nanos(total));
});

test('a rerun into a file is the same to the byte', async () => {
  const { folder, bill } = chargeback();
  for (const format of ['table', 'csv', 'json', 'focus']) {
    const [first, second] = ['first', 'second'].map((name) => join(folder, `${name}.${format}`));
    assert.ok(first !== undefined && second !== undefined);
    for (const out of [first, second]) {
      const { code, stdout } = await bill('--format', format, ...UNITS, '--out', out);
      assert.deepEqual([code, stdout], [0, '']);
    }
    assert.deepEqual(readFileSync(second), readFileSync(first));
  }
});

test('with GPU bills it shows what is borne by whom, what is idle, and what was saved', async () => {
  const { stdout } = await chargeback().bill(...UNITS, '--gpu-bills', 'gpu-bills.yaml', '--by', 'unit');
  assert.match(stdout, /│ developer-tools +│ dev-tools@example\.com │ +3 │/);
  assert.match(stdout, /│ 2026-06 +│ \(no model\) +│ idle +│ +5400\.0+ │ +5400\.0+ │/);
  assert.match(stdout, /│ total +│ +│ +│ 21600\.0+ │ 21600\.0+ │/);
  assert.match(stdout, /gpt-oss-120b: \S+ at the prices of gemini-flash, less 10800\.00 for its GPUs/);
});

test('refuses a model without a price with exit code 1, and prints no bill', async () => {
  const { folder, bill } = chargeback();
  const file = join(folder, 'prices.yaml');
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace('  gemini-2.5-flash: gemini-flash\n', '  other: gemini-flash\n'),
  );
  const { code, text, stdout } = await bill();
  assert.deepEqual([code, stdout], [1, ''], text);
  assert.match(text, /nothing is billed, because a model without a price is not free/);
  assert.match(text, /gemini-2\.5-flash: was used from 2026-06-16T08:00:00Z on .* 6434 tokens \(add entries/);
});

test('refuses a period that is none, files that are not there, and a format that it does not know', async () => {
  const { run, files } = chargeback();
  const wrong = await run('bill', '--from', '2026-06-31', '--to', 'July', ...files);
  assert.equal(wrong.code, 1);
  assert.match(wrong.text, /--from: "2026-06-31" is not a date such as/);
  assert.match(wrong.text, /--to: "July" is not a date such as/);
  const empty = await run('bill', '--from', '2026-07-01', '--to', '2026-07-01', ...files);
  assert.match(empty.text, /2026-07-01 is not after --from 2026-07-01 \(the end is excluded/);
  assert.equal(empty.code, 1);
  const absent = await run(
    'bill',
    '--from',
    '2026-06-01',
    '--to',
    '2026-07-01',
    '--prices',
    'a',
    '--records',
    'b',
  );
  assert.equal(absent.code, 1);
  assert.match(absent.text, /--prices: there is no file a .*\n.*--records: there is no file b/);
  const format = await chargeback().bill('--format', 'xml');
  assert.match(format.text, /Allowed choices are table, csv, json, focus/);
  const focus = await chargeback().bill('--format', 'focus', '--by', 'model');
  assert.match(focus.text, /--by: FOCUS has a row for each line of a bill, and no totals/);
  assert.equal(focus.code, 1);
  assert.ok(!/^ +at /m.test(wrong.text), 'no stack trace');
});

test('loads neither Pulumi nor cdk8s', async () => {
  const loaded = `
    require('${root}/cli/bill.ts');
    console.log(Object.keys(require.cache).filter((file) => /node_modules\\/(@pulumi|cdk8s)/.test(file)).length);`;
  const { stdout } = await execa(process.execPath, ['--import', require.resolve('tsx'), '-e', loaded]);
  assert.equal(stdout, '0');
});
