import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Group } from '../definitions';
import { asManifest, type Structural } from '../structural';

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
  return {
    kinds: new Map(Object.entries(kinds).map(([kind, versions]) => [kind, Object.keys(versions)])),
    schemaOf(version, kind) {
      const definition = kinds[kind]?.[version] ?? '';
      const schema = known.get(definition) ?? asManifest(resolved({ $ref: definition }));
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
  return Object.assign(result, withInner(load().definitions[schema.$ref] ?? {}));
}

function withInner(schema: Structural): Structural {
  const { properties, items, additionalProperties } = schema;
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, field]) => [name, resolved(field)]),
      ),
    }),
    ...(items && { items: resolved(items) }),
    ...(typeof additionalProperties === 'object' && { additionalProperties: resolved(additionalProperties) }),
  };
}
