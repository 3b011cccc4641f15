import { createHash } from 'node:crypto';
import type { CoreSchemas } from '../../policies/core';
import type { Structural } from '../../policies/structural';

/** What is read of an OpenAPI document of version 2. */
interface Swagger {
  readonly definitions: Readonly<Record<string, Node>>;
  readonly paths: Readonly<Record<string, { readonly post?: Operation }>>;
}

interface Operation {
  readonly 'x-kubernetes-action'?: string;
  readonly 'x-kubernetes-group-version-kind'?: { group: string; version: string; kind: string };
  readonly parameters?: readonly { readonly name: string; readonly schema?: Node }[];
}

type Node = Readonly<Record<string, unknown>>;

/** What a schema keeps; the rest is text, or for clients that patch. */
const KEPT = [
  'type',
  'format',
  'required',
  'enum',
  'x-kubernetes-int-or-string',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-list-type',
  'x-kubernetes-preserve-unknown-fields',
];

/** Types that JSON has no word for, and values without a schema. */
const SPECIAL: Readonly<Record<string, Structural>> = {
  'apiextensions.v1.JSON': { 'x-kubernetes-preserve-unknown-fields': true },
  'apiextensions.v1.JSONSchemaPropsOrArray': { 'x-kubernetes-preserve-unknown-fields': true },
  'apiextensions.v1.JSONSchemaPropsOrBool': { 'x-kubernetes-preserve-unknown-fields': true },
  'apiextensions.v1.JSONSchemaPropsOrStringArray': { 'x-kubernetes-preserve-unknown-fields': true },
  'meta.v1.FieldsV1': { 'x-kubernetes-preserve-unknown-fields': true },
  'intstr.IntOrString': { 'x-kubernetes-int-or-string': true, minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
  'resource.Quantity': { type: ['number', 'string'], format: 'quantity' },
  'runtime.RawExtension': { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
};

/**
 * The schemas of all kinds that can be created, and of what they are made of. Their `status` is left out:
 * controllers write it.
 */
export function coreSchemas(source: string, bytes: Buffer): CoreSchemas {
  const { definitions, paths } = JSON.parse(bytes.toString()) as Swagger;
  const kinds: Record<string, Record<string, Record<string, string>>> = {};
  const needed = new Map<string, Structural>();
  const need = (reference: string): string => {
    const name = shortName(reference);
    if (!needed.has(name)) {
      needed.set(name, {});
      needed.set(name, SPECIAL[name] ?? structural(definitions[reference] ?? {}, need));
    }
    return name;
  };
  for (const [path, { post }] of Object.entries(paths)) {
    const gvk = post?.['x-kubernetes-group-version-kind'];
    const body = post?.parameters?.find(({ name }) => name === 'body')?.schema?.$ref;
    if (gvk === undefined || typeof body !== 'string' || path.includes('{name}')) continue;
    // Clusters serve no other versions unless they are told to.
    if (!/^v\d+$/.test(gvk.version)) continue;
    const group = kinds[gvk.group] ?? {};
    group[gvk.kind] = { ...group[gvk.kind], [gvk.version]: need(body.replace('#/definitions/', '')) };
    kinds[gvk.group] = group;
  }
  return {
    source,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    kinds: sorted(kinds),
    definitions: sorted(Object.fromEntries(needed)),
  };
}

/** `io.k8s.api.core.v1.Pod` is `core.v1.Pod`. */
function shortName(reference: string): string {
  return reference.replace(/^io\.k8s\.(?:api|[\w-]+\.pkg(?:\.apis?|\.util)?)\./, '');
}

function structural(node: Node, need: (reference: string) => string): Structural {
  if (typeof node.$ref === 'string') return { $ref: need(node.$ref.replace('#/definitions/', '')) };
  const kept = Object.fromEntries(
    KEPT.filter((key) => node[key] !== undefined).map((key) => [key, node[key]]),
  );
  const { properties, items, additionalProperties } = node as Readonly<Record<string, Node | undefined>>;
  const fields = Object.entries((properties ?? {}) as Record<string, Node>).map(([name, field]) =>
    name === 'status' && 'x-kubernetes-group-version-kind' in node
      ? [name, { 'x-kubernetes-preserve-unknown-fields': true }]
      : [name, structural(field, need)],
  );
  return {
    ...kept,
    // Go reads base64 across line breaks, and reads nothing as nothing.
    ...(node.format === 'byte' && { format: 'base64' }),
    ...(properties && { properties: Object.fromEntries(fields) }),
    ...(items && { items: structural(items, need) }),
    ...(typeof additionalProperties === 'object' && {
      additionalProperties: structural(additionalProperties, need),
    }),
  };
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
