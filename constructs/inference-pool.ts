import type { ApiObject } from 'cdk8s';
import * as plus from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { METRICS } from '../base/metrics';
import { GATEWAY_SYSTEM, POD_SIZES } from '../config';
import versions from '../versions.json';
import { Component, kubeObject, plusObject } from './component';
import type { Namespace } from './namespace';
import { READ_ONLY_CONTAINER } from './pod-security';
import type { RouteBackend } from './routes';
import { QUICK, WITHOUT_WAIT, waitAtMost, waitForCondition } from './wait';

export interface ModelPoolProps {
  /** Of the model servers' pods. An InferencePool selects pods of its own namespace only. */
  readonly namespace: Namespace;

  /**
   * What clients and the servers call the model; also the name of the pool.
   *
   * @default - the construct's id
   */
  readonly name?: string;

  /** Labels of the pods that serve the model. */
  readonly podLabels: Readonly<Record<string, string>>;

  /**
   * The port of those pods.
   *
   * @default 8000
   */
  readonly port?: number;

  /**
   * The key that the gateway presents to the servers; it goes into a Secret and is not looked at.
   *
   * @default - the servers take no key
   */
  readonly apiKey?: string;

  /**
   * Where Envoy Gateway runs the proxies.
   *
   * @default 'envoy-gateway-system'
   */
  readonly gatewayNamespace?: string;
}

/** Ports of the endpoint picker, its own defaults. */
const PORTS = { grpc: 9002, health: 9003, metrics: 9090 } as const;

/** The service that the picker's health server knows. */
const HEALTH_SERVICE = 'inference-extension';

/**
 * Short queues first, then room in the KV cache, then whoever has the prompt's beginning cached: the scorers and
 * the order of the inference extension's own chart.
 */
const SCORERS = ['queue-scorer', 'kv-cache-utilization-scorer', 'prefix-cache-scorer'];

/** Of the pods of every endpoint picker. */
export const PICKER_LABELS = {
  'app.kubernetes.io/name': 'endpoint-picker',
  'app.kubernetes.io/component': 'endpoint-picker',
} as const;

/**
 * A model whose replica an endpoint picker chooses for every request, by queue, KV cache and cached prefix:
 * InferencePool, and the picker's Deployment, Service, ServiceAccount, Role, RoleBinding and NetworkPolicies.
 *
 * The gateway asks the picker for every request and answers 500 when it is away, whatever `failureMode` says: Envoy
 * AI Gateway 1.0 knows no other way. There is one picker, because several would each see a part of the load.
 *
 * The pool is the only backend of its rules, and routes to it live in its namespace: Envoy AI Gateway 1.0 looks for
 * a pool nowhere else.
 */
export class ModelPool extends Component implements RouteBackend {
  readonly kind = 'InferencePool';
  readonly name: string;
  readonly model: string;
  readonly namespace: Namespace;

  /** The last of its objects: what depends on it comes after all of them. */
  readonly ready: ApiObject;

  constructor(scope: Construct, id: string, props: ModelPoolProps) {
    super(scope, id);
    this.name = props.name ?? id;
    this.model = this.name;
    this.namespace = props.namespace;
    this.node.addDependency(props.namespace);

    const pool = this.pool(props);
    // The controller refuses a pool whose picker has no Service.
    pool.addDependency(this.service());
    this.ready = this.picker();
    this.ready.addDependency(this.binding(), ...this.access(props), pool);
    if (props.apiKey !== undefined) this.ready.addDependency(this.key(props.apiKey));
  }

  private get pickerLabels() {
    return { ...PICKER_LABELS, 'app.kubernetes.io/instance': this.name };
  }

  private get pickerMetadata() {
    return { name: `${this.name}-picker`, namespace: this.namespace.name, labels: this.pickerLabels };
  }

  private pool({ podLabels, port = 8000 }: ModelPoolProps): ApiObject {
    return kubeObject(this, 'pool', {
      apiVersion: 'inference.networking.k8s.io/v1',
      kind: 'InferencePool',
      metadata: { name: this.name, namespace: this.namespace.name },
      spec: {
        selector: { matchLabels: { ...podLabels } },
        targetPorts: [{ number: port }],
        endpointPickerRef: {
          name: this.pickerMetadata.name,
          port: { number: PORTS.grpc },
          failureMode: 'FailClose',
        },
      },
    });
  }

  private key(apiKey: string): ApiObject {
    const metadata = { ...this.pickerMetadata, name: `${this.name}-pool` };
    const secret = plusObject(
      new plus.Secret(this, 'secret', {
        metadata,
        type: 'Opaque',
        // The only key under which the AI gateway looks.
        stringData: { apiKey },
      }),
    );
    const policy = kubeObject(this, 'key', {
      apiVersion: 'aigateway.envoyproxy.io/v1beta1',
      kind: 'BackendSecurityPolicy',
      metadata: { ...metadata, annotations: waitForCondition('Accepted', QUICK) },
      spec: {
        targetRefs: [{ group: 'inference.networking.k8s.io', kind: 'InferencePool', name: this.name }],
        type: 'APIKey',
        apiKey: { secretRef: { name: metadata.name } },
      },
    });
    policy.addDependency(secret);
    return policy;
  }

