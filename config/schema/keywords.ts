/**
 * The part of JSON Schema that the platform document needs, and annotations of ours, from which refusals are
 * written: `<value> is not <x-allowed>: <x-why>`.
 */
export interface Schema {
  readonly $schema?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly type?: string | readonly string[];
  /** How a string is read; `pattern` is what checks it. */
  readonly format?: 'cpu' | 'memory' | 'duration';
  readonly pattern?: string;
  readonly minLength?: number;
  readonly enum?: readonly (string | number)[];
  readonly const?: string;
  readonly minimum?: number;
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
}

/** A Gateway API duration (GEP-2257), more than nothing, with every unit once and four digits of hours. */
export const DURATION: Schema = {
  type: 'string',
  format: 'duration',
  pattern: '^(?=.*[1-9])([0-9]{1,4}h)?([0-9]{1,5}m)?([0-9]{1,5}s)?([0-9]{1,5}ms)?$',
  'x-allowed': 'a duration such as 30s, 10m or 1h30m',
};

/** A field that names a Pulumi secret of the stack; the secret itself must never be in the document. */
export function secretName(title: string, description: string, example: string): Schema {
  return {
    title,
    description,
    type: 'string',
    pattern: '^(?!platform$)[a-z][-a-z0-9]*$',
    'x-allowed': `the name of a Pulumi secret: lower-case letters, digits and -, such as ${example}`,
    'x-why': 'the secret itself belongs into the stack under that name, never here',
    'x-withhold': true,
  };
}

/** A map that refuses fields that it does not know. */
export function map(schema: Schema): Schema {
  return { type: 'object', additionalProperties: false, 'x-allowed': 'a map of settings', ...schema };
}

/** A list without repetitions. */
export function list(items: Schema, schema: Schema): Schema {
  return { type: 'array', items, uniqueItems: true, ...schema };
}

/**
 * One word of a few, or a map with exactly one of its fields: what is chosen and how it is set up.
 *
 * `title`, `description`, `x-allowed` and the fields come with `schema`.
 */
export function wordOrChoice(words: readonly string[], schema: Schema): Schema {
  const choices = Object.keys(schema.properties ?? {});
  return {
    type: ['string', 'object'],
    additionalProperties: false,
    if: { type: 'string' },
    // biome-ignore lint/suspicious/noThenProperty: a JSON Schema keyword, and nobody awaits a schema
    then: { enum: words },
    else: { oneOf: choices.map((name) => ({ required: [name] })) },
    ...schema,
  };
}
