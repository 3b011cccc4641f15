import { defineRule } from '../../rule';
import { mcpRoute } from './samples';

const AT = 'mcproute/ai/tools';

const route = (path: string) => mcpRoute('tools', 'chat', { path });
const server = (path: string) =>
  mcpRoute('tools', 'chat', {
    backendRefs: [{ group: 'gateway.envoyproxy.io', kind: 'Backend', name: 'chat', path }],
  });

/** What a path that is matched as a whole may not hold. */
const FORBIDDEN = ['//', '/./', '/../', '%2f', '%2F', '#', '?'];
const PATH = "object.spec.?path.orValue('/mcp')";

export const mcpPaths = defineRule({
  id: 'G53',
  title: 'the paths of an MCPRoute begin with a slash',
  effect: 'refused',
  why:
    'The path becomes that of the HTTPRoute which the AI gateway makes, where the API server demands a slash at its begin ' +
    'and no empty or relative parts: the HTTPRoute is refused, and there is no route to the tools. The path of a ' +
    'backend takes the place of the path of each request as it is, and a server answers 400 to one without a slash.',
  source:
    'envoyproxy/ai-gateway v1.0.0, internal/controller/mcp_route.go (newMainHTTPRoute, mcpBackendRefToHTTPRouteRule); the definition of HTTPRoute in Gateway API 1.5',
  fix: 'write /tools instead of tools',
  area: 'gateway',
  scope: 'object',
  kinds: ['MCPRoute'],
  good: [
    { shows: 'a path of two parts', change: route('/tools/mcp') },
    { shows: 'a path of the server, with a query', change: server('/mcp?profile=small') },
  ],
  bad: [
    { shows: 'a name instead of a path', change: route('tools'), finds: [`${AT} /spec/path`] },
    { shows: 'an empty part', change: route('//tools'), finds: [`${AT} /spec/path`] },
    {
      shows: 'a path of the server without a slash',
      change: server('mcp'),
      finds: [`${AT} /spec/backendRefs/0/path`],
    },
  ],
  checks: [
    {
      expression: `${PATH}.startsWith('/') && !${PATH}.endsWith('/.') && !${PATH}.endsWith('/..') && !${JSON.stringify(FORBIDDEN)}.exists(part, ${PATH}.contains(part))`,
      pointer: '/spec/path',
      problem: { expression: "'no HTTPRoute can have the path ' + object.spec.path" },
    },
    {
      each: ['spec.backendRefs'],
      as: ['backend'],
      expression: "backend.?path.orValue('/').startsWith('/')",
      pointer: '/spec/backendRefs/*/path',
      problem: {
        expression: "'the server is asked for ' + backend.path + ', which does not begin with a slash'",
      },
    },
  ],
});
