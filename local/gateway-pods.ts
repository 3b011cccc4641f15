import { join } from 'node:path';
import { LOCAL_ENVOYS } from '../config';
import { GATEWAY_SYSTEM } from '../config/plan/controllers';
import { hostProxyArgs } from './bootstrap';
import type { Kube, LiveObject } from './kube';
import { HostPod } from './kubelet';
import type { Ports } from './ports';
import { answers } from './probe';
import type { Component } from './process';
import type { Toolchain } from './toolchain';

/** The addresses that Envoys of one host cannot share, by the place of their pod. */
const proxyPorts = (index: number) => ({
  admin: index === 0 ? 'envoy-admin' : `envoy-admin.${index}`,
  stats: index === 0 ? 'envoy-stats' : `envoy-stats.${index}`,
  extproc: `extproc-admin.${index}`,
  mcp: `mcp-proxy.${index}`,
});

export const gatewayPorts = [
  ...Array.from({ length: LOCAL_ENVOYS }, (_, index) => Object.values(proxyPorts(index)))
    .flat()
    .filter((name) => name !== 'extproc-admin.0' && name !== 'mcp-proxy.0'),
  'ratelimit',
  'ratelimit-http',
  'ratelimit-debug',
  'ratelimit-metrics',
];

/** The external processor's admin port, as the AI Gateway controller writes it into the pod. */
const EXTPROC_ADMIN = 1064;

interface Parts {
  readonly state: string;
  readonly kube: Kube;
  readonly toolchain: Toolchain;
  readonly ports: Ports;
  readonly dns: { readonly host: string; readonly port: number };
  readonly hosts: string;
}

const component = (pod: LiveObject) => pod.metadata.labels?.['app.kubernetes.io/component'];

/** The pods that Envoy Gateway keeps: proxies and the rate-limit service. */
export const isGatewayPod = (pod: LiveObject) =>
  pod.metadata.namespace === GATEWAY_SYSTEM &&
  pod.metadata.labels?.['app.kubernetes.io/managed-by'] === 'envoy-gateway';

export const isRateLimit = (pod: LiveObject) => isGatewayPod(pod) && component(pod) === 'ratelimit';

/** The pods to run for a role: the newest that are scheduled and stay, so that a rolling update ends on new ones. */
export function chosen(pods: readonly LiveObject[], role: 'proxy' | 'ratelimit', most = 1): LiveObject[] {
  return pods
    .filter((pod) => isGatewayPod(pod) && component(pod) === role)
    .filter((pod) => pod.spec.nodeName && !pod.metadata.deletionTimestamp)
    .sort((a, b) => String(b.metadata.creationTimestamp).localeCompare(String(a.metadata.creationTimestamp)))
    .slice(0, most);
}

/** How many Envoys the host runs: what the proxies' Deployment asks for, as far as they fit. */
export function wantedProxies(deployments: readonly LiveObject[]): number {
  const proxies = deployments.find(
    (deployment) => isGatewayPod(deployment) && component(deployment) === 'proxy',
  );
  return Math.min(proxies?.spec.replicas ?? 1, LOCAL_ENVOYS);
}

/** The processes of a proxy pod, and whether a file that they read was written just now. */
export interface ProxyProcesses {
  readonly components: readonly Component[];
  readonly reconfigured: boolean;
}

/**
 * Envoy, and the external processor once the pod has one, from a proxy pod that the controllers made.
 *
 * Envoys of one host share the port of every listener, which is Envoy's default (SO_REUSEPORT): the kernel gives
 * each connection to one of them. All other addresses are of the pod's place among them.
 */
export async function proxyProcesses(pod: LiveObject, index: number, parts: Parts): Promise<ProxyProcesses> {
  const { state, kube, toolchain, ports, dns, hosts } = parts;
  const hostPod = new HostPod(kube, pod, state, hosts);
  const envoy = (await hostPod.syncVolumes()) ? hostPod.container('envoy') : undefined;
  if (!envoy) return { components: [], reconfigured: false };
  const extproc = hostPod.container('ai-gateway-extproc');
  const names = proxyPorts(index);
  const suffix = index === 0 ? '' : `.${index}`;
  const adminPort = ports.get(names.admin);
  const extprocAdmin = extprocPort(index, ports);
  const admin = `http://127.0.0.1:${adminPort}`;
  const uds = '/etc/ai-gateway-extproc-uds';
  const components: Component[] = [];
  if (extproc) {
    components.push({
      name: `extproc${suffix}`,
      command: toolchain.file('ai-gateway-extproc'),
      ...extproc,
      args: extprocArgs(extproc.args, index, ports),
      ready: () => answers(`http://127.0.0.1:${extprocAdmin}/health`),
      startSeconds: 30,
      address: `http://127.0.0.1:${extprocAdmin}`,
    });
  }
  components.push({
    name: `envoy${suffix}`,
    command: toolchain.file('envoy'),
    ...envoy,
    args: hostProxyArgs(envoy.args, { adminPort, statsPort: ports.get(names.stats), dns }),
    fixedPaths: {
      ...envoy.fixedPaths,
      ...(extproc?.fixedPaths[uds] && { [uds]: extproc.fixedPaths[uds] }),
    },
    ready: () => answers(`${admin}/ready`),
    startSeconds: 30,
    address: admin,
  });
  return { components, reconfigured: hostPod.changed };
}

