import {
  OptionalKind,
  type SchemaOptions,
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
import { sortedEntries } from '../../base/text';
import { type BaseUrl, parseBaseUrl } from '../endpoint';
import { LABEL_PATTERN } from '../names';
import { isMap, parsed, type TChoice, type TMapOf, type TNamed, type TParsed } from './parsed';
import { COMPUTED, PARSER, type Schema } from './schema';

/** A field that need not be written, because its default is worked out from others; it is there in the end. */
type TComputed<S extends TSchema> = S & { readonly computed: true };

/** A schema, and whether its options have a default. */
type Given<S extends TSchema, O> = S &
  (O extends { readonly default: infer Default } ? { readonly default: Default } : unknown);

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
    sortedEntries(value).map(([name, inner]) => ({ name, ...(parsed(entry as Schema, inner) as object) }));
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
