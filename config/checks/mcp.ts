import type { McpDocument, PlatformDocument, Sound } from '../document';
import { refuseUrl } from '../endpoint';
import type { UnplacedMistake } from '../mistakes';

type Draft = Sound<PlatformDocument>;

/** `MCPRoute.spec.backendRefs` in AI Gateway 1.0. */
const MOST_SERVERS = 256;

/** Paths of the model APIs, where the gateway answers otherwise. */
const MODEL_PATHS = ['/v1', '/cohere', '/anthropic'];

/** That MCP endpoints do not meet each other or the models, and that their sessions are encrypted. */
export function checkMcp(document: Draft): UnplacedMistake[] {
  const endpoints = Object.entries(document.mcp ?? {}).flatMap(([name, endpoint]) =>
    endpoint === undefined ? [] : [{ name, endpoint }],
  );
  return [
    ...endpoints.flatMap(({ name, endpoint }) => checkServers(name, endpoint)),
    ...checkPaths(endpoints),
    ...checkNames(endpoints, document.models),
    ...(endpoints.length > 0 ? checkSeed(document) : []),
  ];
}

type Endpoints = readonly { readonly name: string; readonly endpoint: Sound<McpDocument> }[];

function checkServers(name: string, { servers = {} }: Sound<McpDocument>): UnplacedMistake[] {
  const at = ['mcp', name, 'servers'];
  const count = Object.keys(servers).length;
  return [
    ...(count > MOST_SERVERS
      ? [
          {
            at,
            problem: `${count} servers are more than the ${MOST_SERVERS} that an MCPRoute allows`,
            fix: 'distribute them over several endpoints',
          },
        ]
      : []),
    ...Object.entries(servers).flatMap(([server, given]) => {
      if (given?.url === undefined) return [];
      const refusal = refuseUrl(given.url, {
        carries: "the server's key",
        credentials: 'move the key to apiKeySecret',
      });
      if (refusal === undefined) return [];
      const { withhold, ...said } = refusal;
      return [{ at: [...at, server, 'url'], ...(withhold ? {} : { value: given.url }), ...said }];
    }),
  ];
}

function checkPaths(endpoints: Endpoints): UnplacedMistake[] {
  return endpoints.flatMap(({ name, endpoint: { path } }, index) => {
    if (path === undefined) return [];
    const at = ['mcp', name, 'path'];
    const model = MODEL_PATHS.find((taken) => path === taken || path.startsWith(`${taken}/`));
    if (model !== undefined) {
      return [
        {
          at,
          value: path,
          problem: `${path} is under ${model}, which is a path of the model API`,
          fix: 'use /mcp',
        },
      ];
    }
    const same = endpoints.slice(0, index).find(({ endpoint }) => endpoint.path === path);
    if (same === undefined) return [];
    return [
      { at, value: path, problem: `${path} is also the path of ${same.name}`, fix: `use /mcp/${name}` },
    ];
  });
}

/** A server is a Backend of its name, and so is a model; and clients know its tools by the name. */
function checkNames(endpoints: Endpoints, models: Draft['models'] = {}): UnplacedMistake[] {
  const owners = new Map(Object.keys(models).map((name) => [name, `model ${name}`]));
  return endpoints.flatMap(({ name, endpoint }) =>
    Object.keys(endpoint.servers ?? {}).flatMap((server) => {
      const owner = owners.get(server);
      owners.set(server, owner ?? `a server of ${name}`);
      if (owner === undefined) return [];
      return [
        {
          at: ['mcp', name, 'servers', server],
          problem: `the name is already used by ${owner}: both would create the Backend ${server}`,
          fix: `rename it to ${server}-mcp`,
        },
      ];
    }),
  );
}

function checkSeed({ cluster, controllers }: Draft): UnplacedMistake[] {
  const ours = cluster !== undefined && !('local' in cluster) && controllers?.install === true;
  if (!ours || 'mcpSeedSecret' in controllers) return [];
  return [
    {
      at: ['controllers', 'mcpSeedSecret'],
      problem:
        'is required with mcp: without it, the AI gateway encrypts session ids with a publicly known seed',
      fix: 'name a Pulumi secret that contains a long random string',
    },
  ];
}
