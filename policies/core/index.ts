import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asManifest, type Group, PATH_SEGMENT, type Structural } from '../structural';
import { ADDITIONS, type Addition } from './additions';

/** What scripts/generate-core.ts writes of Kubernetes' own OpenAPI document. */
export interface CoreSchemas {
  /** The file of the Go module that it is made of. */
  readonly source: string;
  readonly sha256: string;
  /** The definition of each kind that can be created, by group, kind and version. */
  readonly kinds: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>;
  /** Schemas by name; they refer to each other by `$ref`. */
  readonly definitions: Readonly<Record<string, Structural>>;
}

let schemas: CoreSchemas | undefined;

function load(): CoreSchemas {
  schemas ??= JSON.parse(readFileSync(join(__dirname, 'kubernetes.json'), 'utf8')) as CoreSchemas;
  return schemas;
}

/** A group of built-in kinds; undefined for a name that Kubernetes does not use. */
export function coreGroup(name: string): Group | undefined {
  const kinds = load().kinds[name];
  if (kinds === undefined) return undefined;
  const known = new Map<string, Structural>();
  const named = name === 'rbac.authorization.k8s.io' ? PATH_SEGMENT : undefined;
  return {
    isClosed: true,
    kinds: new Map(Object.entries(kinds).map(([kind, versions]) => [kind, Object.keys(versions)])),
    schemaOf(version, kind) {
      const definition = kinds[kind]?.[version] ?? '';
      const schema = known.get(definition) ?? asManifest(resolved({ $ref: definition }), named);
      known.set(definition, schema);
      return schema;
    },
  };
}

const whole = new Map<string, Structural>();

/** A schema with what it refers to in place, which may be itself. */
function resolved(schema: Structural): Structural {
  if (typeof schema.$ref !== 'string') return withInner(schema);
  const known = whole.get(schema.$ref);
  if (known !== undefined) return known;
  const result: Structural = {};
  whole.set(schema.$ref, result);
  const plain = withInner(load().definitions[schema.$ref] ?? {});
  return Object.assign(result, extended(plain, ADDITIONS[schema.$ref] ?? {}));
}

function withInner(schema: Structural): Structural {
  const { properties, items, additionalProperties } = schema;
  return {
    ...schema,
    ...(properties && { properties: mapped(properties, resolved) }),
    ...(items && { items: resolved(items) }),
    ...(typeof additionalProperties === 'object' && { additionalProperties: resolved(additionalProperties) }),
  };
}

function extended(
  schema: Structural,
  { required = [], optional = [], properties = {}, keywords, validations }: Addition,
): Structural {
  const needed = [...(schema.required ?? []), ...required].filter((name) => !optional.includes(name));
  return {
    ...schema,
    ...keywords,
    required: [...new Set(needed)],
    ...(schema.properties && {
      properties: mapped(schema.properties, (field, name) =>
        Object.hasOwn(properties, name) ? { ...field, ...properties[name] } : field,
      ),
    }),
    ...(validations && { 'x-kubernetes-validations': validations }),
  };
}

function mapped<T, U>(record: Readonly<Record<string, T>>, change: (value: T, name: string) => U) {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]));
}
