import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { IDLE_CONNECTION } from '../../local/kube';
import { until } from '../../local/until';

// biome-ignore lint/suspicious/noExplicitAny: objects as the API server returns them
type Json = any;

/** What of a manifest says where it is. */
interface Named {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

const rootOf = (apiVersion: string) =>
  apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;

const UNSTEADY = new Set(['Event', 'Lease', 'Endpoints', 'EndpointSlice']);

function noneWhereUnknown(error: Error): readonly Json[] {
  if (error.message.includes(': 404 ')) return [];
  throw error;
}

function nothingWhereUnknown(error: Error): Json {
  if (error.message.includes(': 404 ')) return {};
  throw error;
}

/** The API server of a datacenter, by its kubeconfig as any client reads it. */
export class Cluster {
  private readonly discovered = new Map<string, Promise<readonly Json[]>>();

  /** A kept connection of a server that died is closed, and not used again. */
  private readonly agent = new Agent({ keepAlive: true, timeout: IDLE_CONNECTION });
  private access = { written: '', config: {} as Json };

  constructor(private readonly state: string) {}

  get(path: string): Promise<Json> {
    return this.call('GET', path);
  }

  async list(path: string): Promise<Json[]> {
    return (await this.call('GET', path)).items;
  }

  create(path: string, object: object): Promise<Json> {
    return this.call('POST', path, object);
  }

  remove(path: string): Promise<Json> {
    return this.call('DELETE', path);
  }

  /** An object by what its manifest says of it. */
  async read({ apiVersion, kind, metadata }: Named): Promise<Json> {
    const object = await this.get(await this.pathOf({ apiVersion, kind, metadata }));
    return { ...object, apiVersion, kind };
  }

  /** All objects of a kind in all namespaces; none where the server does not know the kind. */
  async all(apiVersion: string, kind: string): Promise<Json[]> {
    const path = await this.pathOfKind(apiVersion, kind);
    if (path === undefined) return [];
    return (await this.list(path)).map((item) => ({ ...item, apiVersion, kind }));
  }

  /** Where all objects of a kind are; undefined for a kind that the server does not know. */
  async pathOfKind(apiVersion: string, kind: string): Promise<string | undefined> {
    const resource = (await this.resources(apiVersion)).find((one) => one.kind === kind);
    return resource && `${rootOf(apiVersion)}/${resource.name}`;
  }

  /**
   * Every object that there is, as `<kind> <group and version> <namespace>/<name>`, in order. Without events, which
   * say what was, and leases and addresses, which come and go with processes.
   */
  async inventory(): Promise<string[]> {
    const { groups } = await this.get('/apis');
    const versions = groups.map(({ preferredVersion }: Json) => preferredVersion.groupVersion);
    const found: string[] = [];
    for (const version of ['v1', ...versions]) {
      const root = rootOf(version);
      for (const { name, kind, verbs } of (await this.get(root)).resources) {
        if (name.includes('/') || !verbs.includes('list') || UNSTEADY.has(kind)) continue;
        for (const { metadata } of await this.list(`${root}/${name}`)) {
          found.push(`${kind} ${version} ${metadata.namespace ?? ''}/${metadata.name}`);
        }
      }
    }
    return found.sort();
  }

  /** What the server would say to this manifest, unknown fields being errors: its warnings. */
  dryRun(manifest: Named): Promise<string[]> {
    return this.applied(manifest, 'dryRun=All&fieldManager=dry-run&force=true&fieldValidation=Strict');
  }

  /** Server-side apply; the server's warnings. */
  apply(manifest: Named, manager = 'somebody'): Promise<string[]> {
    return this.applied(manifest, `fieldManager=${manager}&force=true&fieldValidation=Strict`);
  }

  /**
   * {@link apply} as whoever applied the object before, so that fields which it no longer has go. One that cannot be
   * changed so is made anew.
   */
  async become(manifest: Named): Promise<void> {
    const { metadata } = await this.read(manifest).catch(nothingWhereUnknown);
    const owner = metadata?.managedFields.find(
      (one: Json) => one.operation === 'Apply' && one.subresource === undefined,
    );
    try {
      await this.apply(manifest, owner?.manager);
    } catch (error) {
      if (!/field is immutable/.test((error as Error).message)) throw error;
      await this.deleteAll([manifest]);
      await this.apply(manifest, owner?.manager);
    }
  }

  /** Deletes objects with everything that is made for them, and waits until they are gone. */
  async deleteAll(objects: readonly Named[]): Promise<void> {
    for (const object of objects)
      await this.call('DELETE', `${await this.pathOf(object)}?propagationPolicy=Foreground`);
    for (const object of objects) {
      const isGone = async () => (await this.read(object).catch(nothingWhereUnknown)).kind === undefined;
      if (!(await until(isGone, 60, 300)))
        throw new Error(`${object.kind} ${object.metadata.name} does not go`);
    }
  }

