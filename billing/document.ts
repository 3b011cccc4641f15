import { readFileSync } from 'node:fs';
import type { Static, TSchema } from '@sinclair/typebox';
import { Ajv, type ErrorObject } from 'ajv';
import { type Document, isMap, isScalar, isSeq } from 'yaml';
import type { Refusal } from '../base/finding';
import { type Mistake, PlatformError } from '../base/mistake';
import { listed, nearest, shown } from '../base/text';
import { readYaml } from '../base/yaml-document';
import { parsePrice } from './money';
import { parseInstant, parseMonth } from './period';

/** Keys and positions from the root of a document down. */
export type Path = readonly (string | number)[];

/** Adds a mistake at a place of the document. */
export type Refuse = (at: Path, refusal: Refusal & { readonly value?: unknown }) => void;

/** A document of prices, units or GPU bills: what is sound of it, and what is wrong with it. */
export interface Loaded<T> {
  /** As it is written; parts with mistakes among it. */
  readonly content: T;
  /** Whether the schema refused something in a part or around it, so that nothing else can be said of it. */
  readonly isUnsound: (at: Path) => boolean;
  readonly refuse: Refuse;
  /** @throws PlatformError with everything that was refused, by place */
  readonly finish: () => void;
}

/**
 * Reads a file in YAML or JSON and judges its shape.
 *
 * Every value is read as the text that it is written with, so that no price is ever a floating-point number: `0.15` and
 * `"0.15"` are the same.
 *
 * @throws PlatformError when it cannot be read or is no YAML
 */
export function loadDocument<S extends TSchema>(file: string, schema: S): Loaded<Static<S>> {
  const { content, yaml, lineAt } = readYaml(file, readFileSync(file, 'utf8'), {
    ...{ schema: 'failsafe', merge: false },
  });
  const mistakes: (Mistake & { readonly offset: number })[] = [];
  const unsound: (readonly string[])[] = [];
  const refuse: Refuse = (at, refusal) => {
    const offset = offsetOf(yaml, at);
    mistakes.push({ path: formatPath(at), ...refusal, file, line: lineAt(offset), offset });
  };
  const validate = compiler().compile(schema);
  if (!validate(content)) {
    for (const { at, parent, ...refusal } of refusals(validate.errors ?? [])) {
      unsound.push(parent);
      refuse(at, refusal);
    }
  }
  return {
    content: content as Static<S>,
    isUnsound: (at) =>
      unsound.some((path) => path.slice(0, at.length).every((key, index) => key === `${at[index]}`)),
    refuse,
    finish: () => {
      if (mistakes.length === 0) return;
      const sorted = [...mistakes].sort((a, b) => a.offset - b.offset);
      throw new PlatformError(sorted.map(({ offset: _, ...mistake }) => mistake));
    },
  };
}

let made: Ajv | undefined;

function compiler(): Ajv {
  if (made !== undefined) return made;
  made = new Ajv({ allErrors: true, verbose: true, strictRequired: false, validateSchema: false });
  made.addVocabulary(['x-allowed', 'x-why']);
  made.addFormat('instant', { validate: (text: string) => parseInstant(text) !== undefined });
  made.addFormat('month', { validate: (text: string) => parseMonth(text) !== undefined });
  made.addFormat('price', { validate: (text: string) => parsePrice(text) !== undefined && !/e/i.test(text) });
  made.addFormat('currency', { validate: (text: string) => currencies().has(text) });
  return made;
}

let known: ReadonlySet<string> | undefined;

/** ISO 4217, as the runtime knows it. */
function currencies(): ReadonlySet<string> {
  known ??= new Set(Intl.supportedValuesOf('currency'));
  return known;
}

interface ShapeRefusal extends Refusal {
  readonly at: Path;
  /** The part that cannot be judged any more. */
  readonly parent: readonly string[];
  readonly value?: unknown;
}

function refusals(errors: readonly ErrorObject[]): ShapeRefusal[] {
  const seen = new Set<string>();
  return errors.flatMap((error): ShapeRefusal[] => {
    const parent = error.instancePath
      .split('/')
      .slice(1)
      .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
    const refusal = refusalOf(error, parent);
    const place = JSON.stringify(refusal.at.map(String));
    // A value that breaks three keywords is refused once.
    if (seen.has(place)) return [];
    seen.add(place);
    return [{ ...refusal, parent }];
  });
}

function refusalOf(error: ErrorObject, at: readonly string[]): Omit<ShapeRefusal, 'parent'> {
  const { keyword, params, parentSchema = {}, data } = error;
  if (keyword === 'required') {
    const field: string = params.missingProperty;
    const allowed = parentSchema.properties?.[field]?.['x-allowed'];
    return { at: [...at, field], problem: `is required: ${allowed}` };
  }
  if (keyword === 'additionalProperties') {
    const field: string = params.additionalProperty;
    const fields = Object.keys(parentSchema.properties ?? {});
    const meant = nearest(field, fields);
    return {
      at: [...at, field],
      problem: `is not a field of this map, which has ${listed(fields, 'and')}`,
      fix: meant === undefined ? 'remove it' : `did you mean ${meant}`,
    };
  }
  const meant = typeof data === 'string' ? nearest(data, parentSchema.enum ?? []) : undefined;
  const why = parentSchema['x-why'];
  return {
    at,
    value: data,
    problem: `${shown(data)} is not ${parentSchema['x-allowed']}${why === undefined ? '' : `: ${why}`}`,
    ...(meant !== undefined && { fix: `did you mean ${meant}` }),
  };
}

/** `entries[3].from`; keys that would be misread are quoted. */
function formatPath(path: Path): string {
  const text = path.reduce<string>((sofar, key) => {
    if (/^\d+$/.test(`${key}`)) return `${sofar}[${key}]`;
    if (!/^[\w:/@-]+$/.test(`${key}`)) return `${sofar}[${JSON.stringify(key)}]`;
    return sofar === '' ? `${key}` : `${sofar}.${key}`;
  }, '');
  return text === '' ? 'the document' : text;
}

/** Where a path begins in the text; for what is not written, where begins what encloses it. */
function offsetOf(yaml: Document, path: Path): number {
  let node: unknown = yaml.contents;
  let offset = 0;
  for (const key of path) {
    if (isSeq(node)) {
      node = node.items[Number(key)];
      offset = (node as { range?: readonly number[] } | undefined)?.range?.[0] ?? offset;
      continue;
    }
    const pair = isMap(node)
      ? node.items.find((item) => isScalar(item.key) && String(item.key.value) === `${key}`)
      : undefined;
    if (pair === undefined || !isScalar(pair.key)) break;
    offset = pair.key.range?.[0] ?? offset;
    node = pair.value;
  }
  return offset;
}
