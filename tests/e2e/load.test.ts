import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { readRun } from '../../validation/load/run-folder';
import { OUTCOMES } from '../../validation/replay/request-rows';
import { begin, shared } from './shared';
import { nameOf, Traffic } from './traffic';

describe('a load on the real gateway', () => {
  const project = shared;
  before(async () => {
    await begin();
    project.edit((platform) => {
      platform.workloads = {
        chat: { model: 'gpt-oss-120b' },
        cloud: { model: 'gemini-flash' },
        limited: { model: 'gpt-oss-120b', limits: { requestsPerMinute: 2 } },
      };
    });
    await project.apply();
  });

  test('every answer reaches its user, and the record tells what the engine saw [load-on-gateway]', async () => {
    const traffic = await Traffic.open(project);
    const out = join(project.folder, 'run');
    const options = ['--users', '12', '--seconds', '12', '--law', 'C=exponential:rate=1', '--out', out];
    const run = await project.cli(['load', 'run', '--no-validate', '--no-gate', ...options, '--json']);
    assert.equal(run.code, 0, run.text);
    const { manifest, data } = readRun(out);
    const rows = [...data];
    assert.deepEqual([manifest.end, manifest.synthetic, manifest.functional], ['completed', true, null]);
    assert.ok(manifest.standIns.includes('gpt-oss-120b'));
    assert.ok(rows.length > 20, `${rows.length} requests`);
    assert.deepEqual(
      rows.filter(({ outcome }) => outcome !== OUTCOMES.ok && outcome !== OUTCOMES.cut),
      [],
    );
    const seen = (await traffic.seen()).filter((one) => nameOf(one) === 'gpt-oss-120b');
    assert.equal(seen.length, rows.length);
    const tokens = (of: readonly number[]) => of.reduce((sum, one) => sum + one, 0);
    const told = rows.filter(({ outcome }) => outcome === OUTCOMES.ok);
    if (told.length === rows.length) {
      assert.equal(
        tokens(rows.map(({ completionTokens }) => completionTokens)),
        tokens(seen.map(({ usage }) => usage?.completion_tokens ?? 0)),
      );
    }
  });

  test('refuses a load that would measure a limit, with the arithmetic', async () => {
    const { code, text } = await project.cli([
      'load',
      'run',
      '--no-validate',
      '--app',
      'C=limited',
      '--seconds',
      '60',
    ]);
    assert.equal(code, 1);
    assert.match(text, /limited may ask 2 times a minute, and the plan asks up to \d+ times/);
    assert.match(text, /take the limit away, let another workload ask \(--app\)/);
  });
});
