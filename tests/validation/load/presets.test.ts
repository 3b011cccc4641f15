import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PAPER_GATE } from '../../../validation/gate/settings';
import { gateOf } from '../../../validation/load/presets';

test('the preset of the paper has its gate; a short plan has windows that fit', () => {
  const paper = gateOf('paper', { users: 320, seconds: 14_400 }, {});
  assert.deepEqual(paper, { ...PAPER_GATE, ramp: { ...PAPER_GATE.ramp, most: 320 } });
  const { window, settle, soak, baseline, ramp } = gateOf('quick', { users: 32, seconds: 300 }, {});
  assert.ok(8 * (window + settle) + soak.seconds < 300);
  assert.deepEqual([baseline.users, ramp.most], [8, 32]);
});

test('a part of the settings is enough', () => {
  const gate = gateOf('quick', { users: 32, seconds: 300 }, { window: 9, soak: { seconds: 5 } });
  assert.deepEqual([gate.window, gate.soak.seconds, gate.soak.factor], [9, 5, PAPER_GATE.soak.factor]);
});

test('the default windows fit into a plan of a minute', () => {
  assert.ok(gateOf('quick', { users: 1, seconds: 60 }, {}).soak.seconds >= 20);
});

test('a soak that its plan is too short for is refused, with the seconds that it takes', () => {
  assert.throws(
    () =>
      gateOf(
        'quick',
        { users: 32, seconds: 300 },
        { window: 10, settle: 5, cooldown: 5, soak: { seconds: 300 } },
      ),
    /gate\.soak\.seconds.*360 s at least, and the plan has 300 s.*--seconds/s,
  );
});

test('refuses what is no setting, all at once', () => {
  assert.throws(
    () => gateOf('quick', { users: 32, seconds: 300 }, { windw: 9, soak: { seconds: -1 }, ramp: 3 }),
    (error: Error) => {
      for (const part of [/gate\.windw.*\n?.*window/, /gate\.soak\.seconds/, /gate\.ramp/])
        assert.match(error.message, part);
      return true;
    },
  );
});