  /** Changes fields of an object that is there, lists as a whole. */
  async merge(object: Named, change: object): Promise<void> {
    const headers = { 'content-type': 'application/merge-patch+json' };
    await this.send('PATCH', await this.pathOf(object), change, headers);
  }

  async delete(object: Named): Promise<void> {
    await this.call('DELETE', await this.pathOf(object));
  }

  private async applied(manifest: Named, query: string): Promise<string[]> {
    const headers = { 'content-type': 'application/apply-patch+yaml' };
    const { warnings } = await this.send(
      'PATCH',
      `${await this.pathOf(manifest)}?${query}`,
      manifest,
      headers,
    );
    return warnings;
  }

  /** The same for a new object that is written as a whole: such an answer names every mistake. */
  async dryRunCreate(manifest: Named): Promise<void> {
    const path = (await this.pathOf(manifest)).replace(/\/[^/]*$/, '');
    await this.create(`${path}?dryRun=All&fieldValidation=Strict`, manifest);
  }

  /** Whether objects of a kind are in namespaces; undefined for a kind that the server does not know. */
  async isNamespaced({ apiVersion, kind }: Pick<Named, 'apiVersion' | 'kind'>): Promise<boolean | undefined> {
    return (await this.resources(apiVersion)).find((one) => one.kind === kind)?.namespaced;
  }

  /** Changes an object as a JSON patch says (RFC 6902). */
  async patch(manifest: Named, operations: readonly object[], query = ''): Promise<void> {
    const type = { 'content-type': 'application/json-patch+json' };
    await this.send('PATCH', `${await this.pathOf(manifest)}${query}`, operations, type);
  }

  /** Whether the server would take {@link patch}: what it says against it is thrown. */
  dryPatch(manifest: Named, operations: readonly object[]): Promise<void> {
    return this.patch(manifest, operations, '?dryRun=All');
  }

  /**
   * {@link patch}, and the way back. It gives every field back to whom it belonged: an update that no longer has a field
   * would else leave it to somebody who changed it in between.
   */
  async change(manifest: Named, operations: readonly object[]): Promise<() => Promise<void>> {
    const { spec, metadata } = await this.read(manifest);
    await this.patch(manifest, operations);
    const put = (path: string, value: unknown) => this.patch(manifest, [{ op: 'replace', path, value }]);
    return async () => {
      await put('/spec', spec);
      await put('/metadata/managedFields', metadata.managedFields);
    };
  }

  private async pathOf({ apiVersion, kind, metadata: { name, namespace } }: Named): Promise<string> {
    const resource = (await this.resources(apiVersion)).find((one) => one.kind === kind);
    if (!resource) throw new Error(`the API server knows no ${apiVersion} ${kind}`);
    const place = resource.namespaced ? `namespaces/${namespace}/` : '';
    return `${rootOf(apiVersion)}/${place}${resource.name}/${name}`;
  }

  /** The kinds of an API version, none of one that there is not; asked once, when the platform's CRDs are there. */
  private resources(apiVersion: string): Promise<readonly Json[]> {
    const known =
      this.discovered.get(apiVersion) ??
      this.get(rootOf(apiVersion))
        .then(({ resources }) => resources.filter(({ name }: { name: string }) => !name.includes('/')))
        .catch(noneWhereUnknown);
    this.discovered.set(apiVersion, known);
    return known;
  }

  /** As it is now: a datacenter that is started again may have other ports. */
  private kubeconfig(): Json {
    const written = readFileSync(join(this.state, 'kubeconfig'), 'utf8');
    if (written !== this.access.written) this.access = { written, config: load(written) };
    return this.access.config;
  }

  private async call(method: string, path: string, body?: object): Promise<Json> {
    return (await this.send(method, path, body)).object;
  }

  private send(
    method: string,
    path: string,
    body?: object,
    more: Readonly<Record<string, string>> = {},
  ): Promise<{ object: Json; warnings: string[] }> {
    const config = this.kubeconfig();
    const { server, 'certificate-authority-data': ca } = config.clusters[0].cluster;
    const headers = {
      authorization: `Bearer ${config.users[0].user.token}`,
      'content-type': 'application/json',
      ...more,
    };
    return new Promise((resolve, reject) => {
      const options = { method, headers, ca: Buffer.from(ca, 'base64'), agent: this.agent, timeout: 60_000 };
      const req = request(`${server}${path}`, options, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.once('end', () => {
          const status = response.statusCode ?? 0;
          const warnings = response.headersDistinct.warning ?? [];
          if (status < 300) resolve({ object: JSON.parse(text), warnings });
          else reject(new Error(`${method} ${path}: ${status} ${text}`));
        });
      });
      req.once('timeout', () => req.destroy(new Error(`${method} ${path}: no answer in 60 s`)));
      req.once('error', reject);
      req.end(body && JSON.stringify(body));
    });
  }
}
