import Ajv, { type AnySchemaObject, type ErrorObject, type ValidateFunction } from 'ajv';
import { FORMATS, goPattern } from './formats';
import { escaped } from './manifest';
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
 * Definitions are large (EnvoyProxy: half a megabyte, a second to compile) and objects use little of them.
 * So each level of objects is compiled when a first value reaches it, and then kept.
 */
export function validate(schema: Structural, value: unknown): Validated {
  const stored = structuredClone(value);
  const errors: ErrorObject[] = [];
  settle(schema, stored);
  collect(errors, schema, stored);
  return { stored, errors };
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

const validators = new WeakMap<Structural, ValidateFunction>();

type Where = Parameters<ValidateFunction>[1];

function collect(errors: ErrorObject[], schema: Structural, value: unknown, where?: Where): void {
  const validator = validators.get(schema) ?? ajv.compile(level(schema));
  validators.set(schema, validator);
  if (!validator.call(errors, value, where)) errors.push(...(validator.errors ?? []));
}

/** A schema in ajv's terms, down to the next objects: those are left to the keyword `below`. */
function level(schema: Structural): AnySchemaObject {
  const { properties, items, additionalProperties, anyOf, ...rest } = schema;
  return {
    ...rest,
    ...(schema['x-kubernetes-int-or-string'] ? { type: ['integer', 'string'] } : anyOf ? { anyOf } : {}),
    ...(schema['x-kubernetes-list-type'] === 'set' && { uniqueItems: true }),
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([key, inner]) => [key, inside(inner)])),
    }),
    ...(items && { items: inside(items) }),
    ...(schema.type === 'object' && {
      additionalProperties:
        typeof additionalProperties === 'object'
          ? inside(additionalProperties)
          : additionalProperties === true || schema['x-kubernetes-preserve-unknown-fields'] === true,
    }),
  };
}

function inside(schema: Structural): AnySchemaObject {
  if (schema['x-kubernetes-embedded-resource']) return level(asResource(schema));
  if (schema.properties === undefined) return level(schema);
  // A function, which ajv does not look into: schemas are large, and may hold themselves.
  return { below: () => schema };
}

ajv.addKeyword({
  keyword: 'below',
  validate(this: ErrorObject[], schema: () => Structural, value: unknown, _: unknown, where: Where) {
    collect(this, schema(), value, where);
    return true;
  },
});

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
    return 'has a prefix that is no domain';
  }
  return name.length <= 63 && NAME.test(name)
    ? undefined
    : 'is no name: up to 63 letters, digits, -, _ and ., letters and digits at both ends';
}

function badLabel(key: string, value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const good = value.length <= 63 && LABEL_VALUE.test(value);
  return badKey(key) ?? (good ? undefined : 'is no value of a label: up to 63 letters, digits, -, _ and .');
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
