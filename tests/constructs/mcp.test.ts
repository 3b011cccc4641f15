import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { McpServer } from '../../config';
import { McpEndpoint } from '../../constructs';
import { assertGolden, chart, field, gatewayIn, manifests, mistakesOf, only } from './support';

const issues: McpServer = {
  name: 'issues',
  url: { hostname: 'mcp.example.com', port: 443, tls: true, prefix: '/issues' },
  tools: ['search'],
  apiKeySecret: 'issues-key',
};
const docs: McpServer = {
  name: 'docs',
  url: { hostname: 'docs.tools.svc', port: 8080, tls: false, prefix: '/mcp' },
};

function render(servers: readonly McpServer[], secrets: Record<string, string> = { 'issues-key': 'k-1' }) {
  const scope = chart();
  const gateway = gatewayIn(scope);
  const others = new Set(manifests(scope).map(({ kind, metadata }) => `${kind}/${metadata.name}`));
  new McpEndpoint(scope, 'tools', { gateway, path: '/mcp', servers, secrets });
  return manifests(scope).filter(({ kind, metadata }) => !others.has(`${kind}/${metadata.name}`));
}

test('an MCP endpoint is an MCPRoute, and for each server a Backend and what holds its key [mcp-shape]', () => {
  assertGolden('mcp', render([docs, issues]));
});

test('the key is in the Secret and nowhere else', () => {
  const objects = render([issues]);
  assert.equal(field(only(objects, 'Secret'), 'stringData.apiKey'), 'k-1');
  assert.equal(JSON.stringify(objects).split('k-1').length, 2);
});

test('refuses a server whose key was not given', () => {
  const [mistake] = mistakesOf(() => render([issues], {}));
  assert.match(mistake?.problem ?? '', /no key was given for issues-key/);
});
