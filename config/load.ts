import { Ajv, type ValidateFunction } from 'ajv';
import { PlatformError } from '../base/mistake';
import { crossChecks } from './checks';
import { withDefaults } from './defaults';
import { type PlatformDocument, platformSchema, type Sound } from './document';
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
  const validate = validator();
  const shape = validate(draft) ? [] : refusals(validate.errors ?? [], document);
  const sound = withDefaults(withoutRefused(draft, shape));
  const findings = [...shape, ...crossChecks(sound)];
  if (findings.length > 0) throw new PlatformError(toMistakes(findings, at));
  const platform = platformOf(sound as PlatformDocument);
  const misfits = platform.cluster.kind === 'vks' ? refuseCluster(platform, platform.cluster) : [];
  if (misfits.length > 0) throw new PlatformError(toMistakes(misfits, at));
  return deepFreeze(platform);
}

let compiled: ValidateFunction | undefined;

/**
 * Compiled at first use, because that takes longer than loading this folder. Fills in the schema's defaults.
 */
function validator(): ValidateFunction {
  if (compiled === undefined) {
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
    compiled = ajv.compile(platformSchema);
  }
  return compiled;
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
