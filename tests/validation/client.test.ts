import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { type TestContext, test } from 'node:test';
import { promptOf } from '../../validation/body';
import { HttpClient } from '../../validation/client';
import { UnreachableError } from '../../validation/target';

const client = new HttpClient(5000);

async function listening(context: TestContext, server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function serving(context: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  context.after(() => server.closeAllConnections());
  return listening(context, server);
}

const ask = (url: string) => client.send({ what: 'the server', url });

test('headers go out as given, several values as several lines', async (context) => {
  const seen: IncomingMessage[] = [];
  const url = await serving(context, (request, response) => {
    seen.push(request);
    response.end('fine');
  });
  const answer = await client.send({
    what: 'the server',
    url,
    headers: { 'x-workload-app': ['a', 'b'], 'x-empty': '' },
  });
  assert.equal(answer.status, 200);
  assert.equal(answer.text, 'fine');
  assert.deepEqual(seen[0]?.headersDistinct['x-workload-app'], ['a', 'b']);
  assert.deepEqual(seen[0]?.headersDistinct['x-empty'], ['']);
});

test('a refusal that comes in the middle of an upload is the answer', async (context) => {
  const url = await serving(context, (request, response) => {
    response.writeHead(413, { connection: 'close' }).end('too large', () => request.destroy());
  });
  const { status } = await client.send({
    what: 'the server',
    url,
    body: promptOf(40_000_000, { model: 'm' }),
  });
  assert.equal(status, 413);
});

test('every piece is told as it comes', async (context) => {
  const url = await serving(context, (_, response) => {
    response.write('one');
    setTimeout(() => response.end('two'), 20);
  });
  const reads: string[] = [];
  await client.send({ what: 'the server', url, onRead: (bytes) => reads.push(bytes.toString()) });
  assert.deepEqual(reads, ['one', 'two']);
});

test('refuses a server that gives no answer in time', async (context) => {
  const url = await serving(context, () => undefined);
  const hasty = new HttpClient(50);
  await assert.rejects(hasty.send({ what: 'the server', url: `${url}/path` }), (error: unknown) => {
    assert.ok(error instanceof UnreachableError);
    assert.equal(error.address, url);
    assert.match(error.message, /gave no complete answer within 0\.05 s/);
    return true;
  });
});

test('refuses an answer that never ends', async (context) => {
  const url = await serving(context, (_, response) => response.write('the beginning'));
  await assert.rejects(
    new HttpClient(100).send({ what: 'the server', url }),
    /gave no complete answer within 0\.1 s/,
  );
});

test('refuses an answer that breaks off', async (context) => {
  const url = await serving(context, (_, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('the beginning', () => response.destroy());
  });
  await assert.rejects(ask(url), /closed the connection before it answered/);
});

test('refuses a connection that is closed without an answer', async (context) => {
  const url = await listening(
    context,
    createTcpServer((socket) => socket.once('data', () => socket.destroy())),
  );
  await assert.rejects(ask(url), /closed the connection before it answered/);
});

test('refuses what does not speak HTTP, a closed port and a name that does not resolve', async (context) => {
  const url = await listening(
    context,
    createTcpServer((socket) => socket.once('data', () => socket.end('this is no HTTP\r\n\r\n'))),
  );
  await assert.rejects(ask(url), /cannot be reached: Parse Error/);
  await assert.rejects(ask('http://127.0.0.1:1'), /refuses the connection; start it, or correct its address/);
  await assert.rejects(ask('http://no.such.name.invalid'), /has a host name that does not resolve/);
});
