import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import pRetry from 'p-retry';
import type { Manifest } from '../base/manifest';

/** A Kubernetes object as an API server has it: with what it adds, and open to change. */
export interface LiveObject extends Manifest {
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    uid?: string;
    resourceVersion?: string;
    creationTimestamp?: string;
    deletionTimestamp?: string;
    ownerReferences?: readonly object[];
    managedFields?: readonly ManagedFields[];
  };
  // biome-ignore lint/suspicious/noExplicitAny: the API server is the one that knows each kind's shape
  [field: string]: any;
}

/** Whose some fields of an object are. */
export interface ManagedFields {
  readonly manager: string;
  /** Server-side apply says that it wants them so; an update, that it wrote them once. */
  readonly operation: 'Apply' | 'Update';
}

/** Whose fields are that the embedded datacenter applies. */
export const FIELD_MANAGER = 'vcf-ai-local';

/** How to reach one API server. */
export interface Access {
  readonly server: string;
  readonly token: string;
  readonly caFile: string;
}

/**
 * How long an idle connection is kept, in ms: less than the 90 s after which an API server closes it, perhaps while a
 * request is on its way (`socket hang up`).
 */
export const IDLE_CONNECTION = 30_000;

/** What is known of the writes to an API server. */
export interface Writes {
  /** Another text after each write to the kind of a plural name; undefined while nobody tells. */
  stateOf(plural: string): string | undefined;
}

/** The kinds that the embedded datacenter reads or writes: plural name, and whether a namespace holds them. */
const kinds: Readonly<Record<string, readonly [plural: string, namespaced: boolean]>> = {
  AIGatewayRoute: ['aigatewayroutes', true],
  AIServiceBackend: ['aiservicebackends', true],
  Backend: ['backends', true],
  BackendSecurityPolicy: ['backendsecuritypolicies', true],
  BackendTrafficPolicy: ['backendtrafficpolicies', true],
  Cluster: ['clusters', true],
  ConfigMap: ['configmaps', true],
  CustomResourceDefinition: ['customresourcedefinitions', false],
  DaemonSet: ['daemonsets', true],
  Deployment: ['deployments', true],
  EnvoyPatchPolicy: ['envoypatchpolicies', true],
  EnvoyProxy: ['envoyproxies', true],
  Event: ['events', true],
  Gateway: ['gateways', true],
  GatewayConfig: ['gatewayconfigs', true],
  InferencePool: ['inferencepools', true],
  MCPRoute: ['mcproutes', true],
  MutatingWebhookConfiguration: ['mutatingwebhookconfigurations', false],
  Namespace: ['namespaces', false],
  Node: ['nodes', false],
  PersistentVolume: ['persistentvolumes', false],
  PersistentVolumeClaim: ['persistentvolumeclaims', true],
  Pod: ['pods', true],
  PodMonitor: ['podmonitors', true],
  PrometheusRule: ['prometheusrules', true],
  Secret: ['secrets', true],
  Service: ['services', true],
  SecurityPolicy: ['securitypolicies', true],
  ServiceAccount: ['serviceaccounts', true],
  StorageClass: ['storageclasses', false],
};

/** Every group, version and resource in one answer (Kubernetes 1.30 and newer). */
const AGGREGATED_DISCOVERY = 'application/json;v=v2;g=apidiscovery.k8s.io;as=APIGroupDiscoveryList';

type Headers = Readonly<Record<string, string>>;

const MERGE: Headers = { 'content-type': 'application/merge-patch+json' };

interface DiscoveredGroup {
  readonly metadata: { readonly name: string };
  readonly versions: readonly {
    readonly resources: readonly { readonly resource: string; readonly verbs: readonly string[] }[];
  }[];
}

/** The API server refused a call. */
export class KubeError extends Error {
  constructor(
    readonly status: number,
    call: string,
    body: string,
  ) {
    super(`${call}: ${status} ${body.slice(0, 600)}`);
    this.name = 'KubeError';
  }
}

