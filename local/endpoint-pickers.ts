import type { NameRegistry } from './dns';
import type { LiveObject } from './kube';
import { isReady, type Replica, selects } from './model-servers';
import type { Ports } from './ports';
import { accepts } from './probe';
import type { Component } from './process';
import type { Toolchain } from './toolchain';

/** Pools of one host: each picker has ports of its own, which are chosen before anything listens. */
const MOST_PICKERS = 4;

const portNames = (index: number) => ({
  'grpc-port': `picker-grpc.${index}`,
  'grpc-health-port': `picker-health.${index}`,
  'metrics-port': `picker-metrics.${index}`,
});

export const pickerPorts = Array.from({ length: MOST_PICKERS }, (_, index) =>
  Object.values(portNames(index)),
).flat();

/** The process of an endpoint picker, and the address under which Envoy looks for it. */
export interface Picker {
  readonly component: Component;
  /** Of its Service. */
  readonly front: { readonly host: string; readonly port: number };
  readonly port: number;
  readonly metricsPort: number;
  readonly pod: LiveObject;
}

const isPicker = ({ metadata }: LiveObject) =>
  metadata.labels?.['app.kubernetes.io/component'] === 'endpoint-picker';

/**
 * The real endpoint pickers, one for every ready pod that a Service selects, with the arguments of the pod but for
 * the ports. They listen on every address, so Envoy reaches them through the address of the Service.
 */
export function endpointPickers(
  services: readonly LiveObject[],
  pods: readonly LiveObject[],
  {
    ports,
    registry,
    toolchain,
    kubeconfig,
  }: {
    readonly ports: Ports;
    readonly registry: NameRegistry;
    readonly toolchain: Toolchain;
    readonly kubeconfig: string;
  },
): Picker[] {
  const ready = pods.filter((pod) => isPicker(pod) && isReady(pod));
  return services
    .filter(isPicker)
    .flatMap((service) => {
      const { name, namespace } = service.metadata;
      const pod = ready.find((p) => p.metadata.namespace === namespace && selects(service.spec.selector, p));
      return pod ? [{ service, pod, name, namespace }] : [];
    })
    .slice(0, MOST_PICKERS)
    .map(({ service, pod, name, namespace }, index) => {
      const names: Readonly<Record<string, string>> = portNames(index);
      const args = (pod.spec.containers[0].args as string[]).map((arg) => {
        const flag = /^--([a-z-]+)=/.exec(arg)?.[1] ?? '';
        return names[flag] ? `--${flag}=${ports.get(names[flag])}` : arg;
      });
      const port = ports.get(portNames(index)['grpc-port']);
      const grpc = (service.spec.ports as { name: string; port: number }[]).find((p) => p.name === 'grpc');
      return {
        // The AI gateway asks for this short form of the name.
        front: { host: registry.addressOf(`${name}.${namespace}.svc`), port: grpc?.port ?? 9002 },
        port,
        metricsPort: ports.get(portNames(index)['metrics-port']),
        pod,
        component: {
          name: `endpoint-picker:${pod.metadata.labels?.['app.kubernetes.io/instance']}`,
          command: toolchain.file('endpoint-picker'),
          args,
          env: { KUBECONFIG: kubeconfig },
          ready: () => accepts('127.0.0.1', port),
          startSeconds: 60,
          address: `127.0.0.1:${port}`,
        },
      };
    });
}

/**
 * What a network would have given the pods of a pool: their addresses. A picker tells Envoy the pod's address, so
 * it has to be the one of the process; kwok's lead nowhere.
 *
 * A loopback address is none that an EndpointSlice takes, and nothing here reads the slices of these Services.
 */
export function podAddresses(pools: readonly LiveObject[], replicas: readonly Replica[]): LiveObject[] {
  const pooled = ({ pod }: Replica) =>
    pools.some(
      ({ metadata, spec }) =>
        metadata.namespace === pod.metadata.namespace && selects(spec.selector.matchLabels, pod),
    );
  return replicas
    .filter((replica) => pooled(replica) && replica.pod.status?.podIP !== replica.host)
    .map(({ pod: { metadata }, host }) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: metadata.name, ...(metadata.namespace && { namespace: metadata.namespace }) },
      status: { podIP: host, podIPs: [{ ip: host }] },
    }));
}
