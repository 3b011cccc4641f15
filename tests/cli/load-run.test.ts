import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import type { LoadReport } from '../../validation/report/report';
import { newFolder } from '../local/scratch';
import { type RunningStandIn, startStandIn } from '../local/stand-in-process';
import { vcfAiProcess } from './command';

let engine: RunningStandIn;

before(async () => {
  engine = await startStandIn('model-server', [
    '--model',
    'any',
    '--answer-tokens',
    '40',
    '--time-scale',
    '10',
  ]);
});
after(() => engine.stop());

test('vcf-ai load run ends with its report, and names it', async () => {
  const folder = join(newFolder(), 'run');
  const apps = ['A', 'B', 'C', 'D', 'E'].flatMap((profile) => ['--app', `${profile}=terminal-bench-ci`]);
  const { code, stdout, text } = await vcfAiProcess(
    resolve(__dirname, '../..'),
    ...['load', 'run', '--target', engine.url, '--engine', `${engine.url}/metrics`, '--out', folder],
    ...['--no-validate', '--no-gate', '--users', '4', '--seconds', '30', '--time-scale', '10', ...apps],
  );
  assert.equal(code, 0, text);
  assert.match(stdout, new RegExp(`^✓ the load is over\nrun: ${folder}\nreport: ${folder}/report.html$`));
  const report: LoadReport = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'));
  assert.ok(report.traffic.byOutcome.ok > 0, JSON.stringify(report.traffic.byOutcome));
  assert.equal(report.traffic.errors.length, 0);
  assert.equal(report.clocks.overlapping, 0);
  assert.equal(report.run.functional, null);
});
