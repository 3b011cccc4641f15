import type { ErrorObject } from 'ajv';
import { type CrdManifest, crdManifests, kinds } from '../constructs/crds';
import { type Finding, sortFindings } from './finding';
import { escaped, groupOf, type Manifest, objectId } from './manifest';
import { asManifest, type Structural } from './structural';
import { shown, suggest } from './suggest';
import { validate } from './validator';

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
  return sortFindings(manifests.flatMap((manifest) => admit(manifest).findings));
}

/** An object as the API server would store it, with defaults and without nulls, and what is wrong with it. */
export interface Admitted {
  readonly manifest: Manifest;
  readonly findings: readonly Finding[];
}

/** {@link checkSchemas} for one object. What is passed over stays as it is. */
export function admit(manifest: Manifest): Admitted {
  const definitions = definitionsOf(groupOf(manifest));
  if (definitions.length === 0) return { manifest, findings: [] };
  const schema = schemaOf(definitions, manifest);
  if (schema === undefined) {
    return { manifest, findings: [finding(manifest, unknownKind(definitions, manifest))] };
  }
  const { stored, errors } = validate(schema, manifest);
  const findings = distinct(errors.filter(isOutermost)).map((each) => finding(manifest, each));
  return { manifest: stored as Manifest, findings };
}

type Refusal = Omit<Finding, 'rule' | 'severity' | 'object'>;

function finding(manifest: Manifest, refusal: Refusal): Finding {
  return { rule: 'schema', severity: 'error', object: objectId(manifest), ...refusal };
}

function unknownKind(definitions: readonly CrdManifest[], { apiVersion, kind }: Manifest): Refusal {
  const definition = definitions.find(({ spec }) => spec.names.kind === kind);
  if (definition === undefined) {
    const known = definitions.map(({ spec }) => spec.names.kind);
    return refusal('/kind', kind, `${groupOf({ apiVersion })} has no kind ${kind}`, suggest(kind, known));
  }
  const { group, versions } = definition.spec;
  const known = versions.filter(({ served }) => served).map(({ name }) => `${group}/${name}`);
  return refusal('/apiVersion', apiVersion, `${kind} has no such version`, suggest(apiVersion, known));
}

const GROUPS: ReadonlySet<string> = new Set(Object.values(kinds).map(groupOf));

const loaded = new Map<string, readonly CrdManifest[]>();

/** Read when the first object of a group comes, and kept: by the schemas' identity they are compiled once. */
function definitionsOf(group: string): readonly CrdManifest[] {
  const known = loaded.get(group) ?? (GROUPS.has(group) ? crdManifests([group]) : []);
  loaded.set(group, known);
  return known;
}

const schemas = new Map<string, Structural>();

function schemaOf(definitions: readonly CrdManifest[], manifest: Manifest): Structural | undefined {
  const { apiVersion, kind } = manifest;
  const known = schemas.get(`${apiVersion}/${kind}`);
  if (known !== undefined) return known;
  const version = definitions
    .find(({ spec }) => spec.names.kind === kind)
    ?.spec.versions.find(({ name, served }) => served && apiVersion === `${groupOf(manifest)}/${name}`);
  if (version === undefined) return undefined;
  const schema = asManifest(version.schema.openAPIV3Schema as Structural);
  schemas.set(`${apiVersion}/${kind}`, schema);
  return schema;
}

/** Of alternatives that all fail only the whole is told, not what each of them would have wanted. */
function isOutermost({ schemaPath }: ErrorObject): boolean {
  return !/\/(?:any|one)Of\/\d+\//.test(schemaPath);
}

/** Definitions repeat themselves: `allOf` the same enum twice, two patterns of which one holds the other. */
function distinct(errors: readonly ErrorObject[]): Refusal[] {
  const told = errors.map((error) => ({ keyword: error.keyword, ...translated(error) }));
  const first = new Map(told.toReversed().map((each) => [`${each.pointer} ${each.keyword}`, each]));
  return [...first.values()].map(({ keyword: _, ...rest }) => rest);
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
    case 'type': {
      const wanted = [params.type].flat().join(' or ');
      return refusal(instancePath, data, `${shown(data)} is not of type ${wanted}`);
    }
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
