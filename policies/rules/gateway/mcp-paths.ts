import { defineRule } from '../../rule';
import { mcpRoute } from './samples';

export const mcpPaths = defineRule({
  id: 'G53',
  title: 'the path of an MCPRoute begins with a slash',
  effect: 'refused',
  why:
    'The path becomes that of the HTTPRoute which the AI gateway makes, where the API server demands a slash at its begin: ' +
    'the HTTPRoute is refused, and there is no route to the tools.',
  source:
    'envoyproxy/ai-gateway v1.0.0, internal/controller/mcp_route.go (newMainHTTPRoute); the definition of HTTPRoute in Gateway API 1.5',
  fix: 'write /tools instead of tools',
  area: 'gateway',
  scope: 'object',
  kinds: ['MCPRoute'],
  good: [{ shows: 'a path of its own', change: mcpRoute('tools', 'chat', { path: '/tools' }) }],
  bad: [
    {
      shows: 'a name instead of a path',
      change: mcpRoute('tools', 'chat', { path: 'tools' }),
      finds: ['mcproute/ai/tools /spec/path'],
    },
  ],
  checks: [
    {
      expression: "object.spec.?path.orValue('/mcp').startsWith('/')",
      pointer: '/spec/path',
      problem: { expression: "object.spec.path + ' does not begin with a slash'" },
    },
  ],
});
