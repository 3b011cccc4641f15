import { compareKeys } from '../../base/text';
import type { McpDocument, McpServerDocument } from '../document';
import { parseBaseUrl } from '../endpoint';
import type { McpEndpoint, McpServer } from '../platform';

export function buildMcp(name: string, { path, servers }: McpDocument): McpEndpoint {
  return {
    name,
    path,
    servers: Object.entries(servers)
      .sort(([a], [b]) => compareKeys(a, b))
      .map(([server, document]) => buildServer(server, document)),
  };
}

function buildServer(name: string, { url, ...rest }: McpServerDocument): McpServer {
  const { prefix, ...address } = parseBaseUrl(url);
  return { name, ...address, path: prefix, ...rest };
}
