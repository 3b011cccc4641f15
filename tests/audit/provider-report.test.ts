import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { csvRows } from '../../audit/csv';
import { readProviderReports } from '../../audit/provider-report';
import { csvText } from '../../billing/csv';
import { Recorder } from '../../local/stand-ins/recorder';
import { at, fileWith, mistakesOf, said } from '../billing/books';
import { newFolder } from '../local/scratch';

const DAY = { from: at('2026-06-01T00:00:00'), to: at('2026-06-02T00:00:00') };
const same = (model: string) => model;
const read = (file: string, period = DAY) => readProviderReports([file], period, same);
const HEAD = 'from,to,model,kind,tokens\n';

const CSV = `${HEAD}2026-06-01,2026-06-01T12:00:00Z,gemini-2.5-flash,input,1200
2026-06-01,2026-06-01T12:00:00Z,gemini-2.5-flash,requests,3
2026-06-01T12:00:00Z,2026-06-02,gemini-2.5-flash,input,34
2026-06-01,2026-06-02,gemini-2.5-flash,output,56
`;

test('the rows of a report are added up by model and kind, from CSV and from JSON alike', () => {
  const told = { tokens: { input: 1234, output: 56 }, requests: 3 };
  const [, ...rows] = csvRows(CSV);
  const json = rows.map(([from, to, model, kind, tokens]) => ({
    from,
    to,
    model,
    kind,
    tokens: Number(tokens),
  }));
  for (const file of [fileWith(CSV, 'report.csv'), fileWith(JSON.stringify(json), 'report.json')]) {
    const { models, doubts } = read(file);
    assert.deepEqual([...models], [['gemini-2.5-flash', told]]);
    assert.equal(doubts.size, 0);
  }
  const renamed = readProviderReports([fileWith(CSV, 'report.csv')], DAY, () => 'gemini-flash');
  assert.deepEqual([...renamed.models.keys()], ['gemini-flash']);
});

test('what a stand-in of a cloud recorded is a report, of the requests that came in the period', () => {
  const file = join(newFolder(), 'requests.jsonl');
  const recorder = new Recorder({ file, keep: 1 });
  const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 };
  const request = (arrived: number, counted?: typeof usage) =>
    recorder.record({
      ...{ arrived: new Date(arrived), method: 'POST', path: '/v1/chat/completions', headers: {} },
      ...{ query: new URLSearchParams(), body: Buffer.from('{}'), json: { model: 'm' } },
      ...{ status: 200, aborted: false, usage: counted },
    });
  for (const arrived of [DAY.from - 1, DAY.from, DAY.to - 1, DAY.to]) request(arrived, usage);
  request(DAY.from + 1);
  recorder.close();
  assert.deepEqual([...read(file).models], [['m', { tokens: { input: 10, output: 4 }, requests: 2 }]]);
});

test('a row that is partly outside of the period, and a report that ends before it, are doubted', () => {
  const noon = { from: DAY.from, to: at('2026-06-01T18:00:00') };
  assert.match(
    read(fileWith(CSV, 'report.csv'), noon).doubts.get('gemini-2.5-flash') ?? '',
    /partly outside/,
  );
  const later = { from: DAY.from, to: at('2026-06-03T00:00:00') };
  const { doubts, models } = read(fileWith(CSV, 'report.csv'), later);
  assert.match(
    doubts.get('gemini-2.5-flash') ?? '',
    /tells 2026-06-01 to 2026-06-02 only; a row of 0 tokens/,
  );
  assert.equal(models.size, 0);
});

test('refuses rows that are none, all of them at once, each with its place and what is allowed', () => {
  const rows = [
    '2026-06-01,2026-06-02,m,input,1.5',
    '2026-06-01,2026-06-02,m,total,1',
    '2026-06-02,2026-06-01,m,input,1',
    'June,2026-06-02,m,input,1',
  ];
  const file = fileWith(`${HEAD}${rows.join('\n')}\n`, 'report.csv');
  assert.deepEqual(
    mistakesOf(() => read(file)).map((mistake) => said(mistake).replace(file, 'report')),
    [
      'report:2: tokens: "1.5" must be integer (a row has from,to,model,kind,tokens, with whole numbers of tokens)',
      'report:3: kind: "total" is none of input, cachedInput, cacheWriteInput, output, reasoning and requests (a row has from,to,model,kind,tokens, with whole numbers of tokens)',
      'report:4: 2026-06-01 is not after 2026-06-02 (the end is excluded)',
      'report:5: "June" is not a date such as 2026-06-01 (midnight UTC), or a time such as 2026-06-01T14:30:00Z (write times in UTC)',
    ],
  );
  assert.match(
    mistakesOf(() => read(fileWith('a,b\n1,2\n', 'report.csv'))).map(said)[0] ?? '',
    /:1: "a,b" is not from,to,model,kind,tokens/,
  );
  for (const [text, name, says] of [
    ['{}', 'report.json', /is no JSON array of rows/],
    [HEAD, 'report.csv', /has no rows \(a row of 0 tokens tells/],
    ['[{"model": "m"}]', 'report.json', /\[0\]: is no row: must have required property/],
    ['{"time": 1}', 'requests.jsonl', /:1: is no request that a stand-in recorded/],
  ] as const) {
    assert.match(mistakesOf(() => read(fileWith(text, name))).map(said)[0] ?? '', says);
  }
});

test('CSV is read as it was written: quotes, commas and line ends in cells, and lines that end as on Windows', () => {
  const rows = [
    ['a, b', 'say "c"', ''],
    ['two\nlines', 'é', '1'],
  ];
  assert.deepEqual(csvRows(csvText(rows)), rows);
  assert.deepEqual(csvRows('a,b\r\n\r\nc,d'), [
    ['a', 'b'],
    ['c', 'd'],
  ]);
});