/**
 * The few calls that the embedded datacenter makes to its own API server, as raw JSON: the typed client
 * libraries drop fields that they do not know and remember a kind as unknown before its CRD comes.
 */
export class Kube {
  private readonly agent: Agent;
  private writes?: Writes;
  /** By path: what a read was answered, and what was written to its kind until then. */
  private readonly answers = new Map<
    string,
    { readonly state: string; readonly answer: LiveObject | undefined }
  >();

  /** @param manager Whose the fields are that are applied. */
  constructor(
    private readonly access: Access,
    private readonly manager = FIELD_MANAGER,
  ) {
    this.agent = new Agent({
      keepAlive: true,
      timeout: IDLE_CONNECTION,
      ca: readFileSync(access.caFile),
    });
  }

  /** From now on what is read is asked for again only after a write to its kind. */
  remember(writes: Writes): void {
    this.writes = writes;
  }

  /** What is read next is asked for. */
  forgetAnswers(): void {
    this.answers.clear();
  }

  /** Server-side apply: the fields that the manifest names become ours. */
  apply(manifest: LiveObject, subresource?: 'status'): Promise<LiveObject> {
    const { name, namespace } = manifest.metadata;
    const path = `${this.path(manifest.apiVersion, manifest.kind, namespace)}/${name}`;
    return this.call(
      'PATCH',
      `${path}${subresource ? `/${subresource}` : ''}?fieldManager=${this.manager}&force=true`,
      manifest,
    );
  }

  /** Replaces the fields that the manifest names and no others, lists as a whole. */
  merge({
    apiVersion,
    kind,
    metadata: { name, namespace, ...metadata },
    ...rest
  }: LiveObject): Promise<LiveObject> {
    const path = `${this.path(apiVersion, kind, namespace)}/${name}`;
    return this.call('PATCH', path, { metadata, ...rest }, MERGE);
  }

  /** Replaces fields of an object's status, lists as a whole. */
  mergeStatus({ apiVersion, kind, metadata, status }: LiveObject): Promise<LiveObject> {
    const path = `${this.path(apiVersion, kind, metadata.namespace)}/${metadata.name}/status`;
    return this.call('PATCH', path, { status }, MERGE);
  }

