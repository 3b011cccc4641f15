import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { waitForDataPlane } from '../../cli/start';
import { mcpServers } from '../../local/named-services';
import { fingerprint } from '../../local/stand-ins/fingerprint';
import { until } from '../../local/until';
import { LISTENER } from './chat';
import { Cluster } from './cluster';
import { Project } from './project';

// biome-ignore lint/suspicious/noExplicitAny: answers of the protocol
type Json = any;

describe('an MCP endpoint over two servers', () => {
  const project = new Project();
  const [issues, docs] = mcpServers;
  let session: Record<string, string> = {};

  const send = (body: object) =>
    fetch(`http://127.0.0.1:${LISTENER}/mcp`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'x-workload-app': 'toolbench-agent',
        authorization: 'Bearer malicious-token',
        ...session,
      },
      body: JSON.stringify({ jsonrpc: '2.0', ...body }),
    });

  /** The answer to a request, which comes as JSON or as the one event of a stream. */
  const ask = async (method: string, params: object = {}): Promise<Json> => {
    const text = await (await send({ id: 1, method, params })).text();
    return JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? text);
  };

  const initialize = async () => {
    session = {};
    const clientInfo = { name: 'test', version: '1' };
    const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo };
    const response = await send({ id: 1, method: 'initialize', params });
    await response.text();
    session = { 'mcp-session-id': response.headers.get('mcp-session-id') ?? '' };
    return response.status === 200;
  };

  before(async () => {
    const booted = await project.up();
    assert.equal(booted.code, 0, booted.text);
    const created = await project.pulumi(['stack', 'select', '--create']);
    assert.equal(created.code, 0, created.text);
    for (const { name, apiKey } of mcpServers) {
      const set = await project.pulumi(['config', 'set', '--secret', `vcf-ai-platform:${name}-key`, apiKey]);
      assert.equal(set.code, 0, set.text);
    }
    const server = ({ name, port }: (typeof mcpServers)[number]) => ({
      url: `http://${name}.stand-in.internal:${port}/mcp`,
      apiKeySecret: `${name}-key`,
    });
    project.edit((platform) => {
      platform.mcp = {
        tools: {
          servers: {
            issues: { ...server(issues), tools: ['search_issues', 'read_issue'] },
            docs: server(docs),
          },
        },
      };
    });
    const { code, text } = await project.pulumi(['up', '--yes', '--skip-preview']);
    assert.equal(code, 0, text);
    await waitForDataPlane(project.state);
    assert.ok(await until(initialize, 60, 1000), JSON.stringify(await project.status()));
    assert.equal((await send({ method: 'notifications/initialized' })).status, 202);
  });
  after(() => project.close());

  test('its route is Accepted', async () => {
    const route = await new Cluster(project.state).get(
      '/apis/aigateway.envoyproxy.io/v1beta1/namespaces/ai-gateway/mcproutes/tools',
    );
    const conditions = route.status.conditions.map((c: Json) => `${c.type}=${c.status}`);
    assert.deepEqual(conditions, ['Accepted=True']);
  });

  test('a client sees the tools of both servers, without those that are left out', async () => {
    const { result } = await ask('tools/list');
    assert.deepEqual(result.tools.map(({ name }: Json) => name).sort(), [
      'docs__read_page',
      'docs__search_pages',
      'issues__read_issue',
      'issues__search_issues',
    ]);
  });

  test('a tool is called at its server', async () => {
    const { result } = await ask('tools/call', { name: 'docs__read_page', arguments: { query: 'x' } });
    assert.match(result.content[0].text, /^read_page of a stand-in was called with {"query":"x"}$/);
  });

  test('a tool that is left out cannot be called', async () => {
    const response = await send({ id: 1, method: 'tools/call', params: { name: 'issues__delete_issue' } });
    assert.match(await response.text(), /invalid tool name: delete_issue/);
  });

  test('each server sees its own key, and never the client’s credential', async () => {
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
