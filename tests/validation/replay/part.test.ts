import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from '../../../local/until';
import { parsePart, partText } from '../../../validation/replay/part';
import { Replayer } from '../../../validation/replay/replayer';
import { planned, StreamServer } from './replayed';

test('a part is a number from 0 and how many there are', () => {
  assert.deepEqual(parsePart('2/8'), { index: 2, of: 8 });
  assert.equal(partText({ index: 2, of: 8 }), '2/8');
  for (const text of ['8/8', '1', '-1/2', '1/0', 'a/b', '0/8/'])
    assert.equal(parsePart(text), undefined, text);
});

test('parts have every actor of the plan once, on two threads each [load-part]', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'part-'));
  const server = new StreamServer();
  const origin = await server.listen();
  try {
    const profiles = [{ profile: 'D', law: { kind: 'exponential', rate: 20 } } as const];
    const { plan, bodies } = planned(folder, 60, { users: 7, profiles });
    const actorsOf = async (index: number) => {
      const part = { index, of: 2 };
      const replayer = await Replayer.start({ plan, bodies, target: { origin }, workers: 2, part });
      const seen = () => new Set([...replayer.data].map(({ actor }) => actor));
      await until(async () => seen().size >= (index === 0 ? 4 : 3), 20);
      await replayer.stop(5);
      return [...seen()].sort();
    };
    assert.deepEqual(await actorsOf(0), [0, 2, 4, 6]);
    assert.deepEqual(await actorsOf(1), [1, 3, 5]);
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
});
