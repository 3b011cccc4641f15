import type { ErrorObject } from 'ajv';
import { type Finding, sortFindings } from '../base/finding';
import { groupOf, type Manifest, objectId } from '../base/manifest';
import { shown } from '../base/text';
import { brokenRules } from './cel/definitions';
import { brokenValidations } from './cel/validations';
import { Definitions, isDefinition, isShipped, type Unknown } from './definitions';
import { escaped } from './pointer';
import { suggest } from './suggest';
import { isOutermost, validate } from './validator';

/**
 * Holds every object against the schema of its version, as strictly as the API server with
 * `fieldValidation=Strict`, the CEL rules of definitions included.
 *
 * Passed over: objects of groups that nothing is known of; and `status`, which the API server ignores where
 * users write it.
 *
 * @returns every finding of every object, sorted; none when all are fine
 */
export function checkSchemas(manifests: readonly Manifest[]): Finding[] {
  const definitions = new Definitions(manifests);
  return sortFindings(manifests.flatMap((manifest) => admit(manifest, definitions).findings));
}

/** An object as the API server would store it, with defaults and without nulls, and what is wrong with it. */
export interface Admitted {
  readonly manifest: Manifest;
  /** Whether there is a schema for its kind. */
  readonly isKnown: boolean;
  readonly findings: readonly Finding[];
}

/** {@link checkSchemas} for one object. What is passed over stays as it is. */
export function admit(manifest: Manifest, definitions: Definitions): Admitted {
  const known = definitions.find(manifest);
  if (known === undefined) return { manifest, isKnown: false, findings: [] };
  if ('unknown' in known)
    return { manifest, isKnown: true, findings: [finding(manifest, unknownKind(known, manifest))] };
  const { stored, errors } = validate(known.schema, manifest);
  const refusals = distinct(errors.filter(isOutermost));
  const broken = errors.some(({ keyword }) => STOPS_RULES.has(keyword))
    ? []
    : brokenValidations(known.schema, stored);
  const inside = isDefinition(manifest) && !isShipped(manifest) ? brokenRules(manifest) : [];
  return {
    manifest: stored as Manifest,
    isKnown: true,
    findings: [...refusals, ...broken, ...inside].map((each) => finding(manifest, each)),
  };
}

/** The API server asks no CEL about an object that misses what CEL may count on. */
const STOPS_RULES = new Set(['required', 'type', 'enum', 'maxLength', 'maxItems', 'maxProperties']);

type Refusal = Omit<Finding, 'rule' | 'severity' | 'object'>;

function finding(manifest: Manifest, refusal: Refusal): Finding {
  return { rule: 'schema', severity: 'error', object: objectId(manifest), ...refusal };
}

function unknownKind({ unknown, instead }: Unknown, { apiVersion, kind }: Manifest): Refusal {
  return unknown === 'kind'
    ? refusal('/kind', kind, `${groupOf({ apiVersion }) || 'v1'} has no kind ${kind}`, suggest(kind, instead))
    : refusal('/apiVersion', apiVersion, `${kind} does not have this version`, suggest(apiVersion, instead));
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
      return refusal(at, Object(data)[field], `unknown field ${field}`, suggest(field, known));
    }
    case 'required': {
      const field: string = params.missingProperty;
      return refusal(`${instancePath}/${escaped(field)}`, undefined, `${field} is missing`);
    }
    case 'enum': {
      const problem = `${shown(data)} is not one of the allowed values`;
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
      return refusal(instancePath, data, `${shown(data)} matches none of the allowed forms`);
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
