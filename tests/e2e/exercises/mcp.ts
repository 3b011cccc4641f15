import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../../local/until';
import { McpSession } from '../mcp-session';
import type { Exercise } from './exercise';

export const mcp: Exercise = () => {
  test('one session lists the tools of all servers, without those that the document leaves out [mcp-tools]', async () => {
    const session = new McpSession({ 'x-workload-app': 'agent' });
    assert.ok(await until(() => session.open(), 60, 1000));
    const { result } = await session.ask('tools/list');
    assert.deepEqual(result.tools.map(({ name }: { name: string }) => name).sort(), [
      ...['docs__read_page', 'docs__search_pages', 'issues__read_issue', 'issues__search_issues'],
    ]);
  });
};
