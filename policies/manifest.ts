/** One Kubernetes object as plain JSON, rendered by us or read from anybody's YAML. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: {
    readonly name?: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/** `<kind>/<namespace>/<name>`, `<kind>/<name>` for objects of the cluster; lower case. */
export function objectId({ kind, metadata }: Manifest): string {
  return [kind, metadata?.namespace, metadata?.name].filter(Boolean).join('/').toLowerCase();
}

/** The API group; empty for the built-in kinds of `v1`. */
export function groupOf({ apiVersion }: Pick<Manifest, 'apiVersion'>): string {
  return apiVersion.slice(0, Math.max(0, apiVersion.indexOf('/')));
}

/** A value inside an object and the JSON pointer (RFC 6901) to it. */
export interface Located {
  readonly pointer: string;
  readonly value: unknown;
}

/**
 * The values at a JSON pointer in which `*` stands for every element of a list. What is absent, or not
 * shaped as the pointer says, is left out.
 */
export function select(root: unknown, pattern: string): Located[] {
  const segments = pattern.split('/').slice(1);
  return segments.reduce<Located[]>(
    (found, segment) => found.flatMap((at) => step(at, segment)),
    [{ pointer: '', value: root }],
  );
}

function step({ pointer, value }: Located, segment: string): Located[] {
  if (value === null || typeof value !== 'object') return [];
  const keys = segment === '*' && Array.isArray(value) ? [...value.keys()].map(String) : [segment];
  return keys
    .map((key) => ({ pointer: `${pointer}/${key}`, value: Reflect.get(value, unescaped(key)) }))
    .filter((inner) => inner.value !== undefined);
}

/** A key as a segment of a JSON pointer. */
export function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

function unescaped(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}
