import assert from 'node:assert/strict';
import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { UserError } from '../../../base/user-error';
import { RUN_FILES, readRun } from '../../../validation/load/run-folder';
import { reportPage } from '../../../validation/report/page';
import { type LoadReport, reportOf } from '../../../validation/report/report';
import { writeLoadReport } from '../../../validation/report/write';
import { vcfAi } from '../../cli/command';
import { newFolder } from '../../local/scratch';
import { writeMadeRun } from './made-run';
import { decided, recordsOf, row, windowOf } from './records';

function madeRun(): string {
  const folder = newFolder();
  writeMadeRun(folder);
  return folder;
}

describe('the report of a run', () => {
  test('is made again of the same records, byte for byte, whatever the clock, zone and locale [report-same-bytes]', () => {
    const folder = madeRun();
    const read = () => {
      const { page, json } = writeLoadReport(folder);
      return [readFileSync(page, 'utf8'), readFileSync(json, 'utf8')];
    };
    const first = read();
    const { TZ, LANG } = process.env;
    Object.assign(process.env, { TZ: 'Pacific/Auckland', LANG: 'de_DE.UTF-8' });
    try {
      assert.deepEqual(read(), first);
    } finally {
      Object.assign(process.env, { TZ: TZ ?? 'UTC', LANG: LANG ?? 'C' });
    }
    const records = readdirSync(folder).filter((name) => !name.startsWith('report.'));
    assert.deepEqual(records.sort(), Object.values(RUN_FILES).sort());
  });

  test('is what JSON says: numbers of the page, null for what is not known', () => {
    const folder = madeRun();
    const { report, json } = writeLoadReport(folder);
    const read: LoadReport = JSON.parse(readFileSync(json, 'utf8'));
    assert.deepEqual(read.verdict.bracket, { stable: 32, breach: 40 });
    assert.equal(read.traffic.errors[0]?.count, 1);
    assert.equal(read.latency?.engine.firstToken, report.latency?.engine.firstToken);
    assert.equal(read.claims.length, 71);
    const empty = JSON.parse(JSON.stringify(reportOf(recordsOf({ manifest: { end: 'stopped' } }))));
    assert.deepEqual([empty.latency, empty.gaps.mean, empty.traffic.promptTokens.p99], [null, null, null]);
  });

  test('says simulated at its head and at every table and figure where stand-ins answered', () => {
    const page = reportPage(reportOf(readRun(madeRun())));
    const captions = [...page.matchAll(/<(caption|figcaption)>(.*?)<\/\1>/gs)].map(
      ([, , text]) => text ?? '',
    );
    assert.ok(captions.length >= 15, `${captions.length} captions`);
    for (const caption of captions) assert.match(caption, />simulated</);
    assert.match(page, /<header.*>simulated<.*no evidence for what GPUs do.*<\/header>/s);
    const real = reportPage(reportOf(recordsOf({})));
    assert.doesNotMatch(real, />simulated</);
  });

  test('what an upstream said is text, and never a part of the page', () => {
    const page = reportPage(reportOf(readRun(madeRun())));
    assert.match(page, /&lt;script&gt;document\.title/);
    assert.doesNotMatch(page, /<script/);
    assert.doesNotMatch(page, /(?:src|href)="(?!#|data:,)/);
  });

  test('a run without windows has a page that says so', () => {
    const page = reportPage(reportOf(recordsOf({ manifest: { end: 'stopped' } })));
    assert.match(page, /The run ended before the first window/);
    assert.match(page, /No window of steady load was seen/);
    assert.doesNotMatch(page, /NaN|undefined|Infinity/);
    assert.doesNotMatch(page, /<figure>/);
  });
});

describe('refuses', () => {
  const cases: readonly (readonly [what: string, spoil: (folder: string) => void, message: RegExp])[] = [
    ...[RUN_FILES.requests, RUN_FILES.plan, RUN_FILES.events, RUN_FILES.gaps].map(
      (name) =>
        [
          `a changed ${name}`,
          (folder: string) => appendFileSync(join(folder, name), '\n'),
          new RegExp(`${name.replace('.', '\\.')} is not what the run wrote`),
        ] as const,
    ),
    ['a missing file', (folder) => rmSync(join(folder, RUN_FILES.requests)), /requests\.f64 is missing/],
    ['a folder of no run', (folder) => rmSync(join(folder, RUN_FILES.manifest)), /manifest\.json is missing/],
    [
      'a manifest that is cut off',
      (folder) => writeFileSync(join(folder, RUN_FILES.manifest), '{"format": 1,'),
      /manifest\.json is no manifest of a run/,
    ],
    [
      'another format',
      (folder) => writeFileSync(join(folder, RUN_FILES.manifest), '{"format":2}'),
      /its format is not 1/,
    ],
    [
      'a manifest that tells of another plan',
      (folder) => {
        const file = join(folder, RUN_FILES.manifest);
        writeFileSync(
          file,
          readFileSync(file, 'utf8').replace(
            '"seconds": 200,\n    "corpus"',
            '"seconds": 300,\n    "corpus"',
          ),
        );
      },
      /tells of another plan/,
    ],
    ['no object', (folder) => writeFileSync(join(folder, RUN_FILES.manifest), 'null'), /its format is not 1/],
  ];
  for (const [what, spoil, message] of cases) {
    test(`${what}, with one message`, () => {
      const folder = madeRun();
      spoil(folder);
      assert.throws(
        () => writeLoadReport(folder),
        (error) => error instanceof UserError && message.test(error.message),
      );
    });
  }
});

test('vcf-ai load report writes both files, prints the JSON, and exits with 2 for changed records', async () => {
  const folder = madeRun();
  const written = await vcfAi(folder, 'load', 'report', folder);
  assert.equal(written.code, 0, written.text);
  assert.match(written.stdout, /✓ T2 was found, and the soak kept its limits\nreport: .*report\.html/);
  const printed = await vcfAi(folder, 'load', 'report', folder, '--json');
  assert.equal(`${printed.stdout}\n`, readFileSync(join(folder, 'report.json'), 'utf8'));
  appendFileSync(join(folder, RUN_FILES.events), '{}\n');
  const refused = await vcfAi(folder, 'load', 'report', folder);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /events\.jsonl is not what the run wrote/);
  assert.doesNotMatch(refused.text, /\n {4}at /);
});

test('a generator that was late is in the clients’ numbers, and the page says so', () => {
  const page = (ready: number) => {
    const rows = [row(5, { ready }), row(8)];
    return reportPage(reportOf(recordsOf({ rows, events: decided('soak', windowOf(0, 20, 3)) })));
  };
  assert.match(page(4.5), /The generator itself was late: 1 % of its requests by more than 0\.500 s/);
  assert.doesNotMatch(page(5), /The generator itself was late/);
});
