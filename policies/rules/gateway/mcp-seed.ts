import { aiGatewayFlags } from '../../controllers';
import { defineRule } from '../../rule';
import { controller } from './samples';

/** The default of the flag and of the chart. */
const KNOWN = 'default-insecure-seed';

const AT = 'deployment/envoy-ai-gateway-system/ai-gateway-controller /spec/template/spec/containers/0/args';

const MCP = {
  'mcproute/ai/tools': {
    apiVersion: 'aigateway.envoyproxy.io/v1beta1',
    kind: 'MCPRoute',
    metadata: { namespace: 'ai', name: 'tools' },
    spec: {
      parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'chat' }],
      backendRefs: [{ group: 'gateway.envoyproxy.io', kind: 'Backend', name: 'chat' }],
    },
  },
};

export const mcpSeed = defineRule({
  id: 'R38',
  title: 'MCP sessions are encrypted with a secret seed',
  effect: 'unsafe',
  why:
    'An MCP session id contains the sessions of every server behind it, encrypted with a publicly known seed ' +
    'unless another is set: anyone who knows the default can forge sessions.',
  source: 'AI Gateway 1.0, cmd/controller/main.go, mcpSessionEncryptionSeed',
  fix:
    'set controller.mcp.sessionEncryption.seed of the chart to $(VARIABLE), and set the variable from a ' +
    'Secret',
  area: 'gateway',
  scope: 'graph',
  kinds: ['Deployment'],
  good: [
    {
      shows: 'a variable that the kubelet puts in',
      change: { ...MCP, ...controller({ mcpSessionEncryptionSeed: '$(MCP_SESSION_SEED)' }) },
    },
    { shows: 'no MCP', change: controller({ mcpSessionEncryptionSeed: KNOWN }) },
  ],
  bad: [
    {
      shows: 'the seed of the chart',
      change: { ...MCP, ...controller({ mcpSessionEncryptionSeed: KNOWN }) },
      finds: [AT],
    },
    { shows: 'no seed', change: { ...MCP, ...controller({}) }, finds: [AT] },
  ],
  check(all, one) {
    if (all.ofKind('MCPRoute').length === 0) return [];
    return aiGatewayFlags(all)
      .filter(
        ({ object, values }) => object === one && (values.get('mcpSessionEncryptionSeed') ?? KNOWN) === KNOWN,
      )
      .map(({ pointer }) => ({ pointer, problem: `the seed of MCP sessions is the default ${KNOWN}` }));
  },
});
