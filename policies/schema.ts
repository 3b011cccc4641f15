import type { ErrorObject } from 'ajv';
import { type CrdManifest, crdManifests, kinds } from '../constructs/crds';
import { type Finding, sortFindings } from './finding';
import { escaped, groupOf, type Manifest, objectId } from './manifest';
import { asManifest, type Structural } from './structural';
import { shown, suggest } from './suggest';
import { structuralErrors } from './validator';

type Refusal = Omit<Finding, 'rule' | 'severity' | 'object'>;

/**
 * Holds every object of a group that has definitions in `constructs/crds` against the schema of its version,
 * as strictly as the API server with `fieldValidation=Strict`, but for the definitions' CEL rules.
 *
 * Passed over: objects of any other group, so all built-in kinds (`v1`, `apps/v1`) and the definitions
 * themselves; and `status`, which the API server ignores where users write it.
 *
 * @returns every finding of every object, sorted; none when all are fine
 */
export function checkSchemas(manifests: readonly Manifest[]): Finding[] {
  return sortFindings(
    manifests.flatMap((manifest) =>
      refusals(manifest).map(
        (refusal): Finding => ({
          rule: 'schema',
          severity: 'error',
          object: objectId(manifest),
          ...refusal,
        }),
      ),
    ),
  );
}

function refusals(manifest: Manifest): Refusal[] {
  const { apiVersion, kind } = manifest;
  const group = groupOf(manifest);
  const definitions = definitionsOf(group);
  if (definitions.length === 0) return [];
  const definition = definitions.find(({ spec }) => spec.names.kind === kind);
  if (definition === undefined) {
    const known = definitions.map(({ spec }) => spec.names.kind);
    return [refusal('/kind', kind, `${group} has no kind ${kind}`, suggest(kind, known))];
  }
  const schema = schemaOf(definition, apiVersion);
  if (schema === undefined) {
    const served = definition.spec.versions.filter((version) => version.served);
    const known = served.map(({ name }) => `${group}/${name}`);
    return [refusal('/apiVersion', apiVersion, `${kind} has no such version`, suggest(apiVersion, known))];
  }
  return distinct(structuralErrors(schema, manifest).filter(isOutermost).map(toRefusal));
}

const GROUPS: ReadonlySet<string> = new Set(Object.values(kinds).map(groupOf));

const definitions = new Map<string, readonly CrdManifest[]>();

/** Read when the first object of a group comes, and kept: by the schemas' identity they are compiled once. */
function definitionsOf(group: string): readonly CrdManifest[] {
  const known = definitions.get(group) ?? (GROUPS.has(group) ? crdManifests([group]) : []);
  definitions.set(group, known);
  return known;
}

const schemas = new Map<string, Structural>();

function schemaOf({ spec }: CrdManifest, apiVersion: string): Structural | undefined {
  const version = spec.versions.find(({ name, served }) => served && apiVersion === `${spec.group}/${name}`);
  if (version === undefined) return undefined;
  const key = `${apiVersion}/${spec.names.kind}`;
  const schema = schemas.get(key) ?? asManifest(version.schema.openAPIV3Schema as Structural);
  schemas.set(key, schema);
  return schema;
}

/** Of alternatives that all fail only the whole is told, not what each of them would have wanted. */
function isOutermost({ schemaPath }: ErrorObject): boolean {
  return !/\/(?:any|one)Of\/\d+\//.test(schemaPath);
}

/** Definitions repeat themselves: `allOf` the same enum twice, two patterns of which one holds the other. */
function distinct(found: readonly (Refusal & { readonly keyword: string })[]): Refusal[] {
  const first = new Map(found.toReversed().map((each) => [`${each.pointer} ${each.keyword}`, each]));
  return [...first.values()].map(({ keyword: _, ...refusal }) => refusal);
}

function toRefusal(error: ErrorObject): Refusal & { readonly keyword: string } {
  return { keyword: error.keyword, ...translated(error) };
}

function translated({ keyword, instancePath, params, message, data, parentSchema }: ErrorObject): Refusal {
  switch (keyword) {
    case 'additionalProperties': {
      const field: string = params.additionalProperty;
      const known = Object.keys(parentSchema?.properties ?? {});
      const at = `${instancePath}/${escaped(field)}`;
      return refusal(at, Object(data)[field], `there is no field ${field}`, suggest(field, known));
    }
    case 'required': {
      const field: string = params.missingProperty;
      return refusal(`${instancePath}/${escaped(field)}`, undefined, `${field} is missing`);
    }
    case 'enum': {
      const problem = `${shown(data)} is not one of the values that are allowed`;
      return refusal(instancePath, data, problem, suggest(`${data}`, params.allowedValues));
    }
    case 'type':
      return refusal(
        instancePath,
        data,
        `${shown(data)} is not of type ${[params.type].flat().join(' or ')}`,
      );
    case 'x-kubernetes-list-map-keys': {
      const { keys, first } = params;
      return refusal(instancePath, data, `the same ${keys.join(' and ')} as element ${first} of the list`);
    }
    case 'anyOf':
    case 'oneOf':
      return refusal(instancePath, data, `${shown(data)} has none of the forms that are allowed`);
    default:
      return refusal(instancePath, data, `${shown(data)} ${message}`);
  }
}

function refusal(pointer: string, value: unknown, problem: string, fix?: string): Refusal {
  return {
    pointer,
    ...(value !== undefined && { value }),
    problem,
    ...(fix !== undefined && { fix }),
  };
}
