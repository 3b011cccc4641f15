import type { ErrorObject } from 'ajv';
import type { Refusal } from '../base/finding';
import { listed, nearest, shown } from '../base/text';
import { platformSchema, type Schema } from './document';
import { formatPath, type Path, type UnplacedMistake } from './mistakes';
import { refuseLabel } from './names';
import { suggest } from './suggest';

/** Keywords that judge which fields a map has; the others judge one value. */
const FIELD_KEYWORDS = ['additionalProperties', 'required', 'dependencies', 'oneOf', 'propertyNames', 'if'];

/**
 * What the schema refused, in words and with one finding for each cause: a misspelled field is not reported
 * as missing too, and a value that breaks three rules is refused once.
 *
 * @param document The document as it was written, without defaults.
 */
export function refusals(errors: readonly ErrorObject[], document: unknown): UnplacedMistake[] {
  const groups = new Map<string, ErrorObject[]>();
  for (const error of errors) {
    // What propertyNames refuses comes once more as the keyword itself; the branches of oneOf are one choice.
    if (error.propertyName !== undefined || error.schemaPath.includes('/oneOf/')) continue;
    groups.set(error.instancePath, [...(groups.get(error.instancePath) ?? []), error]);
  }
  return [...groups].flatMap(([pointer, group]) => {
    const at = segments(pointer);
    const value = valueAt(document, at);
    return group.every(({ keyword }) => FIELD_KEYWORDS.includes(keyword))
      ? refuseFields(at, value as object, group)
      : [refuseValue(at, value)];
  });
}

function refuseValue(at: Path, value: unknown): UnplacedMistake {
  const schema = schemaAt(at);
  const { 'x-allowed': allowed, 'x-why': why, 'x-withhold': withhold } = schema;
  const fix = withhold ? undefined : suggest(schema, value);
  return {
    at,
    ...(withhold ? {} : { value }),
    problem: `${withhold ? 'the value' : shown(value)} is not ${allowed}${why === undefined ? '' : `: ${why}`}`,
    ...(fix === undefined ? {} : { fix }),
  };
}

function refuseFields(at: Path, map: object, errors: readonly ErrorObject[]): UnplacedMistake[] {
  const schema = schemaAt(at);
  const unknown = paramsOf(errors, 'additionalProperties', 'additionalProperty');
  // A field that is there under another name or in another place is not missing.
  const meant = new Set(unknown.map((field) => ownerOf(field, schema) ?? meantBy(field, schema, map)));
  const choices = choicesOf(schema);
  const undecided = errors.some(({ keyword }) => keyword === 'oneOf');
  return [
    ...paramsOf(errors, 'propertyNames', 'propertyName').map(
      (name): UnplacedMistake => ({
        at: [...at, name],
        value: name,
        ...refuseName(name, schema),
        doubtful: [],
      }),
    ),
    ...unknown.map((field) => refuseUnknown(at, field, schema, map)),
    ...(undecided && !choices.some((choice) => meant.has(choice)) ? [refuseChoice(at, choices, map)] : []),
    // Which fields a map needs follows from the choice.
    ...(undecided ? [] : refuseMissing(at, schema, meant, errors)),
  ];
}

/** Names of entries are names of Kubernetes objects, unless the schema says what else they are. */
function refuseName(name: string, { propertyNames }: Schema): Refusal {
  const allowed = propertyNames?.['x-allowed'];
  return allowed === undefined ? refuseLabel(name) : { problem: `${shown(name)} is not ${allowed}` };
}

function refuseUnknown(at: Path, field: string, schema: Schema, map: object): UnplacedMistake {
  const owner = ownerOf(field, schema);
  const meant = meantBy(field, schema, map);
  const known = Object.keys(schema.properties ?? {});
  const fix =
    (owner && `write it under ${owner}`) ??
    (meant && `did you mean ${meant}${meant in map ? ', which is there already' : ''}`) ??
    (known.length === 0 ? 'there are no fields here, write {}' : `known fields are ${listed(known, 'and')}`);
  const intended = owner
    ? [...at, owner, field]
    : [...at, meant === undefined || meant in map ? field : meant];
  return { at: [...at, field], problem: 'unknown field', fix, doubtful: [intended] };
}

function refuseChoice(at: Path, choices: readonly string[], map: object): UnplacedMistake {
  const chosen = choices.filter((choice) => choice in map);
  return {
    at,
    problem: `needs exactly one of ${listed(choices, 'and')}, and has ${chosen.length === 0 ? 'none' : listed(chosen, 'and')}`,
    fix: chosen.length === 0 ? `add ${listed(choices, 'or')}` : `keep ${listed(chosen, 'or')}`,
  };
}

function refuseMissing(
  at: Path,
  schema: Schema,
  meant: ReadonlySet<unknown>,
  errors: readonly ErrorObject[],
): UnplacedMistake[] {
  const choices = choicesOf(schema);
  const missing = new Set<string>();
  const findings: UnplacedMistake[] = [];
  for (const { params } of errors.filter(
    ({ keyword }) => keyword === 'required' || keyword === 'dependencies',
  )) {
    if (!choices.includes(params.missingProperty)) missing.add(params.missingProperty);
    else findings.push(refuseMisplaced(at, params.property, params.missingProperty, schema));
  }
  for (const field of missing) {
    if (meant.has(field)) continue;
    findings.push({
      at: [...at, field],
      problem: `is required: ${schema.properties?.[field]?.['x-allowed']}`,
    });
  }
  return findings;
}

function refuseMisplaced(at: Path, field: string, needed: string, schema: Schema): UnplacedMistake {
  const owner = ownerOf(field, schema);
  return {
    at: [...at, field],
    problem: `is used with ${needed} only, which is not set`,
    fix: owner === undefined ? 'remove it' : `write it under ${owner}`,
  };
}

/** The fields of which a map has exactly one. */
function choicesOf(schema: Schema): readonly string[] {
  return (schema.oneOf ?? schema.else?.oneOf ?? []).flatMap(({ required = [] }) => required);
}

/** The field of the map under which a misplaced field belongs. */
function ownerOf(field: string, schema: Schema): string | undefined {
  const [owner] =
    Object.entries(schema.properties ?? {}).find(([, { properties }]) =>
      Object.hasOwn(properties ?? {}, field),
    ) ?? [];
  return owner;
}

/** The known field that was meant by an unknown one; one that is not written yet, if any is near enough. */
function meantBy(field: string, schema: Schema, map: object): string | undefined {
  const known = Object.keys(schema.properties ?? {});
  const absent = known.filter((name) => !(name in map));
  return nearest(field, absent) ?? nearest(field, known);
}

function paramsOf(errors: readonly ErrorObject[], keyword: string, param: string): string[] {
  return errors.filter((error) => error.keyword === keyword).map((error) => error.params[param]);
}

function schemaAt(at: Path): Schema {
  return at.reduce<Schema>((schema, key) => {
    const { properties = {}, additionalProperties, items } = schema;
    const field = Object.hasOwn(properties, key) ? properties[key] : (items ?? additionalProperties);
    if (typeof field !== 'object') throw new Error(`the schema knows no field ${key} of ${formatPath(at)}`);
    return field;
  }, platformSchema);
}

function valueAt(document: unknown, at: Path): unknown {
  return at.reduce<unknown>((map, key) => (map as Readonly<Record<string, unknown>>)[key], document);
}

/** A JSON pointer (RFC 6901) as keys. */
function segments(pointer: string): Path {
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}
