import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import execa from 'execa';
import { until } from '../../../local/until';
import { Replayer } from '../../../validation/replay/replayer';
import { OUTCOMES } from '../../../validation/replay/request-rows';
import { planned, StreamServer } from './replayed';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('the replay of a plan', () => {
  const folder = mkdtempSync(join(tmpdir(), 'replay-'));
  let server: StreamServer;
  let origin: string;

  before(() => {
    server = new StreamServer();
  });
  before(async () => {
    origin = await server.listen();
  });
  after(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => {
    server.seen.length = 0;
    [server.tokens, server.tokenMs, server.instead] = [3, 10, undefined];
  });

  test('sends bodies of the corpus as the workload, each turn after the end of the one before, on two threads as on one', async () => {
    for (const workers of [1, 2]) {
      server.seen.length = 0;
      const { plan, bodies } = planned(folder, 200, {});
      const replayer = await Replayer.start({ plan, bodies, target: { origin }, workers });
      await sleep(1500);
      await replayer.stop(5);
      assert.ok(server.seen.length >= 12, `${server.seen.length} requests`);
      assert.deepEqual(new Set(server.seen.map(({ app }) => app)), new Set(['workload-d']));
      const bySession = new Map<string, typeof server.seen>();
      for (const one of server.seen) {
        bySession.set(one.body.session, [...(bySession.get(one.body.session) ?? []), one]);
      }
      for (const turns of bySession.values()) {
        assert.deepEqual(
          turns.map(({ body }) => body.turn),
          turns.map((_, index) => index),
        );
        for (const [index, { at }] of turns.entries()) {
          if (index > 0) assert.ok(at >= (turns[index - 1]?.ended ?? Number.NaN), 'a turn began too early');
        }
      }
      const rows = [...replayer.data];
      assert.equal(rows.length, server.seen.length);
      for (const row of rows) {
        assert.deepEqual(
          [row.outcome, row.status, row.promptTokens, row.completionTokens, row.chunks],
          [OUTCOMES.ok, 200, 5, 3, 3],
        );
        const times = [row.due, row.ready, row.sent, row.answered, row.firstToken, row.lastToken, row.end];
        assert.deepEqual(
          times,
          [...times].sort((a, b) => a - b),
        );
      }
      // Tokens that come together, to a client that is late, have no gap.
      assert.ok(replayer.gaps.totalCount > 0 && replayer.gaps.totalCount <= rows.length * 2);
    }
  });

  test('the users that are active can be changed while it runs', async () => {
    const { plan, bodies } = planned(folder, 400, { users: 40, seconds: 60 });
    const replayer = await Replayer.start({ plan, bodies, target: { origin }, users: 0 });
    await sleep(300);
    assert.equal(server.seen.length, 0);
    replayer.setUsers(40);
    assert.ok(await until(async () => server.seen.length > 60, 10, 50), `${server.seen.length}`);
    replayer.setUsers(1);
    await sleep(300);
    const before = server.seen.length;
    await sleep(600);
    // One user at five a second at most; forty would have made a hundred.
    assert.ok(server.seen.length - before < 12, `${server.seen.length - before}`);
    await replayer.stop(5);
  });

  test('a stop drains: nothing new is sent, and what is under way ends; a cut ends it, and is no failure of the server', async () => {
    for (const [drain, tokens] of [
      [20, 10],
      [0, 1000],
    ] as const) {
      [server.tokens, server.tokenMs] = [tokens, 50];
      server.seen.length = 0;
      const { plan, bodies } = planned(folder, 50, {});
      const replayer = await Replayer.start({ plan, bodies, target: { origin } });
      assert.ok(await until(async () => server.seen.length >= 3, 10, 10));
      const stopping = replayer.stop(drain);
      await sleep(50);
      const sent = server.seen.length;
      await stopping;
      assert.equal(server.seen.length, sent);
      const outcomes = new Set([...replayer.data].map(({ outcome }) => outcome));
      assert.deepEqual(outcomes, new Set([drain === 0 ? OUTCOMES.cut : OUTCOMES.ok]));
    }
  });

  test('tells refusals from broken streams and from time-outs, with the first body of each', async () => {
    const said = new Map<number, string>();
    let turn = 0;
    server.instead = (request, response) => {
      turn += 1;
      if (turn % 4 === 1) response.writeHead(429, { 'retry-after': '1' }).end('{"error":"too many"}');
      else if (turn % 4 === 2) request.socket.destroy();
      else if (turn % 4 === 3) {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end('data: {"choices":[{"delta":{"content":"word"}}]}\n\n');
      }
      // And no answer at all.
      return true;
    };
    const { plan, bodies } = planned(folder, 50, {
      users: 1,
      profiles: [{ profile: 'D', law: { kind: 'exponential', rate: 50 } }],
    });
    const onSaid = (status: number, text: string) => said.set(status, text);
    const replayer = await Replayer.start({ plan, bodies, target: { origin }, timeout: 1, onSaid });
    assert.ok(await until(async () => replayer.data.count >= 4, 15, 50));
    await replayer.stop(0);
    assert.deepEqual(
      [...replayer.data].slice(0, 4).map(({ outcome }) => outcome),
      [OUTCOMES.refused, OUTCOMES.broken, OUTCOMES.broken, OUTCOMES.timeout],
    );
    assert.equal(said.get(429), '{"error":"too many"}');
    assert.match(said.get(0) ?? '', /UND_ERR_SOCKET/);
  });

  test('an open plan counts from its schedule: a server that stalls shows in every request behind it', async () => {
    const law = { kind: 'exponential', rate: 20 } as const;
    const { plan, bodies } = planned(folder, 50, {
      mode: 'open',
      users: 2,
      seconds: 2,
      profiles: [{ profile: 'D', law }],
    });
    [server.tokens, server.tokenMs] = [1, 400];
    const replayer = await Replayer.start({ plan, bodies, target: { origin } });
    await replayer.ended;
    const rows = [...replayer.data];
    assert.equal(rows.length, plan.columns.turn.length);
    const waits = rows.map(({ sent, due }) => sent - due);
    // Two lanes of 0.4 s each carry five a second, and twenty were due.
    assert.ok(Math.max(...waits) > 1, `${Math.max(...waits)}`);
    for (const { ready, due, sent } of rows) assert.ok(ready >= due && sent >= ready);
  });

  test('no worker parses or prints JSON while it runs [replay-without-json]', async () => {
    const instrument = join(__dirname, 'no-json.cjs');
    const script = join(__dirname, 'replay-once.ts');
    const { plan, bodies } = planned(folder, 20, { seconds: 1 });
    assert.ok(plan.columns.turn.length > 0);
    const { stdout } = await execa(process.execPath, [
      '--require',
      instrument,
      '--import',
      'tsx',
      script,
      folder,
      origin,
    ]);
    const { requests, ok } = JSON.parse(stdout);
    assert.ok(requests > 3 && ok === requests, stdout);
    assert.ok(server.seen.length >= requests && bodies.length > 0);
  });
});
