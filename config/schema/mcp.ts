import { LABEL_PATTERN } from '../names';
import { list, map, type Schema, secretName } from './keywords';

const server = map({
  title: 'MCP server',
  description: 'A server of the Model Context Protocol over streamable HTTP.',
  required: ['url'],
  properties: {
    url: {
      title: 'URL',
      description: 'Where the server answers.',
      type: 'string',
      'x-allowed': 'the URL of an MCP server, such as https://mcp.example.com/mcp',
    },
    tools: list(
      {
        title: 'Tool',
        description: 'Name of a tool, without the name of the server in front.',
        type: 'string',
        pattern: '^\\S+$',
        'x-allowed': 'the name of a tool',
      },
      {
        title: 'Tools',
        description: 'Tools that clients see, by the names that the server gives them. Default: all.',
        minItems: 1,
        // MCPToolFilter.include in AI Gateway 1.0.
        maxItems: 32,
        'x-allowed': 'a list of 1 to 32 tools',
      },
    ),
    apiKeySecret: secretName(
      'API key secret',
      'Name of the Pulumi secret of this stack that holds the key which the gateway presents to the server. Default: none.',
      'github-mcp-token',
    ),
  },
});

/** How the endpoints of the Model Context Protocol are written. */
export const mcp: Schema = {
  title: 'MCP',
  description: 'Endpoints of the Model Context Protocol, each over several servers, by name.',
  type: 'object',
  default: {},
  propertyNames: { pattern: LABEL_PATTERN },
  'x-allowed': 'a map of endpoints by name',
  additionalProperties: map({
    title: 'MCP endpoint',
    description: 'One endpoint for clients. They see a tool as <server>__<tool>.',
    required: ['servers'],
    properties: {
      path: {
        title: 'Path',
        description: 'Where clients reach it at the gateway.',
        type: 'string',
        pattern: '^(/[A-Za-z0-9._~-]+)+$',
        default: '/mcp',
        'x-allowed': 'a path such as /mcp',
      },
      servers: {
        title: 'Servers',
        description: 'MCP servers by name.',
        type: 'object',
        minProperties: 1,
        propertyNames: { pattern: LABEL_PATTERN },
        additionalProperties: server,
        'x-allowed': 'a map of servers by name, with one at least',
      },
    },
  }),
};
