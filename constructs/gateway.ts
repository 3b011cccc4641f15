import type { ApiObject } from 'cdk8s';
import * as plus from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import {
  type Cpu,
  Duration,
  type EnvoyPlan,
  EXPECTED_REQUEST,
  IDENTITY_HEADERS,
  type Identity,
  type Memory,
  type Mistake,
  PlatformError,
  planEnvoy,
  planTiming,
  type TimingPlan,
  type Tracing,
} from '../config';
import { AFTER_AI_GATEWAY } from './after-ai-gateway';
import { capacityPolicy } from './capacity';
import { clientTrafficSpec } from './client-traffic';
import { Component, kubeObject, plusObject } from './component';
import type { MeteredRule } from './cost-expression';
import { envoyProxySpec, type GatewayNodes, type GatewayServiceType } from './envoy-proxy';
import { type LedgerProps, ledgerPod, ledgerSecrets } from './ledger-collector';
import { meterOf } from './meter';
import type { Namespace } from './namespace';
import { processorMark, processorSpec } from './processor';
import { ClientIdentity } from './security';
import { certificateSecret, listener, type ServingCertificate } from './tls';
import { collectorBackend } from './tracing';
import { QUICK, waitForCondition, waitForPolicyAccepted } from './wait';

export interface AiGatewayProps {
  readonly namespace: Namespace;

  /**
   * Other namespaces whose routes may attach, because pools live there.
   *
   * @default - none
   */
  readonly routeNamespaces?: readonly Namespace[];

  /**
   * Of all objects, the GatewayClass of the cluster included.
   *
   * @default - the construct's id
   */
  readonly name?: string;

  /** Whole CPUs of one Envoy: its request, its limit and its number of workers. */
  readonly cpu: Cpu;

  /** Memory of one Envoy, request and limit, and limit of its external processor. Bounds the parallel requests. */
  readonly memory: Memory;

  /**
   * Size of a usual request. With `memory` it says how many one Envoy answers at once.
   *
   * @default 256Ki
   */
  readonly expectedRequestSize?: Memory;

  readonly replicas: number;

  /** Largest request, and largest answer that is not streamed. */
  readonly bufferLimit: Memory;

  /** Where the gateway listens. */
  readonly port: number;

  /**
   * What clients see: TLS 1.2 or newer, HTTP/2 and HTTP/1.1.
   *
   * @default - plain HTTP
   */
  readonly certificate?: ServingCertificate;

  /**
   * The source of the workload identity of a request. All but `trustedHeader` drop what clients send as
   * `x-workload-app` and `x-tenant`.
   *
   * @default - trustedHeader: the client itself
   */
  readonly identity?: Identity;

  /**
   * With identity `apiKey`: keys by client, which is the value of the identity header; see ClientIdentity.
   *
   * @default - none
   */
  readonly clientKeys?: Readonly<Record<string, string>>;

  /**
   * One JSON line per request on Envoy's standard output, without prompts and credentials.
   *
   * @default true
   */
  readonly accessLog?: boolean;

  /**
   * A collector beside each Envoy that writes its calls into the ledger; Envoy then also writes its access log into a file.
   *
   * @default - none
   */
  readonly ledger?: LedgerProps;

  /**
   * Spans of Envoy and of the external processor over OTLP.
   *
   * @default - none
   */
  readonly tracing?: Tracing;

  /** Duration of the longest answer. Every timeout of the gateway and its drain time are derived from it. */
  readonly requestTimeout: Duration;

  /** @default 'LoadBalancer' */
  readonly serviceType?: GatewayServiceType;

  /**
   * How many sets of attributes (workload, model, kind of token) the token metrics tell apart: `planMetricSets`.
   *
   * @default 2000
   */
  readonly metricSets?: number;

  /**
   * Rules of routes whose workloads have a hard budget in money, and what their models cost.
   *
   * @default - none
   */
  readonly meteredRules?: readonly MeteredRule[];

