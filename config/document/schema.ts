/** Makes the parsed form of a value. */
export const PARSER = Symbol('parser');

/** Marks a field whose default depends on others. */
export const COMPUTED = Symbol('computed');

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
