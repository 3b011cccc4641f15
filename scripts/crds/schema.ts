/** The part of an OpenAPI v3 structural schema that decides a TypeScript type. */
export interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly allOf?: readonly Schema[];
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
}

/** One version of a kind. */
export interface KindSchema {
  readonly kind: string;
  readonly group: string;
  readonly version: string;
  readonly scope: 'Namespaced' | 'Cluster';
  /** `openAPIV3Schema` of the version. */
  readonly schema: Schema;
}

/**
 * Keywords that either shape a type or only narrow its values. Any other would be mistranslated in silence.
 */
const KEYWORDS = new Set([
  ...['type', 'description', 'default', 'enum', 'properties', 'required', 'items', 'additionalProperties'],
  ...['allOf', 'anyOf', 'oneOf', 'format', 'pattern', 'minLength', 'maxLength', 'minimum', 'maximum'],
  ...['minItems', 'maxItems', 'minProperties', 'maxProperties', 'x-kubernetes-validations'],
  ...['x-kubernetes-int-or-string', 'x-kubernetes-preserve-unknown-fields'],
  ...['x-kubernetes-list-type', 'x-kubernetes-list-map-keys', 'x-kubernetes-map-type'],
]);

/** Locale-independent. */
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Known properties by name. */
export function propertiesOf(schema: Schema): [string, Schema][] {
  return Object.entries(schema.properties ?? {}).sort(([a], [b]) => compare(a, b));
}

export const mark = (schema: Schema, property: string): string =>
  schema.required?.includes(property) ? '' : '?';

/** What a list or a map is made of; nothing for any other schema. */
export function elementOf({ items, additionalProperties }: Schema): Schema | undefined {
  return items ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined);
}

/**
 * The TypeScript type of the values that the API server accepts and keeps.
 *
 * @param object renders an object with known properties
 * @throws Error for a keyword or a type that has no translation
 */
export function typeOf(schema: Schema, object: (schema: Schema) => string): string {
  const unknown = Object.keys(schema).filter((keyword) => !KEYWORDS.has(keyword));
  if (unknown.length > 0) throw new Error(`schema keyword without a translation: ${unknown.join(', ')}`);
  const values = allowedValues(schema);
  if (values) return values.map(literal).join(' | ');
  if (schema['x-kubernetes-int-or-string']) return 'number | string';
  const open = schema['x-kubernetes-preserve-unknown-fields'] || schema.additionalProperties === true;
  const element = elementOf(schema);
  switch (schema.type) {
    case 'string':
    case 'boolean':
    case 'number':
      return schema.type;
    case 'integer':
      return 'number';
    case 'array': {
      const type = element ? typeOf(element, object) : 'unknown';
      const compound = /[|&]/.test(type.replace(/\{[\s\S]*\}/, ''));
      return compound ? `readonly (${type})[]` : `readonly ${type}[]`;
    }
    case 'object':
      if (schema.properties)
        return `${object(schema)}${open ? ' & { readonly [key: string]: unknown }' : ''}`;
      if (element) return `Readonly<Record<string, ${typeOf(element, object)}>>`;
      // The API server drops every field that it has no schema for, unless told to keep them.
      return `Readonly<Record<string, ${open ? 'unknown' : 'never'}>>`;
    case undefined:
      if (open) return 'unknown';
  }
  throw new Error(`schema type without a translation: ${schema.type ?? 'none'}`);
}

/**
 * The type as one line, with everything in place: equal for schemas that differ in description or
 * constraints alone.
 */
export function structureOf(schema: Schema): string {
  return typeOf(schema, (object) => {
    const known = structures.get(object);
    if (known !== undefined) return known;
    const members = propertiesOf(object).map(
      ([name, child]) => `${name}${mark(object, name)}: ${structureOf(child)}`,
    );
    const structure = `{ ${members.join('; ')} }`;
    structures.set(object, structure);
    return structure;
  });
}
const structures = new WeakMap<Schema, string>();

/** A value has to be in `enum` and in the `enum` of each `allOf` branch. */
function allowedValues({ enum: own, allOf = [] }: Schema): readonly unknown[] | undefined {
  const [first, ...more] = [own, ...allOf.map((branch) => branch.enum)].filter(
    (values) => values !== undefined,
  );
  return first?.filter((value) => more.every((values) => values.includes(value)));
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value.replace(/['\\]/g, '\\$&')}'` : JSON.stringify(value);
}
