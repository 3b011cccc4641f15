import { type Environment, ParseError } from '@marcbachmann/cel-js';
import type { CrdManifest } from '../../constructs/crds';
import { escaped } from '../pointer';
import { asResource, type Structural } from '../structural';
import { newEnvironment, parse } from './environment';
import { type Broken, validationsOf } from './validations';
import { escapedName } from './values';

/**
 * The CEL of a definition that the API server would not compile: what is not CEL, asks for a field that the
 * schema does not have, calls a function with what it does not take, or is of another type than bool.
 */
export function brokenRules({ spec }: CrdManifest): Broken[] {
  return spec.versions.flatMap(({ schema }, index) => {
    const root = schema?.openAPIV3Schema as Structural | undefined;
    const pointer = `/spec/versions/${index}/schema/openAPIV3Schema`;
    return root === undefined ? [] : brokenIn(asResource(root), pointer);
  });
}

function brokenIn(schema: Structural, pointer: string): Broken[] {
  const { properties = {}, items, additionalProperties } = schema;
  const inner: (readonly [string, unknown])[] = [
    ...Object.entries(properties).map(([name, field]) => [`properties/${escaped(name)}`, field] as const),
    ['items', items],
    ['additionalProperties', additionalProperties],
  ];
  return [
    ...brokenOf(schema, `${pointer}/x-kubernetes-validations`),
    ...inner.flatMap(([path, field]) =>
      field !== null && typeof field === 'object' ? brokenIn(field as Structural, `${pointer}/${path}`) : [],
    ),
  ];
}

function brokenOf(schema: Structural, pointer: string): Broken[] {
  const validations = validationsOf(schema);
  if (validations.length === 0) return [];
  const typed = newEnvironment();
  const type = new Types(typed).of(schema) ?? 'dyn';
  typed.registerVariable('self', type);
  return validations.flatMap(({ rule, messageExpression, optionalOldSelf }, index) => {
    const environment = typed.clone();
    environment.registerVariable('oldSelf', optionalOldSelf ? `optional<${type}>` : type);
    const expressions = [
      { field: 'rule', expression: rule, wanted: 'bool' },
      ...(messageExpression === undefined
        ? []
        : [{ field: 'messageExpression', expression: messageExpression, wanted: 'string' }]),
    ];
    return expressions.flatMap(({ field, expression, wanted }) => {
      const found = fault(environment, expression, wanted);
      return found === undefined
        ? []
        : [{ pointer: `${pointer}/${index}/${field}`, value: expression, ...found }];
    });
  });
}

type Fault = Pick<Broken, 'problem' | 'unreadable'>;

function fault(environment: Environment, expression: string, wanted: string): Fault | undefined {
  try {
    const { valid, error, type } = parse(environment, expression).check();
    if (!valid) return { problem: `is not a CEL expression that this schema allows: ${error?.summary}` };
    if (type === wanted || type === 'dyn') return undefined;
    return { problem: `is of type ${type} and must be of type ${wanted}` };
  } catch (error) {
    if (error instanceof ParseError) return { problem: `is not CEL: ${error.summary}`, unreadable: true };
    throw error;
  }
}

const TEXTS: Readonly<Record<string, string>> = {
  byte: 'bytes',
  date: 'google.protobuf.Timestamp',
  'date-time': 'google.protobuf.Timestamp',
  duration: 'google.protobuf.Duration',
};

const SCALARS: Readonly<Record<string, string>> = { boolean: 'bool', integer: 'int', number: 'double' };

/** The types of CEL for a schema, registered where they have fields. */
class Types {
  private count = 0;

  constructor(private readonly environment: Environment) {}

  /** @returns undefined for a value without a schema, which expressions cannot ask for */
  of(schema: Structural): string | undefined {
    const { type, format, items, properties, additionalProperties } = schema;
    if (schema['x-kubernetes-int-or-string']) return 'dyn';
    if (type === 'string') return TEXTS[`${format}`] ?? 'string';
    if (type === 'array') return items && within('list<', this.of(items));
    if (type !== 'object') return SCALARS[`${type}`];
    if (typeof additionalProperties === 'object')
      return within('map<string, ', this.of(additionalProperties));
    if (properties === undefined) return 'dyn';
    this.count += 1;
    const name = `Object${this.count}`;
    const fields: Record<string, string> = {};
    for (const [field, inner] of Object.entries(properties)) {
      const [named, typed] = [escapedName(field), this.of(inner)];
      if (named !== undefined && typed !== undefined) fields[named] = typed;
    }
    this.environment.registerType(name, { fields });
    // Only the types of expressions are looked at here; nothing is compared.
    this.environment.registerOperator(`${name} == ${name}`, () => false);
    return name;
  }
}

function within(before: string, inner: string | undefined): string | undefined {
  return inner === undefined ? undefined : `${before}${inner}>`;
}
