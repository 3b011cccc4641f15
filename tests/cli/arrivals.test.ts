import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import execa from 'execa';
import { log } from '../ledger/lines';
import { vcfAiProcess } from './command';
import { project } from './project';

const document = readFileSync(join(__dirname, '../../docs/arrivals.md'), 'utf8');

describe('vcf-ai arrivals', () => {
  const { folder, run, write } = project();
  const arrivals = (...args: string[]) => run('arrivals', ...args);

  test('what is drawn from a law is described as that law [arrivals-command]', async () => {
    const drawn = await arrivals('draw', 'gamma:rate=2,cv=1.5', '--seconds', '50m', '--seed', '3');
    assert.equal(drawn.code, 0);
    write('drawn.txt', drawn.stdout);
    const { code, text } = await arrivals('describe', 'drawn.txt', '--fit', '--law', 'gamma:rate=2');
    assert.equal(code, 0);
    assert.match(text, /^drawn\.txt: times in column 1\n {2}requests +[56],\d{3}\n/);
    assert.match(
      text,
      /\n✗ gaps are exponential, with the mean of the sample: refused at 1 % \(Lilliefors; D 0\.\d+, /,
    );
    assert.match(
      text,
      /\n✓ gaps are those of gamma:rate=2,cv=1\.5: not refused at 1 % \(Kolmogorov-Smirnov; /,
    );
    assert.match(text, /\nresembles gamma:rate=[12]\.\d+,cv=1\.[45]\d*\n/);
    assert.match(text, /│ law +│ +CV │ IDC 1 s │ IDC 10 s │ IDC 60 s │ off by │/);
    const [found] = JSON.parse((await arrivals('describe', 'drawn.txt', '--json')).stdout);
    assert.deepEqual([found.resembles.kind, found.dispersion.length, found.dropped], ['gamma', 3, []]);
  });

  test('the same seed draws the same, another one draws others, and users come in order', async () => {
    const draw = async (...args: string[]) =>
      (await arrivals('draw', 'mmpp:on=4/2s,off=0/8s', '--seconds', '60', '--users', '5', '--json', ...args))
        .stdout;
    const first = await draw();
    assert.equal(await draw(), first);
    assert.notEqual(await draw('--seed', '2'), first);
    const records = first.split('\n').map((line) => JSON.parse(line));
    assert.ok(records.length > 50 && records.every(({ time, user }) => time < 60 && user >= 0 && user < 5));
    const together = (await draw('--scope', 'profile')).split('\n').map((line) => JSON.parse(line).user);
    assert.deepEqual(new Set(together), new Set([null]));
  });

  test('the access log of the gateway is described as it is, with what is no request left out', async () => {
    write('access.log', `[2025-10-07 12:00:00.000][1][warning] x\n${log(30, Date.UTC(2025, 9, 7, 12))}`);
    const { code, text } = await arrivals('describe', 'access.log');
    assert.equal(code, 0);
    assert.match(
      text,
      /^access\.log: JSON Lines, times in start_time\n! 1 of 31 lines left out: not a JSON object \(line 1\)\n/,
    );
    assert.match(text, / span +.* from 2025-10-07T12:00:00Z\n/);
  });

  test('laws of ServeGen are described, and drawn from', async () => {
    write('client.csv', '0,5,2,Gamma,0.25,0.8\n600,0,0,,0,0\n1200,5,1,Weibull,1,0.2\n');
    const { text } = await arrivals('describe', 'client.csv');
    assert.match(
      text,
      /\n {2}windows +3, 1 of them without requests\n {2}span +1800 s\n {2}rate +3\.333 per second/,
    );
    const { stdout } = await arrivals('draw', 'client.csv', '--seconds', '1800');
    const times = stdout.split('\n').map(Number);
    assert.ok(
      Math.abs(times.length - 6000) < 400 && !times.some((time) => time > 600 && time < 1200),
      `${times.length}`,
    );
  });

  test('one wrong time is no end, and is pointed out', async () => {
    const times = Array.from({ length: 50 }, (_, index) => 1_700_000_000 + index);
    write('odd.txt', [...times, 0].join('\n'));
    const { code, text } = await arrivals('describe', 'odd.txt');
    assert.equal(code, 0);
    assert.match(text, /\n! one gap is 100 % of the span: a wrong time, or two traces in one file\n/);
  });

  test('times that nobody has recorded are pointed out', async () => {
    write('counted.txt', Array.from({ length: 40 }, (_, index) => index).join('\n'));
    const { text } = await arrivals('describe', 'counted.txt');
    assert.match(text, / CV of gaps +– {2}\(all gaps are the same: these are no recorded times\)\n/);
    assert.match(text, /\nresembles no law: there is nothing to go by$/);
    assert.doesNotMatch(text, /NaN|Infinity|undefined/);
  });

  test('standard input is read, and a reader that has seen enough ends the drawing', async () => {
    const bin = join(__dirname, '../../bin/vcf-ai.mjs');
    const draw = `${process.execPath} ${bin} arrivals draw exponential:rate=1000`;
    const piped = await execa(
      `${draw} --seconds 20 | ${process.execPath} ${bin} arrivals describe - --json`,
      { shell: true },
    );
    assert.equal(JSON.parse(piped.stdout)[0].resembles.kind, 'exponential');
    assert.equal(piped.stderr, '');
    const ended = await execa(`${draw} --seconds 100000 | head -n 2`, { shell: true });
    assert.deepEqual([ended.stdout.split('\n').length, ended.stderr], [2, '']);
  });

  test('refuses laws and numbers that are wrong, all at once, and files that are not there', async () => {
    const wrong = await arrivals('draw', 'gamma:rate=1', '--seconds', '-1', '--users', '0', '--seed', 'x');
    assert.deepEqual(
      [wrong.code, wrong.stdout, wrong.stderr],
      [
        1,
        '',
        [
          '3 mistakes',
          '✗ --seconds: "-1" is not a number above 0 (write --seconds 600)',
          '✗ --seed: "x" is not a whole number from 0 (write --seed 1)',
          '✗ --users: "0" is not a whole number from 1 (write --users 100)',
        ].join('\n'),
      ],
    );
    const law = await arrivals('describe', 'drawn.txt', '--law', 'gamma:cv=2');
    assert.deepEqual(
      [law.code, law.stderr],
      [1, '1 mistake\n✗ --law.rate: rate is missing (write it as gamma:rate=0.13,cv=1.5)'],
    );
    const none = await arrivals('describe', 'none.csv');
    assert.deepEqual([none.code, none.stderr, none.stdout], [2, '✗ none.csv: there is no such file', '']);
    write('times.txt', '1\n2\n');
    const one = await arrivals('describe', 'none.csv', 'times.txt', '--json');
    assert.deepEqual([one.code, JSON.parse(one.stdout).length], [2, 1]);
    const lawless = await arrivals('draw', 'times.txt', '--seconds', '5');
    assert.deepEqual(
      [lawless.code, lawless.stderr],
      [2, '✗ times.txt: times in column 1: it has no laws to draw from'],
    );
    const neither = await arrivals('draw', 'times.csv', '--seconds', '5');
    assert.match(
      neither.stderr,
      /"times\.csv" is no law: laws are exponential, gamma and mmpp \(write exponential:/,
    );
  });

  test('the documentation shows what its commands print [arrivals-documented]', async () => {
    const shown = [
      ...document.matchAll(
        /```sh\nvcf-ai arrivals (draw \S.*) \| vcf-ai arrivals describe -\n```\n\n```text\n([^`]+)```/g,
      ),
    ];
    assert.equal(shown.length, 2);
    for (const [, command = '', figures = ''] of shown) {
      write('drawn.txt', (await arrivals(...command.split(' '))).stdout);
      const { text } = await arrivals('describe', 'drawn.txt');
      assert.deepEqual(
        figures
          .trimEnd()
          .split('\n')
          .filter((line) => !text.includes(`${line}\n`)),
        [],
      );
    }
  });

  test('help tells the laws and the formats', async () => {
    const { text } = await vcfAiProcess(folder, 'arrivals', 'draw', '--help');
    assert.match(text, /mmpp:on=40\/2s,off=0\/8s/);
  });
});
