import { join } from 'node:path';
import execa from 'execa';
import { dump } from 'js-yaml';
import { AI_GATEWAY_SYSTEM, GATEWAY_SYSTEM } from '../config/plan/controllers';
import { keyPair } from './certificates';
import { AI_GATEWAY_ON_HOST, broughtFor } from './cluster-services';
import type { ControlPlane } from './control-plane';
import { hostGatewayConfig, type WantedControllers, withMcpSeed } from './controller-config';
import { replaceFile } from './files';
import { collectingLess } from './go-memory';
import { holderOf } from './ports';
import { accepts, answers } from './probe';
import { type Component, StartError } from './process';
import type { Toolchain } from './toolchain';

/** Ports that the upstream controllers bind and that no flag moves. */
export const controllerPorts = [1063, 8080, 8081, 9443, 18000, 18001, 18002, 19000, 19001];

/** The fixed ports of the controllers that somebody else holds, each with who. */
export function takenPorts(): string[] {
  return controllerPorts.flatMap((port) => {
    const holder = holderOf(port);
    return holder ? [`port ${port} is held by ${holder}`] : [];
  });
}

const REQUIRED = [
  ...['gatewayclasses', 'gateways', 'httproutes', 'grpcroutes', 'referencegrants', 'backendtlspolicies'].map(
    (plural) => `${plural}.gateway.networking.k8s.io`,
  ),
  ...[
    'backends',
    'backendtrafficpolicies',
    'clienttrafficpolicies',
    'envoyextensionpolicies',
    'envoypatchpolicies',
    'envoyproxies',
    'httproutefilters',
    'securitypolicies',
  ].map((plural) => `${plural}.gateway.envoyproxy.io`),
  ...[
    'aigatewayroutes',
    'aiservicebackends',
    'backendsecuritypolicies',
    'gatewayconfigs',
    'mcproutes',
    'quotapolicies',
  ].map((plural) => `${plural}.aigateway.envoyproxy.io`),
  'inferencepools.inference.networking.k8s.io',
];

interface Parts {
  readonly state: string;
  readonly toolchain: Toolchain;
  readonly plane: ControlPlane;
  readonly redisPort: number;
  readonly wanted: WantedControllers;
}

/** The CRDs that the controllers need and that are not established; they come with `pulumi up`. */
export async function missingCrds({ kube }: ControlPlane): Promise<string[]> {
  const served = await kube.servedKinds();
  return REQUIRED.filter((name) => !served.has(name));
}

/** Writes the objects and the certificates that the controllers expect to find. */
export async function prepareControllers({ state, toolchain, plane, wanted }: Parts): Promise<void> {
  for (const manifest of broughtFor(wanted.installed)) await plane.kube.apply(manifest);
  // The chart's own pod is the one that a monitor finds then.
  if (wanted.installed) {
    await plane.kube.remove('apps/v1', 'Deployment', AI_GATEWAY_ON_HOST, AI_GATEWAY_SYSTEM);
  }
  const certificate = () => plane.kube.get('v1', 'Secret', 'envoy-gateway', GATEWAY_SYSTEM);
  if (!(await certificate())) {
    const result = await execa(toolchain.file('envoy-gateway'), ['certgen', '--disable-topology-injector'], {
      env: { KUBECONFIG: plane.kubeconfig, ENVOY_GATEWAY_NAMESPACE: GATEWAY_SYSTEM },
      reject: false,
      all: true,
    });
    if (result.failed) throw new StartError('envoy-gateway certgen', `failed: ${result.all}`, '', true);
  }
  const secret = await certificate();
  for (const [key, value] of Object.entries<string>(secret?.data ?? {})) {
    replaceFile(join(state, 'controllers', 'certs', key), Buffer.from(value, 'base64'));
  }
}

/** The AI Gateway controller, then Envoy Gateway: the first insists on port 18002, the second only logs it. */
export async function controllers({
  state,
  toolchain,
  plane,
  redisPort,
  wanted,
}: Parts): Promise<Component[]> {
  const config = join(state, 'controllers', 'envoy-gateway.yaml');
  // Envoy Gateway follows this file by itself, as it follows its ConfigMap in a cluster.
  replaceFile(config, dump(hostGatewayConfig(wanted.gateway, redisPort)));
  const webhook = await keyPair(join(state, 'controllers', 'webhook'), ['127.0.0.1']);
  const KUBECONFIG = plane.kubeconfig;
  return [
    {
      name: 'ai-gateway-controller',
      command: toolchain.file('ai-gateway-controller'),
      args: [
        '--enableLeaderElection=false',
        `--tlsCertDir=${webhook.folder}`,
        '--port=127.0.0.1:1063',
        `--envoyGatewayNamespace=${GATEWAY_SYSTEM}`,
        ...withMcpSeed(wanted.flags, join(state, 'controllers')),
      ],
      env: { KUBECONFIG, POD_NAMESPACE: AI_GATEWAY_SYSTEM, ...collectingLess('400MiB') },
      // It exchanges service accounts for tokens itself, with stand-ins here.
      fixedPaths: { '/etc/hosts': join(state, 'hosts') },
      ready: async () => (await accepts('127.0.0.1', 1063)) && (await accepts('127.0.0.1', 9443)),
      startSeconds: 60,
      address: '127.0.0.1:1063',
    },
    {
      name: 'envoy-gateway',
      command: toolchain.file('envoy-gateway'),
      args: ['server', '--config-path', config],
      env: { KUBECONFIG, ENVOY_GATEWAY_NAMESPACE: GATEWAY_SYSTEM, ...collectingLess('600MiB') },
      fixedPaths: { '/certs': join(state, 'controllers', 'certs') },
      ready: async () =>
        (await answers('http://127.0.0.1:8081/readyz')) && (await accepts('127.0.0.1', 18000)),
      startSeconds: 60,
      address: '127.0.0.1:18000',
    },
  ];
}
