import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import {
  type Cpu,
  Duration,
  type EnvoyPlan,
  type Memory,
  planEnvoy,
  planTiming,
  type TimingPlan,
} from '../config';
import { clientTrafficSpec } from './client-traffic';
import { Component, kubeObject } from './component';
import { envoyProxySpec, type GatewayServiceType } from './envoy-proxy';
import type { Namespace } from './namespace';
import { QUICK, waitForCondition, waitForPolicyAccepted } from './wait';

export interface AiGatewayProps {
  readonly namespace: Namespace;

  /**
   * Of all objects, the GatewayClass of the cluster included.
   *
   * @default - the construct's id
   */
  readonly name?: string;

  /** Whole CPUs of one Envoy: its request, its limit and its number of workers. */
  readonly cpu: Cpu;

  /** Memory of one Envoy, request and limit. Bounds how many requests it takes at once. */
  readonly memory: Memory;

  readonly replicas: number;

  /** Largest request, and largest answer that is not streamed. */
  readonly bufferLimit: Memory;

  /** Where the gateway listens, plain HTTP. */
  readonly port: number;

  /** The longest answer. Every time-out of the gateway and its drain follow from it. */
  readonly requestTimeout: Duration;

  /** @default 'LoadBalancer' */
  readonly serviceType?: GatewayServiceType;
}

/** Envoy Gateway's name for itself in a GatewayClass. */
const CONTROLLER = 'gateway.envoyproxy.io/gatewayclass-controller';

/** How a Gateway names its GatewayConfig; a wrong name means "none" and is not reported. */
const GATEWAY_CONFIG_ANNOTATION = 'aigateway.envoyproxy.io/gateway-config';

/** Programmed means an address and a ready Envoy: images are pulled, a load balancer is made. */
const PROGRAMMED = Duration.minutes(10);

/**
 * The AI gateway tells every backend the path that the client asked for, with its query, in a header that no
 * header mutation may touch; and a query is where Gemini's clients put their key. Runs after the AI gateway's
 * own filter, which has set the header by then.
 */
const WITHOUT_QUERY = `function envoy_on_request(request)
  local headers = request:headers()
  local path = headers:get("x-ai-eg-original-path")
  if path then
    headers:replace("x-ai-eg-original-path", (string.gsub(path, "[?#].*$", "")))
  end
end
`;

/**
 * The entrance: GatewayClass, Gateway, how its Envoys run (EnvoyProxy, GatewayConfig), what clients may send
 * (ClientTrafficPolicy) and what of it goes on (EnvoyExtensionPolicy).
 *
 * Routes depend on the last of these, so that none is served before forged headers and credentials are
 * stripped.
 *
 * @throws PlatformError when memory and buffer limit do not carry one request a worker, or the CPUs are not
 *   whole
 */
export class AiGateway extends Component {
  readonly name: string;
  readonly namespace: Namespace;
  readonly replicas: number;
  readonly envoy: EnvoyPlan;
  readonly timing: TimingPlan;

  /** The last of its objects: what depends on it comes after all of them. */
  readonly ready: ApiObject;

  constructor(scope: Construct, id: string, props: AiGatewayProps) {
    super(scope, id);
    this.name = props.name ?? id;
    this.namespace = props.namespace;
    this.replicas = props.replicas;
    this.envoy = planEnvoy(props);
    this.timing = planTiming(props.requestTimeout);
    this.node.addDependency(props.namespace);

    const gateway = this.gateway(props.port);
    gateway.addDependency(
      this.gatewayClass(),
      this.envoyProxy(props.serviceType ?? 'LoadBalancer'),
      this.gatewayConfig(),
    );
    const clients = this.clientTraffic();
    clients.addDependency(gateway);
    this.ready = this.queryStripper();
    this.ready.addDependency(clients);
  }

  private get metadata() {
    return { name: this.name, namespace: this.namespace.name };
  }

  private gatewayClass(): ApiObject {
    return kubeObject(this, 'class', {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'GatewayClass',
      metadata: { name: this.name, annotations: waitForCondition('Accepted', QUICK) },
      spec: { controllerName: CONTROLLER },
    });
  }

  private envoyProxy(serviceType: GatewayServiceType): ApiObject {
    const { envoy, timing, replicas, name } = this;
    return kubeObject(this, 'proxy', {
      apiVersion: 'gateway.envoyproxy.io/v1alpha1',
      kind: 'EnvoyProxy',
      metadata: this.metadata,
      spec: envoyProxySpec({ envoy, timing, replicas, serviceType, gatewayName: name }),
    });
  }

  /**
   * The external processor keeps a copy of every body that Envoy keeps, so it may use as much memory. Its
   * container has no resources at all by default.
   */
  private gatewayConfig(): ApiObject {
    const { cpu, memory } = this.envoy;
    return kubeObject(this, 'config', {
      apiVersion: 'aigateway.envoyproxy.io/v1beta1',
      kind: 'GatewayConfig',
      metadata: this.metadata,
      spec: {
        extProc: {
          kubernetes: {
            resources: {
              requests: { cpu: '500m', memory: '256Mi' },
              limits: { cpu: `${cpu}`, memory: `${memory}` },
            },
          },
        },
      },
    });
  }

  private gateway(port: number): ApiObject {
    return kubeObject(this, 'gateway', {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: {
        ...this.metadata,
        annotations: {
          [GATEWAY_CONFIG_ANNOTATION]: this.name,
          ...waitForCondition('Programmed', PROGRAMMED),
        },
      },
      spec: {
        gatewayClassName: this.name,
        infrastructure: {
          parametersRef: { group: 'gateway.envoyproxy.io', kind: 'EnvoyProxy', name: this.name },
        },
        listeners: [
          { name: 'http', protocol: 'HTTP', port, allowedRoutes: { namespaces: { from: 'Same' } } },
        ],
      },
    });
  }

  private clientTraffic(): ApiObject {
    return kubeObject(this, 'clients', {
      apiVersion: 'gateway.envoyproxy.io/v1alpha1',
      kind: 'ClientTrafficPolicy',
      metadata: { ...this.metadata, annotations: waitForPolicyAccepted(QUICK) },
      spec: clientTrafficSpec(this.name, this.envoy, this.timing),
    });
  }

  private queryStripper(): ApiObject {
    return kubeObject(this, 'extensions', {
      apiVersion: 'gateway.envoyproxy.io/v1alpha1',
      kind: 'EnvoyExtensionPolicy',
      metadata: { ...this.metadata, annotations: waitForPolicyAccepted(QUICK) },
      spec: {
        targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: this.name }],
        lua: [{ type: 'Inline', inline: WITHOUT_QUERY }],
      },
    });
  }
}
