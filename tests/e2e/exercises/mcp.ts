import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../../local/until';
import { LISTENER } from '../chat';
import type { Exercise } from './exercise';

export const mcp: Exercise = () => {
  test('one session lists the tools of all servers, without those that the document leaves out', async () => {
    let session: Record<string, string> = {};
    const send = (method: string, params: object) =>
      fetch(`http://127.0.0.1:${LISTENER}/mcp`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          'x-workload-app': 'agent',
          ...session,
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      });
    const clientInfo = { name: 'test', version: '1' };
    const opened = async () => {
      const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo };
      const response = await send('initialize', params);
      await response.text();
      session = { 'mcp-session-id': response.headers.get('mcp-session-id') ?? '' };
      return response.status === 200;
    };
    assert.ok(await until(opened, 60, 1000));
    const text = await (await send('tools/list', {})).text();
    const { result } = JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? text);
    assert.deepEqual(result.tools.map(({ name }: { name: string }) => name).sort(), [
      ...['docs__read_page', 'docs__search_pages', 'issues__read_issue', 'issues__search_issues'],
    ]);
  });
};