  /**
   * Nodes reserved for Envoys.
   *
   * @default - any
   */
  readonly nodes?: GatewayNodes;
}

/** Envoy Gateway's name for itself in a GatewayClass. */
const CONTROLLER = 'gateway.envoyproxy.io/gatewayclass-controller';

/** How a Gateway names its GatewayConfig; a wrong name means "none" and is not reported. */
const GATEWAY_CONFIG_ANNOTATION = 'aigateway.envoyproxy.io/gateway-config';

/** Headers that something in front of the Gateway sets; policies then ask for no authentication by it. */
const TRUSTED_HEADERS_ANNOTATION = 'vcf-ai-platform/trusted-headers';

/** What the parallel requests of an EnvoyProxy are planned by; the rule about its memory reads it. */
const EXPECTED_SIZE_ANNOTATION = 'vcf-ai-platform/expected-request-size';

/** Programmed means an address and a ready Envoy: images are pulled, a load balancer is made. */
const PROGRAMMED = Duration.minutes(10);

/**
 * The gateway: GatewayClass, Gateway with its certificate, settings of its Envoys (EnvoyProxy, GatewayConfig),
 * what one of them answers at once (EnvoyPatchPolicy), limits for client requests (ClientTrafficPolicy), client identity (SecurityPolicy) and the headers that are
 * forwarded (EnvoyExtensionPolicy).
 *
 * Routes depend on the last of these, so that no route is served before clients are authenticated and forged
 * headers and credentials are stripped.
 *
 * @throws PlatformError when memory and buffer limit do not carry one request a worker, the CPUs are not
 *   whole, or client certificates are wanted without a certificate of the gateway
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
    this.envoy = planEnvoy({ expectedRequestSize: EXPECTED_REQUEST, ...props });
    this.timing = planTiming(props.requestTimeout);
    this.node.addDependency(props.namespace);

    const identity = props.identity ?? { kind: 'trustedHeader' };
    refuseHandshake(this.node.path, identity, props.certificate);

    const gateway = this.gateway(props);
    const processor = processorSpec(this.envoy, this.name, props.tracing, props.metricSets);
    const proxy = this.envoyProxy(props, processorMark(processor));
    // A pod that is replaced reads the new settings.
    proxy.addDependency(this.gatewayConfig(processor));
    gateway.addDependency(this.gatewayClass(), proxy);
    const tls = props.certificate !== undefined;
    const clients = this.clientTraffic(identity, tls);
    clients.addDependency(capacityPolicy(this, { ...this, tls }, gateway));
    const { policy = clients } = new ClientIdentity(this, 'identity', {
      namespace: props.namespace,
      gatewayName: this.name,
      identity,
      ...(props.clientKeys && { keys: props.clientKeys }),
    });
    if (policy !== clients) policy.addDependency(clients);
    this.ready = this.queryStripper(props.meteredRules);
    this.ready.addDependency(policy);
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

  private envoyProxy(
    { serviceType = 'LoadBalancer', accessLog = true, ledger, tracing, nodes }: AiGatewayProps,
    podAnnotations: Readonly<Record<string, string>>,
  ): ApiObject {
    const { envoy, timing, replicas, name } = this;
    const collector = tracing && {
      name: collectorBackend(this, this.namespace, `${name}-collector`, tracing).name,
      tracing,
    };
    const secrets = ledger === undefined ? [] : ledgerSecrets(this, name, ledger);
    const proxy = kubeObject(this, 'proxy', {
      apiVersion: 'gateway.envoyproxy.io/v1alpha1',
      kind: 'EnvoyProxy',
      metadata: {
        ...this.metadata,
        annotations: { [EXPECTED_SIZE_ANNOTATION]: `${envoy.expectedRequestSize}` },
      },
      spec: envoyProxySpec({
        ...{ envoy, timing, replicas, serviceType, gatewayName: name, accessLog, podAnnotations },
        ...(collector && { collector }),
        ...(ledger && { ledger: ledgerPod(name, ledger) }),
        ...(nodes && { nodes }),
      }),
    });
    proxy.addDependency(...secrets);
    return proxy;
  }

  private gatewayConfig(extProc: ReturnType<typeof processorSpec>): ApiObject {
    return kubeObject(this, 'config', {
      apiVersion: 'aigateway.envoyproxy.io/v1beta1',
      kind: 'GatewayConfig',
      metadata: this.metadata,
      spec: { extProc },
    });
  }

  private gateway(props: AiGatewayProps): ApiObject {
    const { port, certificate, routeNamespaces = [] } = props;
    const secret =
      certificate && certificateSecret(this, this.namespace, `${this.name}-certificate`, certificate);
    const gateway = kubeObject(this, 'gateway', {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: {
        ...this.metadata,
        annotations: {
          [GATEWAY_CONFIG_ANNOTATION]: this.name,
          ...declared(props.identity),
          ...waitForCondition('Programmed', PROGRAMMED),
        },
      },
      spec: {
        gatewayClassName: this.name,
        infrastructure: {
          parametersRef: { group: 'gateway.envoyproxy.io', kind: 'EnvoyProxy', name: this.name },
        },
        listeners: [
          listener(port, [this.namespace.name, ...routeNamespaces.map(({ name }) => name)], secret),
        ],
      },
    });
    if (secret !== undefined) gateway.addDependency(secret);
    return gateway;
  }

  private clientTraffic(identity: Identity, tls: boolean): ApiObject {
    const { name: gatewayName, envoy, timing } = this;
    const authorities = identity.kind === 'mtls' ? this.clientAuthorities(identity.caCertificate) : undefined;
    const policy = kubeObject(this, 'clients', {
      apiVersion: 'gateway.envoyproxy.io/v1alpha1',
      kind: 'ClientTrafficPolicy',
      metadata: { ...this.metadata, annotations: waitForPolicyAccepted(QUICK) },
      spec: clientTrafficSpec({
        ...{ gatewayName, envoy, timing, identity, tls },
        ...(authorities && { clientCa: authorities.name }),
      }),
    });
    if (authorities !== undefined) policy.addDependency(authorities);
    return policy;
  }

  /** Certificates are no secret. */
  private clientAuthorities(caCertificate: string): ApiObject {
    return plusObject(
      new plus.ConfigMap(this, 'client-authorities', {
        metadata: { name: `${this.name}-client-ca`, namespace: this.namespace.name },
        data: { 'ca.crt': caCertificate },
      }),
    );
  }

  private queryStripper(meteredRules: readonly MeteredRule[] = []): ApiObject {
    return kubeObject(this, 'extensions', {
      apiVersion: 'gateway.envoyproxy.io/v1alpha1',
      kind: 'EnvoyExtensionPolicy',
      metadata: { ...this.metadata, annotations: waitForPolicyAccepted(QUICK) },
      spec: {
        targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: this.name }],
        lua: [AFTER_AI_GATEWAY, meterOf(meteredRules)].map((inline) => ({ type: 'Inline' as const, inline })),
      },
    });
  }
}

/** Where the gateway finds out nothing by itself it says so, for those who check it. */
function declared(identity: Identity = { kind: 'trustedHeader' }): Readonly<Record<string, string>> {
  const { kind } = identity;
  if (kind !== 'trustedHeader' && kind !== 'none') return {};
  const headers = kind === 'none' ? [] : [...IDENTITY_HEADERS].sort();
  return { [TRUSTED_HEADERS_ANNOTATION]: headers.join(',') };
}

function refuseHandshake(
  path: string,
  { kind }: Identity,
  certificate: ServingCertificate | undefined,
): void {
  if (kind !== 'mtls' || certificate !== undefined) return;
  const mistake: Mistake = {
    path: `${path}/certificate`,
    problem: 'is required with identity mtls: a client presents its certificate in the TLS handshake',
  };
  throw new PlatformError([mistake]);
}
