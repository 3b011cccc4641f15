import { isDeepStrictEqual } from 'node:util';
import Ajv, { type AnySchemaObject, type ErrorObject, type ValidateFunction } from 'ajv';
import { FORMATS, goPattern } from './formats';
import { escaped, mapFields } from './pointer';
import { asResource, type Structural, settle } from './structural';

/** An object as the API server would store it, and what it would refuse of it. */
export interface Validated {
  readonly stored: unknown;
  readonly errors: readonly ErrorObject[];
}

/**
 * Holds a value against a schema like the API server with `fieldValidation=Strict`, but for CEL rules:
 * unknown fields are errors, defaults count as written, null as not written, and lists of type `map` and
 * `set` hold no duplicates.
 *
 * Definitions are large (EnvoyProxy: half a megabyte, a second to compile), objects use little of them, and
 * most fields ask for the same: a text, a whole number. So objects are walked here, and only what a schema
 * says of one value is compiled, once for all schemas that say the same.
 */
export function validate(schema: Structural, value: unknown): Validated {
  const stored = copyOf(value);
  const errors: ErrorObject[] = [];
  settle(schema, stored);
  collect(errors, schema, stored, '');
  return { stored, errors };
}

/** Of alternatives that all fail only the whole is told, not what each of them would have wanted. */
export function isOutermost({ schemaPath }: ErrorObject): boolean {
  return !/\/(?:any|one)Of\/\d+\//.test(schemaPath);
}

/** Of plain JSON, which is quicker than what copies anything. */
function copyOf(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(copyOf);
  return mapFields(value, copyOf);
}

const ajv = new Ajv({
  allErrors: true,
  verbose: true,
  passContext: true,
  formats: FORMATS,
  strict: false,
  logger: false,
  validateSchema: false,
  // Optimizing generated code takes longer than running it on the few objects of a platform.
  code: { optimize: false, regExp: goPattern },
});

type Where = Parameters<ValidateFunction>[1];

function collect(errors: ErrorObject[], schema: Structural, value: unknown, instancePath: string): void {
  if (value === null && schema.nullable === true) return;
  collectPlain(errors, schema, value, instancePath);
  const validator = validatorOf(schema);
  if (validator !== undefined) {
    const where = { instancePath, parentData: {}, parentDataProperty: '', rootData: {}, dynamicAnchors: {} };
    if (!validator.call(errors, value, where)) errors.push(...(validator.errors ?? []));
  }
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items === undefined) return;
    for (const [index, element] of value.entries()) {
      collect(errors, whole(items), element, `${instancePath}/${index}`);
    }
  } else if (value !== null && typeof value === 'object') {
    collectFields(errors, schema, value, instancePath);
  }
}

function collectFields(errors: ErrorObject[], schema: Structural, value: object, instancePath: string): void {
  const { properties = {}, additionalProperties } = schema;
  const open =
    schema.type !== 'object' ||
    additionalProperties === true ||
    schema['x-kubernetes-preserve-unknown-fields'] === true;
  const others = typeof additionalProperties === 'object' ? additionalProperties : undefined;
  for (const [key, field] of Object.entries(value)) {
    if (field === undefined) continue;
    const inner = Object.hasOwn(properties, key) ? properties[key] : others;
    if (inner !== undefined) collect(errors, whole(inner), field, `${instancePath}/${escaped(key)}`);
    else if (!open) {
      errors.push({
        keyword: 'additionalProperties',
        instancePath,
        schemaPath: '#/additionalProperties',
        params: { additionalProperty: key },
        parentSchema: schema,
        data: value,
      });
    }
  }
}

const resources = new WeakMap<Structural, Structural>();

/** A schema, with what the API server knows of metadata where an object is within an object. */
function whole(schema: Structural): Structural {
  if (!schema['x-kubernetes-embedded-resource']) return schema;
  const resource = resources.get(schema) ?? asResource(schema);
  resources.set(schema, resource);
  return resource;
}

const IS: Readonly<Record<string, (value: unknown) => boolean>> = {
  array: Array.isArray,
  boolean: (value) => typeof value === 'boolean',
  integer: Number.isInteger,
  number: Number.isFinite,
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  string: (value) => typeof value === 'string',
};

