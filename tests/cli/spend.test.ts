import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { at, bookFile, call } from '../billing/books';
import { officeWeeks } from '../billing/series';
import { newFolder } from '../local/scratch';
import { vcfAi } from './command';

const root = resolve(__dirname, '../..');
const START = at('2026-06-01T00:00:00');
const SPIKE = 3 * 168 + 34;

/** A file with one call an hour for four weeks, of which one hour has three times as many tokens. */
function records(): string {
  const file = join(newFolder(), 'records.jsonl');
  const lines = officeWeeks(4, { seed: 7 }).map((level, hour) =>
    JSON.stringify(
      call({
        id: `hour-${hour}`,
        startedAt: START + hour * 3_600_000 + 60_000,
        workload: 'ide',
        tokens: { input: Math.round(level * 10_000) * (hour === SPIKE ? 3 : 1), output: 0 },
      }),
    ),
  );
  writeFileSync(file, lines.join('\n'));
  return file;
}

const given = [
  ...[
    '--prices',
    bookFile(
      'model: a, kind: input, from: 2026-01-01, pricePerMTok: 1',
      'model: a, kind: output, from: 2026-01-01, pricePerMTok: 1',
    ),
  ],
  ...['--records', records(), '--from', '2026-06-01', '--to', '2026-06-29'],
];

const spend = (...args: string[]) => vcfAi(root, 'bill', ...args);

test('vcf-ai bill forecast says what days will cost, and how far it would have been off', async () => {
  const { code, text, stdout } = await spend('forecast', ...given, '--days', '7', '--json');
  assert.equal(code, 0, text);
  const { daily, total, currency, backTestError } = JSON.parse(stdout);
  assert.deepEqual([daily.length, daily[0].day, currency], [7, '2026-06-29', 'USD']);
  const lastWeek = officeWeeks(4, { seed: 7 }).slice(3 * 168);
  const actual = lastWeek.reduce((sum, level) => sum + level / 100, 0);
  assert.ok(Math.abs(total - actual) / actual < 0.15, `${total} and ${actual}`);
  assert.ok(backTestError < 0.5);
  const table = await spend('forecast', ...given, '--days', '2');
  assert.match(table.stdout, /│ 2026-06-30 │ +\d+\.\d\d │[\s\S]*USD in 2 days; growth -?\d+\.\d % a week/);
});

test('vcf-ai bill anomalies names the hour and the workload, and exits with 1', async () => {
  const { code, stdout } = await spend('anomalies', ...given, '--by', 'workload', '--json');
  assert.equal(code, 1);
  const { anomalies } = JSON.parse(stdout);
  assert.deepEqual(
    anomalies.map(({ hour, name }: { hour: string; name: string }) => `${hour} ${name}`),
    ['2026-06-23T10:00Z all', '2026-06-23T10:00Z ide'],
  );
  const quiet = given.with(-1, '2026-06-23');
  const before = await spend('anomalies', ...quiet);
  assert.deepEqual(
    [before.code, before.stdout],
    [0, '✓ no hour is unlike the same hour of the weeks before'],
  );
});

test('refuses too few weeks, units, and a number of days that is none', async () => {
  const short = await spend('forecast', ...given.with(-1, '2026-06-14'));
  assert.equal(short.code, 1);
  assert.match(short.text, /2026-06-01 to 2026-06-14 is not 2 weeks of whole hours, or more/);
  const unit = await spend('anomalies', ...given, '--by', 'unit');
  assert.match(unit.text, /--by: unit is for bills \(use workload, tenant or model\)/);
  const days = await spend('forecast', ...given, '--days', 'many');
  assert.match(days.text, /--days: many is not a number of days/);
  assert.deepEqual([unit.code, days.code], [1, 1]);
});
