import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { measureOverhead } from '../../../validation/overhead/measure';
import { planned, StreamServer } from '../replay/replayed';

test('takes each way in turn, and finds the delay that one of them has [bench-overhead]', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'overhead-'));
  const [quick, slow] = [new StreamServer(), new StreamServer()];
  // Far beyond what a busy machine adds to either way.
  slow.tokenMs = quick.tokenMs + 300;
  try {
    const [direct, through] = [
      { name: 'direct', origin: await quick.listen() },
      { name: 'through', origin: await slow.listen() },
    ];
    const { plan, bodies } = planned(folder, 60, { users: 4, seconds: 1 });
    const order: string[] = [];
    const { overheads, figures, refused } = await measureOverhead({
      ...{ plan, bodies, direct, ways: [through], rounds: 2 },
      onRun: ({ name }, round) => order.push(`${round} ${name}`),
    });
    assert.deepEqual(order, [...['0 direct', '0 through', '1 through', '1 direct', '2 direct', '2 through']]);
    const [overhead] = overheads;
    assert.ok(overhead && overhead.pairs > 0);
    assert.ok(overhead.firstToken.mean > 0.1, `${overhead.firstToken.mean} s`);
    // There are three tokens.
    assert.ok(overhead.total.mean > overhead.firstToken.mean + 0.2, `${overhead.total.mean} s`);
    assert.ok(figures.every(({ requests, failed }) => requests > 0 && failed === 0));
    assert.deepEqual(refused, []);
  } finally {
    quick.close();
    slow.close();
    rmSync(folder, { recursive: true });
  }
});

test('tells what a way refuses, once, and compares nothing with it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'overhead-'));
  const [open, full] = [new StreamServer(), new StreamServer()];
  full.instead = (_, response) => {
    response.writeHead(429).end('enough');
    return true;
  };
  try {
    const [direct, through] = [
      { name: 'direct', origin: await open.listen() },
      { name: 'through', origin: await full.listen() },
    ];
    const { plan, bodies } = planned(folder, 60, { users: 4, seconds: 1 });
    const { overheads, figures, refused } = await measureOverhead({
      ...{ plan, bodies, direct, ways: [through], rounds: 2 },
    });
    assert.deepEqual(refused, [{ way: 'through', status: 429, text: 'enough' }]);
    assert.deepEqual(
      overheads.map(({ pairs }) => pairs),
      [0],
    );
    const [, refusing] = figures;
    assert.ok(refusing && refusing.failed > 0 && refusing.failed === refusing.requests);
  } finally {
    open.close();
    full.close();
    rmSync(folder, { recursive: true });
  }
});
