import { join } from 'node:path';
import { hostProxyArgs } from './bootstrap';
import { GATEWAY_SYSTEM } from './cluster-services';
import type { Kube, Manifest } from './kube';
import { HostPod } from './kubelet';
import type { Ports } from './ports';
import { answers } from './probe';
import type { Component } from './process';
import type { Toolchain } from './toolchain';

export const gatewayPorts = [
  'envoy-admin',
  'envoy-stats',
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

const component = (pod: Manifest) => pod.metadata.labels?.['app.kubernetes.io/component'];

/** The pods that Envoy Gateway keeps: proxies and the rate-limit service. */
export const isGatewayPod = (pod: Manifest) =>
  pod.metadata.namespace === GATEWAY_SYSTEM &&
  pod.metadata.labels?.['app.kubernetes.io/managed-by'] === 'envoy-gateway';

/**
 * The pod to run for a role: the newest that is scheduled and stays. A host runs one proxy: they would share
 * the listener's port. So a rolling update ends on the new pod, as in a cluster.
 */
export function chosen(pods: readonly Manifest[], role: 'proxy' | 'ratelimit'): Manifest | undefined {
  return pods
    .filter((pod) => isGatewayPod(pod) && component(pod) === role)
    .filter((pod) => pod.spec.nodeName && !pod.metadata.deletionTimestamp)
    .sort((a, b) => String(b.metadata.creationTimestamp).localeCompare(String(a.metadata.creationTimestamp)))
    .at(0);
}

/** The processes of a proxy pod, and whether a file that they read was written just now. */
export interface ProxyProcesses {
  readonly components: readonly Component[];
  readonly reconfigured: boolean;
}

/** Envoy, and the external processor once the pod has one, from the proxy pod that the controllers made. */
export async function proxyProcesses(pod: Manifest, parts: Parts): Promise<ProxyProcesses> {
  const { state, kube, toolchain, ports, dns, hosts } = parts;
  const hostPod = new HostPod(kube, pod, state, hosts);
  const envoy = (await hostPod.syncVolumes()) ? hostPod.container('envoy') : undefined;
  if (!envoy) return { components: [], reconfigured: false };
  const extproc = hostPod.container('ai-gateway-extproc');
  const adminPort = ports.get('envoy-admin');
  const admin = `http://127.0.0.1:${adminPort}`;
  const uds = '/etc/ai-gateway-extproc-uds';
  const components: Component[] = [];
  if (extproc) {
    components.push({
      name: 'extproc',
      command: toolchain.file('ai-gateway-extproc'),
      ...extproc,
      ready: () => answers(`http://127.0.0.1:${EXTPROC_ADMIN}/health`),
      startSeconds: 30,
      address: `http://127.0.0.1:${EXTPROC_ADMIN}`,
    });
  }
  components.push({
    name: 'envoy',
    command: toolchain.file('envoy'),
    ...envoy,
    args: hostProxyArgs(envoy.args, { adminPort, statsPort: ports.get('envoy-stats'), dns }),
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
export async function rateLimitComponent(pod: Manifest, parts: Parts): Promise<Component | undefined> {
  const { state, kube, toolchain, ports, hosts } = parts;
  const hostPod = new HostPod(kube, pod, state, hosts);
  const container = (await hostPod.syncVolumes()) ? hostPod.container('envoy-ratelimit') : undefined;
  if (!container) return undefined;
  const { GRPC_CLIENT_TLS_SAN: _, ...env } = container.env;
  return {
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
  };
}

/** Where the host serves a named port of a gateway pod. */
export function gatewayAddress(pod: Manifest, port: string, ports: Ports): string | undefined {
  if (!isGatewayPod(pod)) return undefined;
  if (component(pod) === 'ratelimit') return `127.0.0.1:${ports.get('ratelimit-metrics')}`;
  if (port === 'metrics') return `127.0.0.1:${ports.get('envoy-stats')}`;
  return port === 'aigw-admin' ? `127.0.0.1:${EXTPROC_ADMIN}` : undefined;
}

/**
 * What only a host needs, for one Gateway: its listener on loopback instead of every interface, and the port
 * where the host serves the rate-limit service, once a policy makes Envoy Gateway emit that cluster.
 */
export function hostPatches(gateway: Manifest, limited: boolean, ports: Ports): Manifest[] {
  const { name, namespace, uid } = gateway.metadata;
  const policy = (suffix: string, jsonPatches: object[]): Manifest => ({
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
