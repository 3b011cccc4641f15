import {
  OptionalKind,
  type SchemaOptions,
  type Static,
  type StringOptions,
  type TArray,
  type TBoolean,
  type TInteger,
  type TNumber,
  type TObject,
  type TOptional,
  type TProperties,
  type TSchema,
  type TString,
  type TUnsafe,
  Type,
} from '@sinclair/typebox';
import { Duration } from '../../base/duration';
import { Cpu, Memory } from '../../base/quantity';
import { compareKeys } from '../../base/text';
import { type BaseUrl, parseBaseUrl } from '../endpoint';
import { LABEL_PATTERN } from '../names';

/**
 * The part of JSON Schema that the platform document needs, and annotations of ours, from which refusals are
 * written: `<value> is not <x-allowed>: <x-why>`.
 */
export interface Schema {
  readonly $schema?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly type?: string | readonly string[] | undefined;
  /** How a string is read; `pattern` is what checks it. */
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly enum?: readonly (string | number)[];
  readonly const?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  /** Of every element of a list. */
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
  readonly required?: readonly string[];
  readonly dependencies?: Readonly<Record<string, readonly string[]>>;
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly if?: Schema;
  readonly then?: Schema;
  readonly else?: Schema;
  /** A noun phrase that completes "is not …" and "is required: …". */
  readonly 'x-allowed'?: string;
  /** Completes the refusal with the reason. */
  readonly 'x-why'?: string;
  /** The value could be a credential in the wrong place and is never repeated in a message. */
  readonly 'x-withhold'?: boolean;
  /** Makes the parsed form of a value; default: the value, or its parts parsed. */
  readonly [PARSER]?: (value: never) => unknown;
  /** Whether a field that is not written has a default that depends on others. */
  readonly [COMPUTED]?: true;
}

const PARSER = Symbol('parser');
const COMPUTED = Symbol('computed');

/** What is written of one type and used as another. */
interface TParsed<Written, Value> extends TSchema {
  static: Written;
  parsed: Value;
}

/** A field that need not be written, because its default is worked out from others; it is there in the end. */
type TComputed<S extends TSchema> = S & { readonly computed: true };

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

