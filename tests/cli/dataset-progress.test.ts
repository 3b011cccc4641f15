import assert from 'node:assert/strict';
import { test } from 'node:test';
import { teller } from '../../cli/dataset-progress';

test('progress tells share, rate and time left, at most four times a second', () => {
  const said: string[] = [];
  let clock = 0;
  const tell = teller({ step: (text) => said.push(text), note: (text) => said.push(text) }, () => clock);
  tell({ step: 'look', files: 1 });
  clock = 300;
  tell({ step: 'look', files: 1200 });
  tell({ step: 'read', bytes: 0, share: 0, sessions: 0 });
  clock += 2_000;
  tell({ step: 'read', bytes: 50e6, share: 0.25, sessions: 1500 });
  clock += 100;
  tell({ step: 'read', bytes: 51e6, share: 0.26, sessions: 1600 });
  assert.deepEqual(said, [
    'looking at files',
    '1,200 files',
    'reading sessions',
    '25 %, 1,500 sessions, 50.0 MB, 25.0 MB/s, 6s left',
  ]);
});
