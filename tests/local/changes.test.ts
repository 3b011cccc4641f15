import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { keyPair } from '../../local/certificates';
import { Changes, kindsIn } from '../../local/changes';
import { until } from '../../local/until';
import { newFolder } from './scratch';

const line = (...keys: string[]) =>
  JSON.stringify({
    result: {
      events: keys.map((key) => ({ kv: { key: Buffer.from(key).toString('base64'), value: 'e30=' } })),
    },
  });

test('a line of a watch says to which kinds something was written, built in or defined', () => {
  const keys = ['/registry/pods/ai-serving/gpt-oss-120b-1', '/registry/services/specs/ai-gateway/a'];
  assert.deepEqual(kindsIn(line(...keys)), ['pods', 'services']);
  assert.deepEqual(kindsIn(line('/registry/gateway.networking.k8s.io/gateways/a/b')), ['gateways']);
  assert.deepEqual(kindsIn(line('/registry/minions/system-0', '/registry/minions/system-1')), ['minions']);
});

test('that a watch was made is no write', () => {
  assert.deepEqual(kindsIn('{"result":{"header":{"revision":"7"},"created":true}}'), []);
});

describe('a watch', () => {
  const answer = (response: ServerResponse, ...lines: string[]) => response.write(`${lines.join('\n')}\n`);
  const created = '{"result":{"created":true}}';
  const watches: ServerResponse[] = [];
  let changes: Changes;
  let close: () => void;

  const watched = async (count: number) => {
    assert.ok(await until(async () => watches.length === count, 5, 10));
    return watches[count - 1] as ServerResponse;
  };

  before(async () => {
    const { cert, key, ca } = await keyPair(newFolder(), ['127.0.0.1']);
    const server = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (_, response) => {
      watches.push(response);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    changes = new Changes({ url: `https://127.0.0.1:${port}`, ca, cert, key });
    close = () => {
      changes.close();
      server.close();
      server.closeAllConnections();
    };
  });
  after(() => close());

  test('knows nothing of a kind until etcd tells, and something else after each write to it', async () => {
    changes.take();
    assert.equal(changes.stateOf('pods'), undefined);
    const watch = await watched(1);
    answer(watch, created);
    assert.ok(await until(async () => changes.stateOf('pods') !== undefined, 5, 10));
    const before = changes.stateOf('pods');
    answer(watch, line('/registry/services/specs/a/b'));
    await changes.next(5000);
    assert.equal(changes.stateOf('pods'), before);
    answer(watch, line('/registry/pods/a/b'));
    assert.ok(await until(async () => changes.stateOf('pods') !== before, 5, 10));
  });

  test('leases, heartbeats and events are written all the time, and wake nobody', async () => {
    changes.take();
    const before = changes.stateOf('minions');
    answer(
      await watched(1),
      line('/registry/minions/system-0', '/registry/leases/a/b', '/registry/events/a/b'),
    );
    assert.ok(await until(async () => changes.stateOf('minions') !== before, 5, 10));
    const asleep = sleep(200).then(() => 'asleep');
    assert.equal(await Promise.race([changes.next(5000).then(() => 'woken'), asleep]), 'asleep');
  });

  test('what was known before a watch was lost counts no more', async () => {
    const before = changes.stateOf('pods');
    (await watched(1)).destroy();
    assert.ok(await until(async () => changes.stateOf('pods') === undefined, 5, 10));
    changes.take();
    answer(await watched(2), created);
    assert.ok(await until(async () => changes.stateOf('pods') !== undefined, 5, 10));
    assert.notEqual(changes.stateOf('pods'), before);
  });
});
