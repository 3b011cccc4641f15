import { mapFields } from '../pointer';
import type { Structural } from '../structural';
import { compile } from './environment';

/**
 * JSON as CEL sees it where nothing says its types: whole numbers are of type int, as when the API server
 * evaluates an admission policy; everything else stays what it is.
 */
export function celValue(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(celValue);
  return mapFields(value, celValue);
}

/**
 * JSON as CEL sees it by its schema, in the rules of a definition: fields that the schema does not have are
 * not there, names that are no identifiers are escaped, maps are maps
 * (k8s.io/apiserver, pkg/cel/common: UnstructuredToVal).
 */
export function typedValue(schema: Structural, value: unknown): unknown {
  if (schema['x-kubernetes-int-or-string']) return celValue(value);
  if (typeof value === 'number') return schema.type === 'integer' ? BigInt(value) : value;
  if (typeof value === 'string') return typedText(schema, value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((element) => typedValue(schema.items ?? {}, element));
  const { additionalProperties, properties = {} } = schema;
  if (typeof additionalProperties === 'object') {
    return new Map(
      Object.entries(value).map(([key, inner]) => [key, typedValue(additionalProperties, inner)]),
    );
  }
  const fields: Record<string, unknown> = Object.create(null);
  for (const [key, inner] of Object.entries(value)) {
    const field = Object.hasOwn(properties, key) ? properties[key] : undefined;
    const name = escapedName(key);
    if (field !== undefined && name !== undefined) fields[name] = typedValue(field, inner);
  }
  return fields;
}

function typedText({ format }: Structural, text: string): unknown {
  if (format === 'byte') return Buffer.from(text, 'base64');
  if (format === 'date' || format === 'date-time') return new Date(text);
  if (format === 'duration') return DURATION({ text });
  return text;
}

const DURATION = compile('duration(text)', ['text']);

/** Words of CEL that are no names. */
const RESERVED = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

const ESCAPED: Readonly<Record<string, string>> = {
  __: '__underscores__',
  '.': '__dot__',
  '-': '__dash__',
  '/': '__slash__',
};

/** A field as expressions name it; undefined for one that they cannot name. */
export function escapedName(field: string): string | undefined {
  if (RESERVED.has(field)) return `__${field}__`;
  if (!/^[A-Za-z_./-][\w./-]*$/.test(field)) return undefined;
  const name = field.replace(/__|[./-]/g, (found) => ESCAPED[found] ?? found);
  return /^\d/.test(name) ? undefined : name;
}
