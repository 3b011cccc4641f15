import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { readLine } from '../../ledger/access-log';
import { findAll } from '../../local/toolchain';
import { call, startEnvoy } from './envoy';

test('what a real Envoy writes with the format of the gateway is read, ending by ending', async (context) => {
  const envoy = (await findAll()).find(({ binary }) => binary.name === 'envoy');
  if (envoy?.file === undefined) {
    return context.skip('no Envoy in the tool cache: `npx vcf-ai tools` builds it');
  }
  const model = createServer((incoming, answer) => {
    if (incoming.url === '/error') answer.writeHead(500).end('no');
    else if (incoming.url === '/whole') answer.end('ok');
    else {
      // A stream: it breaks off, or goes on until the client leaves.
      answer.write('data: 1\n\n');
      if (incoming.url === '/breaks') setTimeout(() => answer.destroy(), 50);
    }
  }).listen(0, '127.0.0.1');
  await once(model, 'listening');
  const gateway = await startEnvoy(envoy.file, (model.address() as AddressInfo).port);
  const paths = ['/whole', '/error', '/breaks', '/left', '/gone', '/empty'];
  for (const path of ['/refused', ...paths]) await call(gateway, path, path === '/left');
  await gateway.stop();
  model.close();
  model.closeAllConnections();
  const lines = gateway.lines();
  const records = lines.map((line) => readLine(line).record);
  const byPath = Object.fromEntries(
    lines.map((line, index) => {
      const { ending, attempts, backend, modelAsked } = records[index] ?? {};
      return [JSON.parse(line).upstream_path, [ending, attempts, backend, modelAsked]];
    }),
  );
  const backend = 'ai/gpt-oss-120b';
  assert.deepEqual(byPath, {
    '/refused': ['refused', 0, '', 'gpt-oss-120b'],
    '/whole': ['whole', 1, backend, 'gpt-oss-120b'],
    '/error': ['failed', 1, backend, 'gpt-oss-120b'],
    '/breaks': ['failed', 1, backend, 'gpt-oss-120b'],
    '/left': ['left', 1, backend, 'gpt-oss-120b'],
    // Tried twice, and no connection.
    '/gone': ['failed', 2, backend, 'gpt-oss-120b'],
    // Without an endpoint to choose, and counted as an attempt all the same.
    '/empty': ['failed', 1, '', 'gpt-oss-120b'],
  });
  assert.equal(new Set(records.map((record) => record?.id)).size, lines.length);
  assert.ok(lines.every((line) => JSON.parse(line).request_id === 'chosen'));
});
