import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { mcpServers } from '../../local/named-services';
import { fingerprint } from '../../local/stand-ins/fingerprint';
import { until } from '../../local/until';
import { Cluster } from './cluster';
import { McpSession } from './mcp-session';
import { begin, shared } from './shared';

// biome-ignore lint/suspicious/noExplicitAny: answers of the protocol
type Json = any;

describe('an MCP endpoint over two servers', () => {
  const project = shared;
  const [issues, docs] = mcpServers;
  const session = new McpSession({
    'x-workload-app': 'toolbench-agent',
    authorization: 'Bearer malicious-token',
  });

  before(async () => {
    await begin();
    await project.setSecrets(
      Object.fromEntries(mcpServers.map(({ name, apiKey }) => [`${name}-key`, apiKey])),
    );
    const server = ({ name, port }: (typeof mcpServers)[number]) => ({
      url: `http://${name}.stand-in.internal:${port}/mcp`,
      apiKeySecret: `${name}-key`,
    });
    project.edit((platform) => {
      // Without a model of its own: those of the file before may have the GPUs still.
      delete platform.models['gpt-oss-120b'];
      platform.workloads = { 'toolbench-agent': { model: 'gemini-flash' } };
      platform.mcp = {
        tools: {
          servers: {
            issues: { ...server(issues), tools: ['search_issues', 'read_issue'] },
            docs: server(docs),
          },
        },
      };
    });
    await project.apply();
    assert.ok(await until(() => session.open(), 60, 1000), JSON.stringify(await project.status()));
    assert.equal((await session.send({ method: 'notifications/initialized' })).status, 202);
  });

  test('its route is Accepted', async () => {
    const route = await new Cluster(project.state).get(
      '/apis/aigateway.envoyproxy.io/v1beta1/namespaces/ai-gateway/mcproutes/tools',
    );
    const conditions = route.status.conditions.map((c: Json) => `${c.type}=${c.status}`);
    assert.deepEqual(conditions, ['Accepted=True']);
  });

  test('a client sees the tools of both servers, without those that are left out', async () => {
    const { result } = await session.ask('tools/list');
    assert.deepEqual(result.tools.map(({ name }: Json) => name).sort(), [
      'docs__read_page',
      'docs__search_pages',
      'issues__read_issue',
      'issues__search_issues',
    ]);
  });

  test('a tool is called at its server [mcp-call]', async () => {
    const { result } = await session.ask('tools/call', {
      name: 'docs__read_page',
      arguments: { query: 'x' },
    });
    assert.match(result.content[0].text, /^read_page of a stand-in was called with {"query":"x"}$/);
  });

  test('a tool that is left out cannot be called', async () => {
    const params = { name: 'issues__delete_issue' };
    const { text } = await session.send({ id: 1, method: 'tools/call', params });
    assert.match(text, /invalid tool name: delete_issue/);
  });

  test('each server sees its own key, and never the client’s credential [mcp-keys]', async () => {
    const { standIns } = await project.status();
    for (const { name, apiKey } of mcpServers) {
      const admin = standIns.find((one) => one.name === name)?.admin;
      const { requests } = (await (await fetch(`${admin}/requests`)).json()) as Json;
      assert.ok(requests.length > 0);
      for (const { headers } of requests) {
        assert.deepEqual(headers.authorization, [{ scheme: 'Bearer', ...fingerprint(apiKey) }]);
      }
    }
  });
});