/** A schema, and whether its options have a default. */
type Given<S extends TSchema, O> = S &
  (O extends { readonly default: infer Default } ? { readonly default: Default } : unknown);

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

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parsed(schema: Schema, value: unknown): unknown {
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

/** A text. */
export function text<const O extends StringOptions>(options: O): Given<TString, O> {
  return Type.String(options) as Given<TString, O>;
}

/** A whole number. */
export function integer<const O extends SchemaOptions>(options: O): Given<TInteger, O> {
  return Type.Integer(options) as Given<TInteger, O>;
}

/** A whole number of CPUs. */
export function cores<const O extends SchemaOptions>(options: O): Given<TParsed<number, Cpu>, O> {
  return withParser(Type.Integer(options), Cpu.cores) as unknown as Given<TParsed<number, Cpu>, O>;
}

/** A number. */
export function number<const O extends SchemaOptions>(options: O): Given<TNumber, O> {
  return Type.Number(options) as Given<TNumber, O>;
}

/** True or false. */
export function flag<const O extends SchemaOptions>(options: O): Given<TBoolean, O> {
  return Type.Boolean({ 'x-allowed': 'true or false', ...options }) as Given<TBoolean, O>;
}

/** One of a few texts or numbers. */
export function words<const W extends string | number, const O extends SchemaOptions>(
  allowed: readonly W[],
  options: O,
): Given<TUnsafe<W>, O> {
  const type = typeof allowed[0] === 'number' ? 'integer' : 'string';
  return Type.Unsafe<W>({ ...options, type, enum: allowed }) as Given<TUnsafe<W>, O>;
}

/** A Gateway API duration (GEP-2257), more than nothing, with every unit once and four digits of hours. */
export function duration<const O extends SchemaOptions>(options: O): Given<TParsed<string, Duration>, O> {
  const schema = Type.String({
    format: 'duration',
    pattern: '^(?=.*[1-9])([0-9]{1,4}h)?([0-9]{1,5}m)?([0-9]{1,5}s)?([0-9]{1,5}ms)?$',
    'x-allowed': 'a duration such as 30s, 10m or 1h30m',
    ...options,
  });
  return withParser(schema, Duration.parse) as unknown as Given<TParsed<string, Duration>, O>;
}

/** An amount of memory or storage; `pattern` says in which units. */
export function memory<const O extends StringOptions>(options: O): Given<TParsed<string, Memory>, O> {
  const schema = Type.String({ format: 'memory', ...options });
  return withParser(schema, Memory.parse) as unknown as Given<TParsed<string, Memory>, O>;
}

/** A number of CPUs or a Kubernetes quantity of them. */
export function cpu<const O extends SchemaOptions>(options: O): Given<TParsed<string | number, Cpu>, O> {
  const schema = Type.Unsafe<string | number>({ type: ['integer', 'string'], format: 'cpu', ...options });
  return withParser(schema, Cpu.parse) as unknown as Given<TParsed<string | number, Cpu>, O>;
}

/** A URL that a check of its own judges (`refuseUrl`). */
export function url<const O extends SchemaOptions>(options: O): Given<TParsed<string, BaseUrl>, O> {
  return withParser(Type.String(options), parseBaseUrl) as unknown as Given<TParsed<string, BaseUrl>, O>;
}

/** Any map. */
export function anything<const O extends SchemaOptions>(
  options: O,
): Given<TUnsafe<Readonly<Record<string, unknown>>>, O> {
  return Type.Unsafe({ ...options, type: 'object' }) as Given<TUnsafe<Readonly<Record<string, unknown>>>, O>;
}

/** A field that may be absent in the end too. */
export function optional<S extends TSchema>(schema: S): TOptional<S> {
  return Type.Optional(schema) as TOptional<S>;
}

/** A field with a default that depends on others, and which `withDefaults` fills in. */
export function computed<S extends TSchema>(schema: S): TComputed<S> {
  return { ...schema, [COMPUTED]: true } as unknown as TComputed<S>;
}

/** A list without repetitions. */
export function list<V extends TSchema, const O extends SchemaOptions>(
  items: V,
  options: O,
): Given<TArray<V>, O> {
  return Type.Array(items, { uniqueItems: true, ...options }) as unknown as Given<TArray<V>, O>;
}

/** A map that refuses fields that it does not know. A field is required unless it has a default or is optional. */
export function map<P extends TProperties, const O extends SchemaOptions>(
  options: O,
  properties: P,
): Given<TObject<P>, O> {
  const { required: _, ...schema } = Type.Object(properties, {
    additionalProperties: false,
    'x-allowed': 'a map of settings',
    ...options,
  });
  const required = Object.entries(properties)
    .filter(([, field]) => isRequired(field))
    .map(([name]) => name);
  return { ...schema, ...(required.length > 0 && { required }) } as unknown as Given<TObject<P>, O>;
}

const isRequired = (field: TSchema) =>
  field.default === undefined && !(COMPUTED in field) && !(OptionalKind in field);

/** A map with exactly one of its fields: what is chosen and how it is set up. */
export function choice<P extends TProperties, const O extends SchemaOptions>(
  options: O,
  properties: P,
): Given<TChoice<P>, O> {
  const oneOf = Object.keys(properties).map((name) => ({ required: [name] }));
  const schema = { ...map(options, properties), oneOf } as unknown as Schema;
  const { required: _, ...rest } = schema;
  return withParser(rest, (value) => chosen(rest, value)) as unknown as Given<TChoice<P>, O>;
}

/** One word of a few, or a map with exactly one of its fields. */
export function wordOrChoice<P extends TProperties, const W extends string, const O extends SchemaOptions>(
  allowed: readonly W[],
  options: O,
  properties: P,
): Given<TChoice<P, W>, O> {
  const schema = {
    ...options,
    type: ['string', 'object'],
    additionalProperties: false,
    if: { type: 'string' },
    // biome-ignore lint/suspicious/noThenProperty: a JSON Schema keyword, and nobody awaits a schema
    then: { enum: allowed },
    else: { oneOf: Object.keys(properties).map((name) => ({ required: [name] })) },
    properties,
  } as Schema;
  return withParser(schema, (value) => chosen(schema, value)) as unknown as Given<TChoice<P, W>, O>;
}

function chosen({ properties = {} }: Schema, value: unknown): unknown {
  if (!isMap(value)) return { kind: value };
  const [kind = '', settings] = Object.entries(value).find(([, inner]) => inner !== undefined) ?? [];
  return { kind, ...(parsed(properties[kind] ?? {}, settings) as object) };
}

/** Entries by names that are DNS labels. */
export function named<V extends TSchema, const O extends SchemaOptions>(
  entry: V,
  options: O,
): Given<TNamed<V>, O> {
  const schema = {
    ...options,
    type: 'object',
    propertyNames: { pattern: LABEL_PATTERN },
    additionalProperties: entry,
  } as Schema;
  const parser = (value: Readonly<Record<string, unknown>>) =>
    Object.entries(value)
      .sort(([a], [b]) => compareKeys(a, b))
      .map(([name, inner]) => ({ name, ...(parsed(entry as Schema, inner) as object) }));
  return withParser(schema, parser) as unknown as Given<TNamed<V>, O>;
}

/** A value of one of several types. */
export function scalar<const O extends SchemaOptions>(
  options: O,
): Given<TUnsafe<string | number | boolean>, O> {
  const type = ['string', 'number', 'boolean'];
  return Type.Unsafe({ ...options, type }) as Given<TUnsafe<string | number | boolean>, O>;
}

/** Values by keys of any kind. */
export function mapOf<V extends TSchema, const O extends SchemaOptions>(
  entry: V,
  options: O,
): Given<TMapOf<V>, O> {
  return { ...options, type: 'object', additionalProperties: entry } as unknown as Given<TMapOf<V>, O>;
}

function withParser<S extends object>(schema: S, parser: (value: never) => unknown): S {
  return { ...schema, [PARSER]: parser };
}

/** A field that names a Pulumi secret of the stack; the secret itself must never be in the document. */
export function secretName<const O extends SchemaOptions>(
  title: string,
  description: string,
  example: string,
  options?: O,
): Given<TString, O> {
  return text({
    title,
    description,
    pattern: '^(?!platform$)[a-z][-a-z0-9]*$',
    'x-allowed': `the name of a Pulumi secret: lower-case letters, digits and -, such as ${example}`,
    'x-why': 'the secret itself belongs in the stack under that name, never here',
    'x-withhold': true,
    ...options,
  }) as Given<TString, O>;
}
