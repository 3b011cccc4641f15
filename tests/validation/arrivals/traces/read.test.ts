import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { UserError } from '../../../../base/user-error';
import { readTrace } from '../../../../validation/arrivals/traces/read';
import { newFolder } from '../../../local/scratch';
import { fileOf, traceOf } from './trace-of';

const AZURE = [
  'TIMESTAMP,ContextTokens,GeneratedTokens',
  ...['03.5', '04.5', '06.5'].map((s) => `2023-11-16 18:17:${s},1,2`),
];

test('lines that are corrupt are counted by reason and place, and are never the end', async () => {
  const [header = '', a = '', b = '', c = ''] = AZURE;
  const { lines, dropped, requests } = await traceOf([
    ...[
      '#',
      header,
      a,
      '2023-11-16 18:17:0',
      b,
      '',
      'nonsense',
      header,
      '2023-11-16 99:17:04.5,1,2',
      c,
      'x,y,z',
    ],
  ]);
  assert.deepEqual([lines, requests?.times.length], [8, 3]);
  assert.deepEqual(dropped, [
    { why: 'not as many columns as the header', lines: 3, first: [1, 4, 7] },
    { why: 'no time in TIMESTAMP', lines: 2, first: [9, 11] },
  ]);
});

test('only the first places are named', async () => {
  const { dropped } = await traceOf([...AZURE, ...Array.from({ length: 9 }, () => '?')]);
  assert.deepEqual(dropped, [{ why: 'not as many columns as the header', lines: 9, first: [5, 6, 7, 8, 9] }]);
});

test('a file may be compressed, end its lines as Windows does, begin with a mark, and end without an end of line', async () => {
  const text = `\uFEFF${AZURE.join('\r\n')}`;
  for (const content of [Buffer.from(text), gzipSync(text)]) {
    const { format, requests, dropped } = await traceOf(content);
    assert.deepEqual(
      [format, [...(requests?.times ?? [])], dropped],
      ['Azure LLM inference trace', [0, 1, 3], []],
    );
  }
});

test('whatever bytes a file has, it is read or refused with a message [any-trace]', async () => {
  const pieces = fc.oneof(
    fc.constantFrom(
      ...AZURE,
      '{"timestamp": 3, "input_length": 4, "output_length": 1}',
      '{"timing_events": [null, 3, {}]}',
      '0,1,1,Gamma,1,1',
    ),
    fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('latin1')),
    fc.json(),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(pieces, { maxLength: 12 }), async (lines) => {
      try {
        const { lines: read, dropped, requests, windows } = await traceOf(lines);
        const used = (requests?.times.length ?? 0) + (windows?.length ?? 0);
        assert.equal(used + dropped.reduce((sum, one) => sum + one.lines, 0), read);
      } catch (error) {
        assert.ok(error instanceof UserError, String(error));
      }
    }),
    { numRuns: 60 },
  );
});

test('refuses a file that is not there, a folder, damaged data, and what is no trace', async () => {
  const folder = newFolder();
  await assert.rejects(readTrace(`${folder}/none.csv`), /none\.csv: there is no such file$/);
  await assert.rejects(readTrace(folder), /: this is a folder \(name the files in it\)$/);
  const cut = gzipSync(AZURE.join('\n')).subarray(0, 60);
  await assert.rejects(readTrace(fileOf(cut)), /: its compressed data are damaged or cut$/);
  await assert.rejects(readTrace(fileOf('')), /: there is nothing in it$/);
  await assert.rejects(
    readTrace(fileOf('hello\nworld\n')),
    /of no format that is known, .*\(say which with --column\)$/,
  );
  await assert.rejects(readTrace(fileOf('[\n  {"a": 1}\n]\n')), /one JSON document.*jq -c/);
  await assert.rejects(
    readTrace(fileOf('{\n  "600": {\n    "tokens": "{0: 1.0}"\n  }\n}\n')),
    /one JSON document/,
  );
  await assert.rejects(
    readTrace(fileOf('a,b\n1,2\n'), { column: 'when' }),
    /: no time was found in when of the first 2 lines$/,
  );
});

test('a line that is too long is left out, and the next one is read', async () => {
  const long = `{"prompt": "${'x'.repeat(65 * 2 ** 20)}"}`;
  const { dropped, requests } = await traceOf([...AZURE, long, AZURE[1] as string]);
  assert.deepEqual(dropped, [{ why: 'longer than 64 MiB', lines: 1, first: [5] }]);
  assert.equal(requests?.times.length, 4);
});
