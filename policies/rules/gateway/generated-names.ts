import { type Manifest, objectId } from '../../../base/manifest';
import { aiGenerated } from '../../ai-routes';
import { type Bundle, ofBundle } from '../../bundle';
import { add } from '../../lists';
import { generatedRoutes } from '../../references';
import { defineRule } from '../../rule';
import { mcpRoute, plainRoute, service } from './samples';

const site = (name: string) => ({
  ...service('ai', 'site'),
  ...plainRoute(name, { value: '/site' }, { name: 'site', port: 80 }),
});

const mcp = (name: string, backend: string, path: string) => ({
  ...mcpRoute(name, backend, { path }),
  [`backend/ai/${backend}`]: {
    apiVersion: 'gateway.envoyproxy.io/v1alpha1',
    kind: 'Backend',
    metadata: { namespace: 'ai', name: backend },
    spec: { endpoints: [{ fqdn: { hostname: `${backend}.ai.svc.cluster.local`, port: 8080 } }] },
  },
});

export const generatedNames = defineRule({
  id: 'G39',
  title: 'no object has the name of one that the AI gateway makes',
  effect: 'failing',
  why:
    'The AI gateway makes an HTTPRoute with the name of each AIGatewayRoute, and for an MCPRoute ' +
    'ai-eg-mcp-main-<name> and ai-eg-mcp-br-<name>-<backend>. One that is there already gets its own rules ' +
    'replaced: what the object was written for is no longer served, and whoever applies it again breaks the models.',
  source:
    'envoyproxy/ai-gateway v1.0.0, internal/controller/ai_gateway_route.go (syncAIGatewayRoute) and mcp_route.go',
  fix: 'use another name for one of them',
  area: 'gateway',
  scope: 'graph',
  kinds: ['HTTPRoute', 'MCPRoute'],
  good: [
    { shows: 'a name of its own', change: site('chat-site') },
    {
      shows: 'the HTTPRoute of an AI route, as it comes out of a cluster',
      change: {
        ...site('chat'),
        'httproute/ai/chat': {
          apiVersion: 'gateway.networking.k8s.io/v1',
          kind: 'HTTPRoute',
          metadata: {
            namespace: 'ai',
            name: 'chat',
            annotations: { 'gateway.envoyproxy.io/ai-gateway-generated': 'true' },
          },
          spec: { parentRefs: [{ name: 'chat' }] },
        },
      },
    },
  ],
  bad: [
    {
      shows: 'a site with the name of an AI route',
      change: site('chat'),
      finds: ['httproute/ai/chat /metadata/name'],
    },
    {
      shows: 'a site with the name of a part of MCP',
      change: { ...mcp('tools', 'files', '/tools'), ...site('ai-eg-mcp-main-tools') },
      finds: ['httproute/ai/ai-eg-mcp-main-tools /metadata/name'],
    },
    {
      shows: 'two names that become one',
      change: { ...mcp('a', 'b-c', '/a'), ...mcp('a-b', 'c', '/b') },
      finds: ['mcproute/ai/a-b /metadata/name'],
    },
  ],
  check(all, one) {
    if (aiGenerated(one as Manifest)) return [];
    const { namespace = '', name } = one.metadata;
    const names = one.kind === 'HTTPRoute' ? [name] : generatedRoutes(one as Manifest);
    const owners = names.flatMap((each) => makersOf(all).get(`${namespace}/${each}`) ?? []);
    const [owner] = owners.filter((other) => objectId(other) !== objectId(one as Manifest));
    if (owner === undefined) return [];
    // Of two MCPRoutes one finding is enough.
    if (one.kind === 'MCPRoute' && objectId(owner) > objectId(one as Manifest)) return [];
    const problem = `the AI gateway makes an HTTPRoute of this name for ${owner.kind} ${owner.metadata?.name} and replaces its rules`;
    return [{ pointer: '/metadata/name', value: name, problem }];
  },
});

/** Who has an HTTPRoute made, by the namespace and name of that. */
const makersOf = ofBundle((all: Bundle): ReadonlyMap<string, readonly Manifest[]> => {
  const found = new Map<string, Manifest[]>();
  for (const kind of ['AIGatewayRoute', 'MCPRoute'] as const) {
    for (const object of all.ofKind(kind) as readonly Manifest[]) {
      for (const name of new Set(generatedRoutes(object))) {
        add(found, `${object.metadata?.namespace ?? ''}/${name}`, object);
      }
    }
  }
  return found;
});
