import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { NetworkPolicyIngressRule, NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import { GATEWAY_SYSTEM } from '../config';
import { Component, kubeObject } from './component';
import type { Namespace } from './namespace';

export interface ModelServerAccessProps {
  readonly namespace: Namespace;

  /** Name of the model server, and of the policy. */
  readonly server: string;

  /** Labels of its pods. */
  readonly podLabels: Readonly<Record<string, string>>;

  /** Ports of the API, by name or number. */
  readonly ports: readonly string[];

  /** Ports that only Prometheus needs. Default: none beside `ports`. */
  readonly metricsPorts?: readonly string[];

  /**
   * Where Envoy Gateway runs the proxies.
   *
   * @default 'envoy-gateway-system'
   */
  readonly gatewayNamespace?: string;

  /**
   * Where Prometheus runs.
   *
   * @default 'ai-observability'
   */
  readonly prometheusNamespace?: string;

  /**
   * More that may call the API, an endpoint picker for example.
   *
   * @default - nobody
   */
  readonly callers?: readonly NetworkPolicyPeer[];

  /**
   * Whether the pods of the server talk to each other, on any port: one replica over several nodes.
   *
   * @default false
   */
  readonly isGroup?: boolean;
}

/** Labels that Envoy Gateway puts on its proxies, and on nothing else. */
const PROXIES = {
  'app.kubernetes.io/component': 'proxy',
  'app.kubernetes.io/managed-by': 'envoy-gateway',
  'app.kubernetes.io/name': 'envoy',
};

/** The Prometheus operator's label of its Prometheus pods. */
const PROMETHEUS = { 'app.kubernetes.io/name': 'prometheus' };

/**
 * Restricts access to a model server to the proxies of the gateway and Prometheus. Its own key would not do,
 * because it guards `/v1` only, and `/tokenize`, `/metrics` and others stay open. Kubelets always may, so probes
 * need no rule.
 */
export class ModelServerAccess extends Component {
  readonly policy: ApiObject;

  constructor(scope: Construct, id: string, props: ModelServerAccessProps) {
    super(scope, id);
    this.node.addDependency(props.namespace);
    const { namespace, server, podLabels, callers = [], isGroup = false } = props;
    const { gatewayNamespace = GATEWAY_SYSTEM, prometheusNamespace = 'ai-observability' } = props;
    const api = props.ports;
    const metrics = [...api, ...(props.metricsPorts ?? [])];
    const ingress: NetworkPolicyIngressRule[] = [
      { from: [peer(gatewayNamespace, PROXIES), ...callers], ports: tcp(api) },
      { from: [peer(prometheusNamespace, PROMETHEUS)], ports: tcp(metrics) },
      ...(isGroup ? [{ from: [{ podSelector: { matchLabels: podLabels } }] }] : []),
    ];
    this.policy = kubeObject(this, 'policy', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: server, namespace: namespace.name, labels: podLabels },
      spec: { podSelector: { matchLabels: podLabels }, policyTypes: ['Ingress'], ingress },
    });
  }
}

function peer(namespace: string, podLabels: Readonly<Record<string, string>>): NetworkPolicyPeer {
  return {
    // A label that the API server sets itself, so nobody can claim a namespace's name.
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    podSelector: { matchLabels: podLabels },
  };
}

function tcp(ports: readonly string[]) {
  return ports.map((port) => ({ protocol: 'TCP' as const, port }));
}
