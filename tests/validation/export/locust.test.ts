import assert from 'node:assert/strict';
import { lstatSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { UserError } from '../../../base/user-error';
import { writeExport } from '../../../validation/export/exported';
import { locustExport } from '../../../validation/export/locust';
import { planHash } from '../../../validation/replay/plan';
import { sharedPath } from '../../../validation/replay/shared-phases';
import { BURSTS, bytesIn, exportProps, rowsIn } from './exported-plan';

describe('a plan for Locust', () => {
  const folder = mkdtempSync(join(tmpdir(), 'locust-'));
  after(() => rmSync(folder, { recursive: true }));

  test('has each step as a body of the corpus and a pause, and each user its steps [load-locust]', () => {
    const props = exportProps(folder);
    const { columns } = props.plan;
    const files = locustExport(props);
    const [steps, bodies] = [bytesIn(files, 'steps.bin'), bytesIn(files, 'bodies.jsonl')];
    assert.equal(steps.length, columns.turn.length * 24);
    for (const [step, turn] of columns.turn.entries()) {
      const begin = Number(steps.readBigUInt64LE(step * 24));
      const body = bodies.subarray(begin, begin + steps.readUInt32LE(step * 24 + 8)).toString();
      assert.deepEqual(JSON.parse(body), { session: `D/${Math.floor(turn / 3)}`, turn: turn % 3 });
      assert.equal(steps.readUInt8(step * 24 + 12), 0);
      assert.equal(steps.readDoubleLE(step * 24 + 16), (columns.when[step] ?? 0) / 2);
    }
    const actors = rowsIn(files, 'actors.csv');
    assert.equal(actors.length, 10);
    let next = 0;
    for (const [app, phases, first, count] of actors) {
      assert.deepEqual([app, phases, Number(first)], ['workload-d', 'D', next]);
      next += Number(count);
    }
    assert.equal(next, columns.turn.length);
    assert.deepEqual(rowsIn(files, 'plan.csv'), [[planHash(props.plan), '10']]);
    assert.deepEqual(rowsIn(files, 'phases.csv'), []);
  });

  test('has the rate of users who share bursts, as fast as it is replayed', () => {
    const props = exportProps(folder, { profiles: [BURSTS] });
    const files = locustExport(props);
    const phases = rowsIn(files, 'phases.csv').map(([, from, rate]) => [Number(from), Number(rate)] as const);
    const [profile] = props.plan.header.profiles;
    const path = profile && sharedPath(profile);
    assert.ok(path && phases.length > 2);
    for (const [from, rate] of phases) {
      const phase = path.at(from * 2);
      assert.deepEqual([from, rate], [phase.from / 2, phase.name === 'on' ? 8 : 0]);
    }
    // A user who waits for a burst after the last one would wait for ever.
    assert.equal(phases.at(-1)?.[1], 8);
    const steps = bytesIn(files, 'steps.bin');
    assert.equal(steps.readUInt8(12), 1);
    assert.equal(steps.readDoubleLE(16), props.plan.columns.when[0]);
  });

  test('is the same bytes each time, and a link to the corpus', () => {
    const props = exportProps(folder);
    const out = join(folder, 'out');
    const names = writeExport(out, locustExport(props));
    const first = names.map((name) => readFileSync(join(out, name)));
    assert.deepEqual(writeExport(out, locustExport(props)), names);
    assert.deepEqual(
      names.map((name) => readFileSync(join(out, name))),
      first,
    );
    assert.ok(lstatSync(join(out, 'bodies.jsonl')).isSymbolicLink());
    const readme = readFileSync(join(out, 'README.md'), 'utf8');
    assert.match(
      readme,
      /--master --expect-workers 2 -H http:\/\/gateway\.example\.com --headless -u 10 -r 10 /,
    );
  });

  test('refuses a plan whose requests are due at times', () => {
    const props = exportProps(folder, { mode: 'open' });
    assert.throws(() => locustExport(props), { name: UserError.name, message: /this plan is open/ });
  });
});
