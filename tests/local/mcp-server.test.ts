import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type RunningStandIn, startStandIn } from './stand-in-process';

describe('the MCP server', () => {
  let server: RunningStandIn;
  before(async () => {
    server = await startStandIn('mcp-server', ['--tool', 'search', 'read'], { STAND_IN_API_KEY: 'key' });
  });
  after(() => server.stop());

  const send = (body: object, headers: Record<string, string> = {}) =>
    fetch(`${server.url}/mcp`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer key', ...headers },
      body: JSON.stringify({ jsonrpc: '2.0', ...body }),
    });

  // biome-ignore lint/suspicious/noExplicitAny: the protocol's own answers
  const ask = async (body: object, headers: Record<string, string>): Promise<any> =>
    (await send(body, headers)).json();

  async function session(): Promise<Record<string, string>> {
    const response = await send({ id: 1, method: 'initialize', params: {} });
    assert.equal(response.status, 200);
    return { 'mcp-session-id': response.headers.get('mcp-session-id') ?? '' };
  }

  test('lists its tools and repeats what one is called with', async () => {
    const headers = await session();
    assert.equal((await send({ method: 'notifications/initialized' }, headers)).status, 202);
    const { result } = await ask({ id: 2, method: 'tools/list' }, headers);
    assert.deepEqual(
      result.tools.map(({ name }: { name: string }) => name),
      ['search', 'read'],
    );
    const params = { name: 'read', arguments: { query: 'x' } };
    const called = await ask({ id: 3, method: 'tools/call', params }, headers);
    assert.match(called.result.content[0].text, /^read of a stand-in was called with {"query":"x"}$/);
  });

  test('refuses a wrong key, an unknown session, an unknown tool and an unknown method', async () => {
    const headers = await session();
    const wrong = await send({ id: 1, method: 'ping' }, { ...headers, authorization: 'Bearer other' });
    assert.equal(wrong.status, 401);
    assert.equal((await send({ id: 1, method: 'ping' }, { 'mcp-session-id': 'none' })).status, 404);
    const code = async (body: object) => (await ask(body, headers)).error.code;
    assert.equal(await code({ id: 1, method: 'tools/call', params: { name: 'burn' } }), -32602);
    assert.equal(await code({ id: 1, method: 'resources/list' }), -32601);
    assert.equal((await send({ id: 1, method: 'ping' }, headers)).status, 200);
  });
});
