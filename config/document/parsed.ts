import type { OptionalKind, Static, TArray, TObject, TProperties, TSchema } from '@sinclair/typebox';
import { PARSER, type Schema } from './schema';

/** What is written of one type and used as another. */
export interface TParsed<Written, Value> extends TSchema {
  static: Written;
  parsed: Value;
}

/** A map with exactly one of its fields, or one of a few words. */
export interface TChoice<P extends TProperties, Word extends string = never> extends TSchema {
  static: { [K in keyof P]: { [Name in K]: Static<P[K]> } }[keyof P] | Word;
  choices: P;
  words: Word;
}

/** Entries by their names, which become a list that is sorted by them. */
export interface TNamed<V extends TSchema> extends TSchema {
  static: Record<string, Static<V>>;
  named: V;
}

/** Values by keys that mean something else than a name. */
export interface TMapOf<V extends TSchema> extends TSchema {
  static: Record<string, Static<V>>;
  values: V;
}

type Flat<T> = { [K in keyof T]: T[K] };

type IsOptional = { readonly [OptionalKind]: 'Optional' };

type ParsedMap<P extends TProperties> = Flat<
  { readonly [K in keyof P as P[K] extends IsOptional ? never : K]: Parsed<P[K]> } & {
    readonly [K in keyof P as P[K] extends IsOptional ? K : never]?: Parsed<P[K]>;
  }
>;

type ParsedChoice<P extends TProperties, Word> =
  | { [K in keyof P]: Flat<{ readonly kind: K } & Parsed<P[K]>> }[keyof P]
  | (Word extends string ? { readonly kind: Word } : never);

/** What a part of the document becomes: durations, memory and addresses as values, choices as `kind`, names as lists. */
export type Parsed<S extends TSchema> = S extends { readonly parsed: infer Value }
  ? Value
  : S extends { readonly choices: infer P extends TProperties; readonly words: infer Word }
    ? ParsedChoice<P, Word>
    : S extends { readonly named: infer V extends TSchema }
      ? readonly Flat<{ readonly name: string } & Parsed<V>>[]
      : S extends { readonly values: infer V extends TSchema }
        ? Readonly<Record<string, Parsed<V>>>
        : S extends TArray<infer Item>
          ? readonly Parsed<Item>[]
          : S extends TObject<infer P>
            ? ParsedMap<P>
            : Static<S>;

/** The defaults that are constants, by field, parsed. */
export type DefaultsOf<S extends TSchema> =
  S extends TObject<infer P>
    ? { readonly [K in keyof P as P[K] extends { readonly default: unknown } ? K : never]: Parsed<P[K]> }
    : never;

/** The defaults that the schema of a map holds, which the constructs take too. */
export function defaultsOf<S extends TSchema>(schema: S): DefaultsOf<S> {
  const { properties = {} } = schema as Schema;
  const known = Object.entries(properties).filter(([, field]) => field.default !== undefined);
  return parsed(
    schema as Schema,
    Object.fromEntries(known.map(([name, field]) => [name, field.default])),
  ) as DefaultsOf<S>;
}

/** Turns a sound part of a document, defaults filled in, into what it means; fields that a map does not know are left out. */
export function parse<S extends TSchema>(schema: S, value: Static<S>): Parsed<S> {
  return parsed(schema as Schema, value) as Parsed<S>;
}

/** The same for some fields of a map. */
export function parseSome<S extends TSchema, K extends keyof Parsed<S> & keyof Static<S>>(
  schema: S,
  value: Pick<Static<S>, K>,
): Pick<Parsed<S>, K> {
  return parsed(schema as Schema, value) as Pick<Parsed<S>, K>;
}

/** Whether a value is a map. */
export const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** {@link parse} for any schema. */
export function parsed(schema: Schema, value: unknown): unknown {
  const { [PARSER]: parser, items, additionalProperties: entry, properties } = schema;
  if (parser !== undefined) return parser(value as never);
  if (items !== undefined && Array.isArray(value)) return value.map((item) => parsed(items, item));
  if (!isMap(value)) return value;
  if (typeof entry === 'object') return mapped(value, (inner) => parsed(entry, inner));
  if (properties === undefined) return value;
  const known = Object.entries(value).filter(([name]) => Object.hasOwn(properties, name));
  return mapped(Object.fromEntries(known), (inner, name) => parsed(properties[name] ?? {}, inner));
}

function mapped(
  map: Readonly<Record<string, unknown>>,
  change: (value: unknown, key: string) => unknown,
): Record<string, unknown> {
  const entries = Object.entries(map).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([key, value]) => [key, change(value, key)]));
}