  private service(): ApiObject {
    return kubeObject(this, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { ...this.pickerMetadata, annotations: WITHOUT_WAIT },
      spec: {
        selector: this.pickerLabels,
        ports: [
          { name: 'grpc', port: PORTS.grpc, targetPort: 'grpc', appProtocol: 'http2' },
          { name: 'metrics', port: PORTS.metrics, targetPort: 'metrics' },
        ],
      },
    });
  }

  private binding(): ApiObject {
    const metadata = this.pickerMetadata;
    const read = ['get', 'list', 'watch'];
    const account = new plus.ServiceAccount(this, 'account', { metadata, automountToken: true });
    const resources = [
      { apiGroup: 'inference.networking.k8s.io', resourceType: 'inferencepools' },
      { apiGroup: 'inference.networking.x-k8s.io', resourceType: 'inferenceobjectives' },
    ].map((resource) => plus.ApiResource.custom(resource));
    const role = new plus.Role(this, 'role', {
      metadata,
      rules: [...resources, plus.ApiResource.PODS].map((resource) => ({
        resources: [resource],
        verbs: read,
      })),
    });
    const binding = new plus.RoleBinding(this, 'binding', { metadata, role: role as plus.IRole });
    binding.addSubjects(account);
    binding.node.addDependency(plusObject(account), plusObject(role));
    return plusObject(binding);
  }

  /** Proxies reach the picker, and the picker reads the servers' metrics. */
  private access({ podLabels, port = 8000, gatewayNamespace = GATEWAY_SYSTEM }: ModelPoolProps): ApiObject[] {
    const metadata = this.pickerMetadata;
    const proxies = {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': gatewayNamespace } },
      podSelector: { matchLabels: { 'app.kubernetes.io/managed-by': 'envoy-gateway' } },
    };
    const picker = { podSelector: { matchLabels: this.pickerLabels } };
    return [
      kubeObject(this, 'picker-access', {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata,
        spec: {
          podSelector: { matchLabels: this.pickerLabels },
          policyTypes: ['Ingress'],
          ingress: [{ from: [proxies], ports: [{ protocol: 'TCP', port: 'grpc' }] }],
        },
      }),
      kubeObject(this, 'server-access', {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { ...metadata, name: `${metadata.name}-reads` },
        spec: {
          podSelector: { matchLabels: { ...podLabels } },
          policyTypes: ['Ingress'],
          ingress: [{ from: [picker], ports: [{ protocol: 'TCP', port }] }],
        },
      }),
    ];
  }

  private picker(): ApiObject {
    const { repository, tag } = versions.images['endpoint-picker'];
    const { cpu, memory } = POD_SIZES.endpointPicker;
    const probe = { grpc: { port: PORTS.health, service: HEALTH_SERVICE } };
    return kubeObject(this, 'picker', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { ...this.pickerMetadata, annotations: waitAtMost(QUICK) },
      spec: {
        replicas: 1,
        // Two at once would each know only the requests that they placed themselves.
        strategy: { type: 'Recreate' },
        selector: { matchLabels: this.pickerLabels },
        template: {
          metadata: { labels: this.pickerLabels },
          spec: {
            serviceAccountName: this.pickerMetadata.name,
            securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
            containers: [
              {
                name: 'endpoint-picker',
                image: `${repository}:${tag}`,
                imagePullPolicy: 'IfNotPresent',
                args: this.args,
                ports: Object.entries(PORTS).map(([name, containerPort]) => ({ name, containerPort })),
                readinessProbe: { ...probe, periodSeconds: 2 },
                livenessProbe: { ...probe, initialDelaySeconds: 5, periodSeconds: 10 },
                resources: {
                  requests: { cpu: `${cpu}`, memory: `${memory}` },
                  limits: { memory: '2Gi' },
                },
                securityContext: READ_ONLY_CONTAINER,
              },
            ],
          },
        },
      },
    });
  }

  private get args(): string[] {
    return [
      `--pool-name=${this.name}`,
      `--pool-namespace=${this.namespace.name}`,
      '--pool-group=inference.networking.k8s.io',
      `--grpc-port=${PORTS.grpc}`,
      `--grpc-health-port=${PORTS.health}`,
      `--metrics-port=${PORTS.metrics}`,
      // Its default is a name that vLLM gave up with its first engine: the picker would not see the KV cache.
      `--kv-cache-usage-percentage-metric=${METRICS.cacheUsage.name}`,
      // Without adapters vLLM has no such metric, and the picker would take every replica's metrics for stale.
      '--lora-info-metric=',
      '--enable-pprof=false',
      '--zap-encoder=json',
      '--v=1',
      `--config-text=${JSON.stringify({
        apiVersion: 'inference.networking.x-k8s.io/v1alpha1',
        kind: 'EndpointPickerConfig',
        plugins: SCORERS.map((type) => ({ type })),
        schedulingProfiles: [{ name: 'default', plugins: SCORERS.map((pluginRef) => ({ pluginRef })) }],
      })}`,
    ];
  }
}
