/** A structural schema, as in `spec.versions[].schema.openAPIV3Schema` of a CustomResourceDefinition. */
export interface Structural {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Structural>>;
  readonly items?: Structural;
  readonly additionalProperties?: boolean | Structural;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly [keyword: string]: unknown;
}

const TEXT: Structural = { type: 'string' };

const ANYTHING: Structural = { 'x-kubernetes-preserve-unknown-fields': true };

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';

const SUBDOMAIN: Structural = { ...TEXT, maxLength: 253, pattern: `^${LABEL}(\\.${LABEL})*$` };

/** The names of roles and their bindings, `system:node` among them. */
export const PATH_SEGMENT: Structural = { ...TEXT, pattern: '^(?!\\.{1,2}$)[^/%]+$' };

/** What the API server knows of metadata, which definitions do not describe. */
const METADATA: Structural = {
  type: 'object',
  required: ['name'],
  properties: {
    name: SUBDOMAIN,
    namespace: { ...TEXT, maxLength: 63, pattern: `^${LABEL}$` },
    labels: { type: 'object', additionalProperties: TEXT, 'x-label-map': true },
    annotations: { type: 'object', additionalProperties: TEXT, 'x-annotation-map': true },
    finalizers: { type: 'array', items: TEXT },
    creationTimestamp: ANYTHING,
    deletionGracePeriodSeconds: ANYTHING,
    deletionTimestamp: ANYTHING,
    generateName: ANYTHING,
    generation: ANYTHING,
    managedFields: ANYTHING,
    ownerReferences: ANYTHING,
    resourceVersion: ANYTHING,
    selfLink: ANYTHING,
    uid: ANYTHING,
  },
};

/**
 * The schema of an object with a kind and metadata of its own, from what a definition says of it.
 *
 * @param name what names look like; default: subdomains of DNS
 */
export function asResource(schema: Structural, name: Structural = SUBDOMAIN): Structural {
  const metadata = { ...METADATA, properties: { ...METADATA.properties, name } };
  return {
    ...schema,
    type: 'object',
    required: ['apiVersion', 'kind', 'metadata', ...(schema.required ?? [])],
    properties: { ...schema.properties, apiVersion: TEXT, kind: TEXT, metadata },
  };
}

/** The same without `status`, which controllers write and the API server ignores from anybody else. */
export function asManifest(schema: Structural, name?: Structural): Structural {
  const { properties, ...resource } = asResource(schema, name);
  return { ...resource, properties: { ...properties, ...(properties?.status && { status: ANYTHING }) } };
}

/**
 * Drops nulls and fills defaults in, at every level that is there, as the API server does before it
 * validates. Changes `value`.
 */
export function settle(schema: Structural, value: unknown): void {
  if (value === null || typeof value !== 'object') return;
  if (Array.isArray(value)) {
    for (const element of value) settle(schema.items ?? ANYTHING, element);
    return;
  }
  const { properties = {}, additionalProperties } = schema;
  const others = typeof additionalProperties === 'object' ? additionalProperties : undefined;
  const fields = value as Record<string, unknown>;
  for (const [key, inner] of defaultedIn(schema)) {
    const isAbsent = fields[key] === undefined || (fields[key] === null && inner.nullable !== true);
    if (isAbsent) fields[key] = structuredClone(inner.default);
  }
  for (const key of Object.keys(fields)) {
    const inner = Object.hasOwn(properties, key) ? properties[key] : others;
    if (inner === undefined) continue;
    if (fields[key] === null && inner.nullable !== true) delete fields[key];
    else settle(inner, fields[key]);
  }
}

const defaulted = new WeakMap<Structural, readonly (readonly [string, Structural])[]>();

/** The fields that have a default: few of the many that a kind has. */
function defaultedIn(schema: Structural) {
  const known = defaulted.get(schema);
  if (known !== undefined) return known;
  const fields = Object.entries(schema.properties ?? {}).filter(([, inner]) => inner.default !== undefined);
  defaulted.set(schema, fields);
  return fields;
}

/** A group of kinds and their schemas. */
export interface Group {
  /** Whether there can be no other kind. Default: false. */
  readonly isClosed?: true;
  /** Every kind, at every version. */
  readonly kinds: ReadonlyMap<string, readonly string[]>;
  schemaOf(version: string, kind: string): Structural;
}
