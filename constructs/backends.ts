import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { CREDENTIAL_HEADERS, PlatformError, type ProviderEndpoint } from '../config';
import { Component, kubeObject } from './component';
import type { Namespace } from './namespace';
import { QUICK, waitForCondition } from './wait';

/** Where a model answers, in the OpenAI dialect. */
export interface ModelEndpoint {
  /** A name with at least two labels: Envoy Gateway refuses `vllm` and IP addresses. */
  readonly hostname: string;
  readonly port: number;
  /** Whether the upstream speaks TLS. Port 443 alone does not switch it on. */
  readonly tls: boolean;
  /** The dialect; for OpenAI `prefix` is the path in front of `/chat/completions`, such as `/v1`. */
  readonly schema: ProviderEndpoint['schema'];
}

export interface ModelBackendProps {
  /** The namespace of the gateway whose routes use this backend. */
  readonly namespace: Namespace;

  readonly endpoint: ModelEndpoint;

  /** The model's name at the endpoint: it replaces the model that a request names. */
  readonly model: string;

  /** @default - the construct's id */
  readonly name?: string;

  /**
   * The key that the gateway presents to the endpoint as `Authorization: Bearer`. It goes into a Secret and
   * nowhere else; the text is not looked at, so it may be a placeholder that a deployer replaces.
   *
   * @default - the endpoint takes no key
   */
  readonly apiKey?: string;

  /**
   * More request headers that this endpoint never sees, such as the identity of the workload.
   *
   * @default - none beside {@link CREDENTIAL_HEADERS}
   */
  readonly removeHeaders?: readonly string[];
}

/** `AIServiceBackend.spec.headerMutation.remove` ends there. */
const MOST_REMOVED = 16;

/**
 * The only key under which the AI gateway looks for an API key in a Secret (BackendSecurityPolicy APIKey).
 */
const API_KEY_IN_SECRET = 'apiKey';

/**
 * One model as the gateway's routes see it: Backend (address, TLS), AIServiceBackend (dialect, what is
 * removed from requests) and, when there is a key, Secret and BackendSecurityPolicy. All carry the same name.
 *
 * @throws PlatformError when `apiKey` is empty, and for more than 16 headers to remove
 */
export class ModelBackend extends Component {
  readonly name: string;
  readonly model: string;
  readonly namespace: Namespace;

  /** The last of its objects: what depends on it comes after all of them. */
  readonly ready: ApiObject;

  constructor(scope: Construct, id: string, props: ModelBackendProps) {
    super(scope, id);
    this.name = props.name ?? id;
    this.model = props.model;
    this.namespace = props.namespace;
    this.node.addDependency(props.namespace);

    const service = this.dialect(props);
    service.addDependency(this.address(props.endpoint));
    this.ready = props.apiKey === undefined ? service : this.presentKey(props.apiKey);
    if (this.ready !== service) this.ready.addDependency(service);
  }

  private get metadata() {
    return { name: this.name, namespace: this.namespace.name };
  }

  private address({ hostname, port, tls }: ModelEndpoint): ApiObject {
    return kubeObject(this, 'backend', {
      apiVersion: 'gateway.envoyproxy.io/v1alpha1',
      kind: 'Backend',
      metadata: this.metadata,
      spec: {
        endpoints: [{ fqdn: { hostname, port } }],
        ...(tls && { tls: { wellKnownCACertificates: 'System', sni: hostname } }),
      },
    });
  }

  private dialect({ endpoint, removeHeaders = [] }: ModelBackendProps): ApiObject {
    return kubeObject(this, 'service', {
      apiVersion: 'aigateway.envoyproxy.io/v1beta1',
      kind: 'AIServiceBackend',
      metadata: { ...this.metadata, annotations: waitForCondition('Accepted', QUICK) },
      spec: {
        schema: endpoint.schema,
        backendRef: { group: 'gateway.envoyproxy.io', kind: 'Backend', name: this.name },
        headerMutation: { remove: this.removed(removeHeaders) },
      },
    });
  }

  private removed(more: readonly string[]): string[] {
    const names = [...new Set([...CREDENTIAL_HEADERS, ...more])].sort();
    if (names.length > MOST_REMOVED) {
      throw new PlatformError([
        {
          path: `${this.node.path}/removeHeaders`,
          value: more,
          problem: `${names.length} headers to remove, ${CREDENTIAL_HEADERS.length} of them always; an AIServiceBackend takes ${MOST_REMOVED}`,
        },
      ]);
    }
    return names;
  }

  private presentKey(apiKey: string): ApiObject {
    if (apiKey === '') {
      throw new PlatformError([
        {
          path: `${this.node.path}/apiKey`,
          problem: 'the key is empty',
          fix: 'leave it out when the endpoint takes no key',
        },
      ]);
    }
    const secret = kubeObject(this, 'secret', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: this.metadata,
      type: 'Opaque',
      stringData: { [API_KEY_IN_SECRET]: apiKey },
    });
    const policy = kubeObject(this, 'key', {
      apiVersion: 'aigateway.envoyproxy.io/v1beta1',
      kind: 'BackendSecurityPolicy',
      metadata: { ...this.metadata, annotations: waitForCondition('Accepted', QUICK) },
      spec: {
        targetRefs: [{ group: 'aigateway.envoyproxy.io', kind: 'AIServiceBackend', name: this.name }],
        type: 'APIKey',
        apiKey: { secretRef: { name: this.name } },
      },
    });
    policy.addDependency(secret);
    return policy;
  }
}
