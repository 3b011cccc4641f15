import { Ajv, type AnySchemaObject, type SchemaValidateFunction, type ValidateFunction } from 'ajv';
import type { DataValidationCxt } from 'ajv/dist/types';
import { PlatformError } from '../base/mistake';
import { crossChecks } from './checks';
import { withDefaults } from './defaults';
import { type PlatformDocument, platformSchema, type Schema, type Sound } from './document';
import { type Locate, toMistakes, type UnplacedMistake } from './mistakes';
import { refuseCluster } from './plan/cluster-refusals';
import { type Platform, platformOf } from './platform';
import { refusals } from './refusals';

/**
 * Turns a platform document into the platform that it describes.
 *
 * @param document The value of `vcf-ai-platform:platform`, from a stack file or from Pulumi; not changed.
 * @param at Where the document's parts stand in its file, for mistakes with a line.
 * @throws PlatformError with every mistake of the document, sorted by path.
 */
export function parsePlatform(document: unknown, at?: Locate): Platform {
  const draft = structuredClone(document);
  const validate = validatorOf(platformSchema);
  const shape = validate(draft) ? [] : refusals(validate.errors ?? [], document);
  const sound = withDefaults(withoutRefused(draft, shape));
  const findings = [...shape, ...crossChecks(sound)];
  if (findings.length > 0) throw new PlatformError(toMistakes(findings, at));
  const platform = platformOf(sound as PlatformDocument);
  const misfits = platform.cluster.kind === 'vks' ? refuseCluster(platform, platform.cluster) : [];
  if (misfits.length > 0) throw new PlatformError(toMistakes(misfits, at));
  return deepFreeze(platform);
}

let compiler: Ajv | undefined;

function makeCompiler(): Ajv {
  const ajv = new Ajv({
    allErrors: true,
    useDefaults: true,
    strictRequired: false,
    allowUnionTypes: true,
    // A document is judged once in a process: what is saved on the way to that counts.
    validateSchema: false,
    code: { optimize: false },
  });
  ajv.addVocabulary(['x-allowed', 'x-why', 'x-withhold']);
  for (const format of ['cpu', 'memory', 'duration']) ajv.addFormat(format, true);
  return ajv.addKeyword({ keyword: PART, errors: 'full', validate: judgePart });
}

const validators = new WeakMap<Schema, ValidateFunction>();

/** Compiled at first use, because that takes longer than loading this folder. Fills in the schema's defaults. */
function validatorOf(schema: Schema): ValidateFunction {
  compiler ??= makeCompiler();
  const validator = validators.get(schema) ?? compiler.compile(withParts(schema));
  validators.set(schema, validator);
  return validator;
}

/** Says what a field has to be by a schema that is compiled only when a document has the field. */
const PART = 'x-part';

const judgePart: SchemaValidateFunction = (
  schema: Schema,
  value: unknown,
  _?: unknown,
  where?: DataValidationCxt,
) => {
  const validator = validatorOf(schema);
  const valid = validator(value, where);
  judgePart.errors = validator.errors ?? [];
  return valid;
};
/** A schema with a part for each map below it: a document has few of the many that it could have. */
function withParts(schema: Schema): AnySchemaObject {
  // The default of a map is for whoever holds it.
  const { properties, additionalProperties: others, items, default: _, ...rest } = schema;
  return {
    ...rest,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, field]) => [name, partOf(field)]),
      ),
    }),
    ...(others !== undefined && {
      additionalProperties: typeof others === 'object' ? partOf(others) : others,
    }),
    ...(items && { items: partOf(items) }),
  };
}

function partOf(schema: Schema): AnySchemaObject {
  if (schema.properties === undefined && typeof schema.additionalProperties !== 'object') return schema;
  return { ...('default' in schema && { default: schema.default }), [PART]: schema };
}

/** The document with `undefined` for everything that can no longer be judged. */
function withoutRefused(draft: unknown, findings: readonly UnplacedMistake[]): Sound<PlatformDocument> {
  const paths = findings.flatMap(({ at, doubtful = [at] }) => doubtful);
  if (paths.some(({ length }) => length === 0)) return {};
  for (const path of paths) {
    const parent = path.slice(0, -1).reduce<unknown>((map, key) => isMap(map) && map[key], draft);
    if (isMap(parent)) parent[path.at(-1) ?? ''] = undefined;
  }
  return draft as Sound<PlatformDocument>;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function deepFreeze<T>(value: T): T {
  if (isMap(value)) Object.values(Object.freeze(value)).forEach(deepFreeze);
  return value;
}