  /** Asks a pod to leave its node; false when a disruption budget keeps it for now. */
  async evict({ metadata: { name, namespace } }: LiveObject): Promise<boolean> {
    const path = `${this.path('v1', 'Pod', namespace)}/${name}/eviction`;
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } };
    try {
      // Asked once: here 429 is an answer, and not a server that has just started.
      await this.orUndefined(this.once('POST', path, eviction, { 'content-type': 'application/json' }));
      return true;
    } catch (error) {
      if (error instanceof KubeError && error.status === 429) return false;
      throw error;
    }
  }

  /** All objects of a kind, in one namespace or in all; none where the cluster does not know the kind. */
  async list(apiVersion: string, kind: string, namespace?: string): Promise<LiveObject[]> {
    const list = await this.read(this.path(apiVersion, kind, namespace), kind);
    return ((list?.items as LiveObject[]) ?? []).map((item) => ({ ...item, apiVersion, kind }));
  }

  get(apiVersion: string, kind: string, name: string, namespace?: string): Promise<LiveObject | undefined> {
    return this.read(`${this.path(apiVersion, kind, namespace)}/${name}`, kind);
  }

  private async read(path: string, kind: string): Promise<LiveObject | undefined> {
    const state = this.writes?.stateOf(kinds[kind]?.[0] ?? '');
    const known = this.answers.get(path);
    if (state !== undefined && known?.state === state) return known.answer;
    const answer = await this.orUndefined(this.call('GET', path));
    if (state !== undefined) this.answers.set(path, { state, answer });
    return answer;
  }

  /** @param resourceVersion Nothing is removed when the object is of another version by now. */
  async remove(
    apiVersion: string,
    kind: string,
    name: string,
    namespace?: string,
    resourceVersion?: string,
  ): Promise<void> {
    const body = resourceVersion === undefined ? undefined : { preconditions: { resourceVersion } };
    const path = `${this.path(apiVersion, kind, namespace)}/${name}`;
    try {
      await this.orUndefined(this.call('DELETE', path, body, body && { 'content-type': 'application/json' }));
    } catch (error) {
      if (!(error instanceof KubeError && error.status === 409 && body)) throw error;
    }
  }

  /** Removes a pod at once, for no kubelet will say that it has ended. */
  async forget({ metadata: { name, namespace } }: LiveObject): Promise<void> {
    const path = `${this.path('v1', 'Pod', namespace)}/${name}?gracePeriodSeconds=0`;
    await this.orUndefined(this.call('DELETE', path));
  }

  /**
   * `<plural>.<group>` of every kind that objects can be made of now: a CRD is among them once it is
   * established, and no longer while it is being deleted. One small answer, where the CRDs are megabytes.
   */
  async servedKinds(): Promise<ReadonlySet<string>> {
    const { items } = await this.call('GET', '/apis', undefined, { accept: AGGREGATED_DISCOVERY });
    return new Set(
      (items as DiscoveredGroup[]).flatMap(({ metadata, versions }) =>
        versions
          .flatMap(({ resources }) => resources)
          .filter(({ verbs }) => verbs.includes('create'))
          .map(({ resource }) => `${resource}.${metadata.name}`),
      ),
    );
  }

  /** Takes a finalizer off an object, unless the object is gone or has changed since it was read. */
  async letGo({ apiVersion, kind, metadata }: LiveObject, finalizer: string): Promise<void> {
    const { name, namespace, uid, resourceVersion } = metadata;
    const held = (metadata as { readonly finalizers?: readonly string[] }).finalizers ?? [];
    const finalizers = held.filter((one) => one !== finalizer);
    const path = `${this.path(apiVersion, kind, namespace)}/${name}`;
    const patch = { metadata: { uid, resourceVersion, finalizers } };
    try {
      await this.orUndefined(this.call('PATCH', path, patch, MERGE));
    } catch (error) {
      if (!(error instanceof KubeError) || error.status !== 409) throw error;
    }
  }

  private path(apiVersion: string, kind: string, namespace?: string): string {
    const [plural, namespaced] = kinds[kind] ?? [];
    if (!plural) throw new Error(`kube.ts does not know the kind ${kind}`);
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    return `${root}${namespaced && namespace ? `/namespaces/${namespace}` : ''}/${plural}`;
  }

  private async orUndefined<T>(call: Promise<T>): Promise<T | undefined> {
    try {
      return await call;
    } catch (error) {
      if (error instanceof KubeError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** A server that has just started answers 429 for each kind until its storage is ready, and asks for a retry. */
  private call(method: string, path: string, body?: object, headers: Headers = {}): Promise<LiveObject> {
    return pRetry(() => this.once(method, path, body, headers), {
      retries: 20,
      minTimeout: 1000,
      factor: 1,
      shouldRetry: ({ error }) => error instanceof KubeError && error.status === 429,
    });
  }

  private once(
    method: string,
    path: string,
    body: object | undefined,
    headers: Headers,
  ): Promise<LiveObject> {
    // Who writes something and reads it is not told of the write first.
    if (method !== 'GET') this.answers.clear();
    return new Promise((resolve, reject) => {
      const req = request(
        `${this.access.server}${path}`,
        {
          method,
          agent: this.agent,
          timeout: 10_000,
          headers: {
            authorization: `Bearer ${this.access.token}`,
            ...(body && { 'content-type': 'application/apply-patch+yaml' }),
            ...headers,
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.once('error', reject);
          response.once('end', () => {
            const text = Buffer.concat(chunks).toString();
            const status = response.statusCode ?? 0;
            if (status >= 200 && status < 300) resolve(JSON.parse(text));
            else reject(new KubeError(status, `${method} ${path}`, text));
          });
        },
      );
      req.once('timeout', () => req.destroy(new Error(`${method} ${path}: no answer in 10 s`)));
      req.once('error', reject);
      req.end(body && JSON.stringify(body));
    });
  }
}