/** What nearly every schema says, without a compiler: type, fields that must be there, and a list of values. */
function collectPlain(errors: ErrorObject[], schema: Structural, value: unknown, instancePath: string): void {
  const tell = (keyword: string, params: object, message: string) =>
    errors.push({
      ...{ keyword, instancePath, schemaPath: `#/${keyword}`, params, message },
      ...{ parentSchema: schema, data: value },
    });
  const types = schema['x-kubernetes-int-or-string'] ? ['integer', 'string'] : [schema.type ?? []].flat();
  if (types.length > 0 && !types.some((type) => IS[type]?.(value))) {
    tell('type', { type: types.length > 1 ? types : types[0] }, `must be ${types.join(',')}`);
  }
  for (const missingProperty of IS.object?.(value) ? (schema.required ?? []) : []) {
    if (Object(value)[missingProperty] === undefined) {
      tell('required', { missingProperty }, `must have required property '${missingProperty}'`);
    }
  }
  const allowedValues = schema.enum;
  if (allowedValues !== undefined && !allowedValues.some((allowed) => isDeepStrictEqual(allowed, value))) {
    tell('enum', { allowedValues }, 'must be equal to one of the allowed values');
  }
}

const validators = new WeakMap<Structural, ValidateFunction | 'none'>();
const byText = new Map<string, ValidateFunction>();

function validatorOf(schema: Structural): ValidateFunction | undefined {
  const known = validators.get(schema) ?? compiled(schema);
  validators.set(schema, known);
  return known === 'none' ? undefined : known;
}

function compiled(schema: Structural): ValidateFunction | 'none' {
  const own = ownKeywords(schema);
  const text = JSON.stringify(own);
  if (text === '{}') return 'none';
  const validator = byText.get(text) ?? ajv.compile(own);
  byText.set(text, validator);
  return validator;
}

/** Keywords about what is in a value, those that something else looks at, and those that are only said. */
const OTHERS = new Set([
  'additionalProperties',
  'default',
  'description',
  'enum',
  'items',
  'nullable',
  'properties',
  'required',
  'type',
  'x-kubernetes-embedded-resource',
  'x-kubernetes-int-or-string',
  'x-kubernetes-list-type',
  'x-kubernetes-map-type',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-validations',
]);

/** What else a schema says of a value itself, not of what is in it, in ajv's terms and in one order. */
function ownKeywords(schema: Structural): AnySchemaObject {
  const { anyOf, ...rest } = schema;
  const own = {
    ...Object.fromEntries(Object.entries(rest).filter(([keyword]) => !OTHERS.has(keyword))),
    ...(anyOf && !schema['x-kubernetes-int-or-string'] ? { anyOf } : {}),
    ...(schema['x-kubernetes-list-type'] === 'set' && { uniqueItems: true }),
  };
  return Object.fromEntries(Object.entries(own).sort(([a], [b]) => (a < b ? -1 : 1)));
}

ajv.addKeyword({
  keyword: 'x-kubernetes-list-map-keys',
  type: 'array',
  schemaType: 'array',
  validate(this: ErrorObject[], keys: string[], list: unknown[], _: unknown, where: Where) {
    const seen = new Map<string, number>();
    for (const [index, element] of list.entries()) {
      const key = JSON.stringify(keys.map((name) => Object(element)[name]));
      const first = seen.get(key) ?? index;
      seen.set(key, first);
      if (first === index) continue;
      this.push({
        keyword: 'x-kubernetes-list-map-keys',
        instancePath: `${where?.instancePath}/${index}`,
        schemaPath: '#/x-kubernetes-list-map-keys',
        params: { keys, first },
        data: element,
      });
    }
    return true;
  },
});

const LABEL_VALUE = /^(?:(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

const NAME = /^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

const DOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** What is wrong with the key of a label or an annotation; undefined for a good one. */
function badKey(key: string): string | undefined {
  const [name = '', domain, ...others] = key.split('/').reverse();
  if (others.length > 0 || (domain !== undefined && (domain.length > 253 || !DOMAIN.test(domain)))) {
    return 'has a prefix that is not a domain';
  }
  return name.length <= 63 && NAME.test(name)
    ? undefined
    : 'is not a valid name: up to 63 letters, digits, -, _ and ., letters and digits at both ends';
}

function badLabel(key: string, value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const good = value.length <= 63 && LABEL_VALUE.test(value);
  return (
    badKey(key) ?? (good ? undefined : 'is not a valid label value: up to 63 letters, digits, -, _ and .')
  );
}

/** Annotations are looked at in lower case. */
const badAnnotation = (key: string) => badKey(key.toLowerCase());

for (const [keyword, wrong] of [
  ['x-label-map', badLabel],
  ['x-annotation-map', badAnnotation],
] as const) {
  ajv.addKeyword({
    keyword,
    type: 'object',
    validate(this: ErrorObject[], _: boolean, map: Record<string, unknown>, __: unknown, where: Where) {
      for (const [key, value] of Object.entries(map)) {
        const message = wrong(key, value);
        if (message === undefined) continue;
        const badValue = badKey(key.toLowerCase()) === undefined;
        this.push({
          keyword,
          instancePath: `${where?.instancePath}/${escaped(key)}`,
          schemaPath: `#/${keyword}`,
          params: {},
          message,
          data: badValue ? value : key,
        });
      }
      return true;
    },
  });
}
