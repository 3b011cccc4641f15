import type { ApiObject } from 'cdk8s';
import * as plus from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { CREDENTIAL_HEADERS, PlatformError, type ProviderEndpoint } from '../config';
import { Component, kubeObject, plusObject } from './component';
import { type BackendCredentials, presentCredentials } from './credentials';
import type { Namespace } from './namespace';

/** Where a model answers, and in which dialect. */
export interface ModelEndpoint {
  /** A name with at least two labels: Envoy Gateway refuses `vllm` and IP addresses. */
  readonly hostname: string;
  readonly port: number;
  /** Whether the upstream speaks TLS. Port 443 alone does not switch it on. */
  readonly tls: boolean;
  /**
   * PEM of the CAs that sign the endpoint's certificate.
   *
   * @default - the CAs of the gateway's system
   */
  readonly caCertificate?: string;
  /** The dialect; for OpenAI `prefix` is the path in front of `/chat/completions`, such as `/v1`. */
  readonly schema: ProviderEndpoint['schema'];
}

export interface ModelBackendProps {
  /** The namespace of the gateway whose routes use this backend. */
  readonly namespace: Namespace;

  readonly endpoint: ModelEndpoint;

  /**
   * The model's name at the endpoint: it replaces the model that a request names. For Azure's deployments,
   * Bedrock and Vertex AI it is a part of the path.
   */
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
   * What the gateway presents to the endpoint when that is more than a key in `Authorization`.
   *
   * @default - {@link apiKey}
   */
  readonly credentials?: BackendCredentials;

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
 * One model as the gateway's routes see it: Backend (address, TLS, and a ConfigMap with the CAs when they are
 * private), AIServiceBackend (dialect, what is removed from requests) and, when there are credentials, Secret
 * and BackendSecurityPolicy. All carry the same name.
 *
 * @throws PlatformError when a credential is empty or given twice, for private CAs without TLS, and for more
 *   than 16 headers to remove
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
    const credentials = this.credentials(props);
    this.ready = credentials ? presentCredentials(this, this.metadata, credentials) : service;
    if (this.ready !== service) this.ready.addDependency(service);
  }

  private get metadata() {
    return { name: this.name, namespace: this.namespace.name };
  }

  private address({ hostname, port, tls, caCertificate }: ModelEndpoint): ApiObject {
    const backend = kubeObject(this, 'backend', {
      apiVersion: 'gateway.envoyproxy.io/v1alpha1',
      kind: 'Backend',
      metadata: this.metadata,
      spec: {
        endpoints: [{ fqdn: { hostname, port } }],
        ...(tls && {
          tls: {
            ...(caCertificate === undefined
              ? { wellKnownCACertificates: 'System' }
              : { caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: this.name }] }),
            sni: hostname,
          },
        }),
      },
    });
    if (caCertificate !== undefined) backend.addDependency(this.authorities(caCertificate, tls));
    return backend;
  }

  private authorities(caCertificate: string, tls: boolean): ApiObject {
    if (!tls) {
      throw this.refusal(
        'endpoint/caCertificate',
        'has no effect: the endpoint has no TLS',
        'enable tls, or remove it',
      );
    }
    return plusObject(
      new plus.ConfigMap(this, 'authorities', {
        metadata: this.metadata,
        // The only key under which Envoy Gateway looks for CAs.
        data: { 'ca.crt': caCertificate },
      }),
    );
  }

  /**
   * Nobody waits for its condition Accepted. The controller of AI Gateway 1.0 writes it once, five times within 50 ms
   * where its cache is late, then logs "the object has been modified" and forgets it until the spec changes
   * (internal/controller/ai_service_backend.go:104): a busy API server would make an update fail for nothing. The
   * credentials and the route that come next are waited for.
   */
  private dialect({ endpoint, removeHeaders = [] }: ModelBackendProps): ApiObject {
    return kubeObject(this, 'service', {
      apiVersion: 'aigateway.envoyproxy.io/v1beta1',
      kind: 'AIServiceBackend',
      metadata: this.metadata,
      spec: {
        schema: endpoint.schema,
        backendRef: { group: 'gateway.envoyproxy.io', kind: 'Backend', name: this.name },
        headerMutation: { remove: this.removed(removeHeaders) },
      },
    });
  }

  private removed(more: readonly string[]): string[] {
    const names = [...new Set([...CREDENTIAL_HEADERS, ...more])].sort();
    if (names.length <= MOST_REMOVED) return names;
    const problem = `${names.length} headers to remove, including ${CREDENTIAL_HEADERS.length} that are always removed, are more than the ${MOST_REMOVED} that an AIServiceBackend allows`;
    throw this.refusal('removeHeaders', problem, undefined, more);
  }

  private credentials({ apiKey, credentials }: ModelBackendProps): BackendCredentials | undefined {
    if (apiKey === undefined) return credentials;
    if (apiKey === '') {
      throw this.refusal('apiKey', 'the key is empty', 'remove it if the endpoint needs no key');
    }
    if (credentials === undefined) return { kind: 'apiKey', secret: apiKey };
    throw this.refusal('credentials', 'cannot be combined with apiKey', 'set only one of them');
  }

  private refusal(prop: string, problem: string, fix?: string, value?: unknown): PlatformError {
    return new PlatformError([
      {
        path: `${this.node.path}/${prop}`,
        ...(value !== undefined && { value }),
        problem,
        ...(fix !== undefined && { fix }),
      },
    ]);
  }
}
