import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePlatform, requiredSecrets } from '../../config';
import { type Draft, papersDocument } from './papers-document';
import { refuses } from './refused';

const issues = () => ({
  url: 'https://mcp.example.com/issues/',
  apiKeySecret: 'issues-key',
  tools: ['search'],
});

/** The paper's document with MCP endpoints. */
const mcp = (endpoints: object) => (document: Draft) => {
  document.mcp = endpoints;
};

test('an endpoint has a path, and its servers are sorted and in parts', () => {
  const document = papersDocument(
    mcp({ tools: { servers: { issues: issues(), docs: { url: 'http://docs.tools.svc:8080' } } } }),
  );
  const platform = parsePlatform(document);
  assert.deepEqual(platform.mcp, [
    {
      name: 'tools',
      path: '/mcp',
      servers: [
        { name: 'docs', url: { hostname: 'docs.tools.svc', port: 8080, tls: false, prefix: '/' } },
        {
          name: 'issues',
          url: { hostname: 'mcp.example.com', port: 443, tls: true, prefix: '/issues' },
          tools: ['search'],
          apiKeySecret: 'issues-key',
        },
      ],
    },
  ]);
  assert.deepEqual(requiredSecrets(platform).find(({ name }) => name === 'issues-key')?.at, [
    'mcp',
    'tools',
    'servers',
    'issues',
    'apiKeySecret',
  ]);
});

test('refuses a URL that a Backend cannot have, or that would show the key', () => {
  const at = 'mcp.tools.servers.issues.url';
  const url = (text: string) => mcp({ tools: { servers: { issues: { url: text } } } });
  refuses(url('https://10.0.0.1/mcp'), at, /IP address/);
  refuses(url('http://mcp.example.com/mcp'), at, /the server's key unencrypted/, /use https/);
});

test('refuses a path where the models answer, and one path twice', () => {
  refuses(mcp({ tools: { path: '/v1/mcp', servers: { issues: issues() } } }), 'mcp.tools.path', /under \/v1/);
  refuses(
    mcp({ one: { servers: { issues: issues() } }, two: { servers: { docs: issues() } } }),
    'mcp.two.path',
    /\/mcp is also the path of one/,
    /use \/mcp\/two/,
  );
});

test('refuses a server with the name of a model or of another server', () => {
  refuses(
    mcp({ tools: { servers: { 'gemini-flash': issues() } } }),
    'mcp.tools.servers.gemini-flash',
    /already used by model gemini-flash/,
  );
  refuses(
    mcp({ one: { servers: { issues: issues() } }, two: { path: '/two', servers: { issues: issues() } } }),
    'mcp.two.servers.issues',
    /already used by a server of one/,
    /rename it to issues-mcp/,
  );
});

test('refuses more servers than an MCPRoute takes', () => {
  const servers = Object.fromEntries(Array.from({ length: 257 }, (_, i) => [`server-${i}`, issues()]));
  refuses(
    mcp({ tools: { servers } }),
    'mcp.tools.servers',
    /257 servers are more than the 256 that an MCPRoute allows/,
  );
});

test('refuses mcp without a seed of its own where the platform installs the controllers', () => {
  refuses(
    (document) => {
      mcp({ tools: { servers: { issues: issues() } } })(document);
      document.cluster = { existing: { context: 'prod' } };
    },
    'controllers.mcpSeedSecret',
    /encrypts session ids with a publicly known seed/,
  );
});
