import type { Static } from '@sinclair/typebox';
import { list, map, named, optional, secretName, text, url } from './keywords';
import type { Parsed } from './parsed';

const server = map(
  {
    title: 'MCP server',
    description: 'A server of the Model Context Protocol over streamable HTTP.',
  },
  {
    url: url({
      title: 'URL',
      description: 'Where the server answers.',
      'x-allowed': 'the URL of an MCP server, such as https://mcp.example.com/mcp',
    }),
    tools: optional(
      list(
        text({
          title: 'Tool',
          description: 'Name of a tool, without the name of the server in front.',
          pattern: '^\\S+$',
          'x-allowed': 'the name of a tool',
        }),
        {
          title: 'Tools',
          description: 'Tools that clients see, by the names that the server gives them. Default: all.',
          minItems: 1,
          // MCPToolFilter.include in AI Gateway 1.0.
          maxItems: 32,
          'x-allowed': 'a list of 1 to 32 tools',
        },
      ),
    ),
    apiKeySecret: optional(
      secretName(
        'API key secret',
        'Name of the Pulumi secret of this stack that holds the key which the gateway presents to the server. Default: none.',
        'github-mcp-token',
      ),
    ),
  },
);

/** How the endpoints of the Model Context Protocol are written. */
export const mcp = named(
  map(
    {
      title: 'MCP endpoint',
      description: 'One endpoint for clients. They see a tool as <server>__<tool>.',
    },
    {
      path: text({
        title: 'Path',
        description: 'Where clients reach it at the gateway.',
        pattern: '^(/[A-Za-z0-9._~-]+)+$',
        default: '/mcp',
        'x-allowed': 'a path such as /mcp',
      }),
      servers: named(server, {
        title: 'Servers',
        description: 'MCP servers by name.',
        minProperties: 1,
        'x-allowed': 'a map of servers by name, with one at least',
      }),
    },
  ),
  {
    title: 'MCP',
    description: 'Endpoints of the Model Context Protocol, each over several servers, by name.',
    default: {},
    'x-allowed': 'a map of endpoints by name',
  },
);

export type McpDocument = Static<typeof mcp>[string];

export type McpServerDocument = McpDocument['servers'][string];

/** Endpoints of the Model Context Protocol, sorted by name; mostly none. */
export type McpEndpoints = Parsed<typeof mcp>;

/** One MCP endpoint of the gateway over several MCP servers. */
export type McpEndpoint = McpEndpoints[number];

export type McpServer = McpEndpoint['servers'][number];