/** The rate-limit service. Envoy Gateway's health server sits on its port 8081, so the host serves it elsewhere. */
export async function rateLimitComponent(pod: LiveObject, parts: Parts): Promise<Component[]> {
  const { state, kube, toolchain, ports, hosts } = parts;
  const hostPod = new HostPod(kube, pod, state, hosts);
  const container = (await hostPod.syncVolumes()) ? hostPod.container('envoy-ratelimit') : undefined;
  if (!container) return [];
  const { GRPC_CLIENT_TLS_SAN: _, ...env } = container.env;
  return [
    {
      name: 'ratelimit',
      command: toolchain.file('ratelimit'),
      args: [],
      env: {
        ...env,
        HOST: '127.0.0.1',
        PORT: String(ports.get('ratelimit-http')),
        GRPC_HOST: '127.0.0.1',
        GRPC_PORT: String(ports.get('ratelimit')),
        DEBUG_HOST: '127.0.0.1',
        DEBUG_PORT: String(ports.get('ratelimit-debug')),
        PROMETHEUS_ADDR: `127.0.0.1:${ports.get('ratelimit-metrics')}`,
        RUNTIME_ROOT: join(state, 'run', 'ratelimit'),
      },
      fixedPaths: container.fixedPaths,
      ready: () => answers(`http://127.0.0.1:${ports.get('ratelimit-http')}/healthcheck`),
      startSeconds: 30,
      address: `127.0.0.1:${ports.get('ratelimit')}`,
    },
  ];
}

/**
 * The first external processor keeps the ports of its pod, and so Envoys find the MCP proxy there; the MCP proxy
 * of another has to be elsewhere and is asked by nobody.
 */
function extprocArgs(args: readonly string[], index: number, ports: Ports): string[] {
  if (index === 0) return [...args];
  const { extproc, mcp } = proxyPorts(index);
  const moved: Readonly<Record<string, string>> = {
    '-adminPort': `${ports.get(extproc)}`,
    '-mcpAddr': `127.0.0.1:${ports.get(mcp)}`,
  };
  return args.map((arg, i) => moved[args[i - 1] ?? ''] ?? arg);
}

const extprocPort = (index: number, ports: Ports) =>
  index === 0 ? EXTPROC_ADMIN : ports.get(proxyPorts(index).extproc);

/** Where the host serves a named port of a gateway pod, by the pod's place among those of its role. */
export function gatewayAddress(
  pod: LiveObject,
  index: number,
  port: string,
  ports: Ports,
): string | undefined {
  if (!isGatewayPod(pod)) return undefined;
  if (component(pod) === 'ratelimit') return `127.0.0.1:${ports.get('ratelimit-metrics')}`;
  if (port === 'metrics') return `127.0.0.1:${ports.get(proxyPorts(index).stats)}`;
  return port === 'aigw-admin' ? `127.0.0.1:${extprocPort(index, ports)}` : undefined;
}

/** The pages of an Envoy and of its external processor. */
export function proxyPages(
  index: number,
  ports: Ports,
): { readonly envoy: string; readonly extproc: string } {
  return {
    envoy: `http://127.0.0.1:${ports.get(proxyPorts(index).stats)}/stats/prometheus`,
    extproc: `http://127.0.0.1:${extprocPort(index, ports)}/metrics`,
  };
}

/**
 * What only a host needs, for one Gateway: its listener on loopback instead of every interface, and the port
 * where the host serves the rate-limit service, once a policy makes Envoy Gateway emit that cluster.
 */
export function hostPatches(gateway: LiveObject, limited: boolean, ports: Ports): LiveObject[] {
  const { name, namespace, uid } = gateway.metadata;
  const policy = (suffix: string, jsonPatches: object[]): LiveObject => ({
    apiVersion: 'gateway.envoyproxy.io/v1alpha1',
    kind: 'EnvoyPatchPolicy',
    metadata: {
      name: `${name}-${suffix}`,
      ...(namespace && { namespace }),
      ownerReferences: [{ apiVersion: gateway.apiVersion, kind: 'Gateway', name, uid }],
    },
    spec: {
      targetRef: { group: 'gateway.networking.k8s.io', kind: 'Gateway', name },
      type: 'JSONPatch',
      jsonPatches,
    },
  });
  const names = (gateway.spec.listeners as { name: string }[]).map((l) => `${namespace}/${name}/${l.name}`);
  const listeners = [...names, 'envoy-gateway-proxy-ready-0.0.0.0-19003'].map((listener) => ({
    type: 'type.googleapis.com/envoy.config.listener.v3.Listener',
    name: listener,
    operation: { op: 'replace', path: '/address/socket_address/address', value: '127.0.0.1' },
  }));
  const endpoint = '/load_assignment/endpoints/0/lb_endpoints/0/endpoint/address/socket_address';
  const rateLimit = {
    type: 'type.googleapis.com/envoy.config.cluster.v3.Cluster',
    name: 'ratelimit_cluster',
  };
  return [
    policy('loopback', listeners),
    ...(limited
      ? [
          policy('rate-limit', [
            { ...rateLimit, operation: { op: 'replace', path: `${endpoint}/address`, value: '127.0.0.1' } },
            {
              ...rateLimit,
              operation: { op: 'replace', path: `${endpoint}/port_value`, value: ports.get('ratelimit') },
            },
          ]),
        ]
      : []),
  ];
}
