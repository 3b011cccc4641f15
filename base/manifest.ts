/** One Kubernetes object as plain JSON, rendered by us or read from anybody's YAML. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: {
    readonly name?: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/** An object of ours: rendered by a construct, so that it has a name. */
export interface NamedManifest extends Manifest {
  readonly metadata: NonNullable<Manifest['metadata']> & { readonly name: string };
  readonly [field: string]: unknown;
}

/** `<kind>/<namespace>/<name>`, `<kind>/<name>` for objects of the cluster; lower case. */
export function objectId({ kind, metadata }: Omit<Manifest, 'apiVersion'>): string {
  return [kind, metadata?.namespace, metadata?.name].filter(Boolean).join('/').toLowerCase();
}

/** The API group; empty for the built-in kinds of `v1`. */
export function groupOf({ apiVersion }: Pick<Manifest, 'apiVersion'>): string {
  return apiVersion.slice(0, Math.max(0, apiVersion.indexOf('/')));
}
