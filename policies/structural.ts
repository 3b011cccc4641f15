/** A structural schema, as in `spec.versions[].schema.openAPIV3Schema` of a CustomResourceDefinition. */
export interface Structural {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Structural>>;
  readonly items?: Structural;
  readonly additionalProperties?: boolean | Structural;
  readonly required?: readonly string[];
  readonly [keyword: string]: unknown;
}

const TEXT: Structural = { type: 'string' };

const ANYTHING: Structural = { 'x-kubernetes-preserve-unknown-fields': true };

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';

/** What the API server knows of metadata, which definitions do not describe. */
const METADATA: Structural = {
  type: 'object',
  required: ['name'],
  properties: {
    name: { ...TEXT, maxLength: 253, pattern: `^${LABEL}(\\.${LABEL})*$` },
    namespace: { ...TEXT, maxLength: 63, pattern: `^${LABEL}$` },
    labels: {
      type: 'object',
      additionalProperties: {
        ...TEXT,
        maxLength: 63,
        pattern: '^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$',
      },
    },
    annotations: { type: 'object', additionalProperties: TEXT },
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

/** The schema of an object with a kind and metadata of its own, from what a definition says of it. */
export function asResource(schema: Structural): Structural {
  return {
    ...schema,
    type: 'object',
    required: ['apiVersion', 'kind', 'metadata', ...(schema.required ?? [])],
    properties: { ...schema.properties, apiVersion: TEXT, kind: TEXT, metadata: METADATA },
  };
}

/** The same without `status`, which controllers write and the API server ignores from anybody else. */
export function asManifest(schema: Structural): Structural {
  const { properties, ...resource } = asResource(schema);
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
  for (const key of new Set([...Object.keys(properties), ...Object.keys(fields)])) {
    const inner = Object.hasOwn(properties, key) ? properties[key] : others;
    if (inner === undefined) continue;
    if (fields[key] === null && inner.nullable !== true) delete fields[key];
    if (fields[key] === undefined && inner.default !== undefined)
      fields[key] = structuredClone(inner.default);
    settle(inner, fields[key]);
  }
}
