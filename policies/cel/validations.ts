import {
  TypeError as CelTypeError,
  EvaluationError,
  Optional,
  ParseError,
  type ParseResult,
} from '@marcbachmann/cel-js';
import { escaped } from '../pointer';
import type { Structural } from '../structural';
import { compile, names } from './environment';
import { typedValue } from './values';

/** One of the `x-kubernetes-validations` of a schema. */
export interface Validation {
  readonly rule: string;
  readonly message?: string;
  /** CEL for the message; `message` stands in where it fails. */
  readonly messageExpression?: string;
  /** Where the mistake is, below the value: `.spec.size`, `['a-b']`. */
  readonly fieldPath?: string;
  /** `oldSelf` is optional, so the rule also holds for a new object. */
  readonly optionalOldSelf?: boolean;
}

/** What a rule of a definition refuses. */
export interface Broken {
  readonly pointer: string;
  readonly value: unknown;
  readonly problem: string;
  /** Whether the rule itself cannot be read, by us or by the API server. */
  readonly unreadable?: true;
}

export function validationsOf(schema: Structural): readonly Validation[] {
  return (schema['x-kubernetes-validations'] as readonly Validation[] | undefined) ?? [];
}

/**
 * Holds a new object against the CEL rules of its schema, as the API server does after everything else.
 * Rules that compare with an earlier state are passed over, unless they say that there may be none.
 */
export function brokenValidations(schema: Structural, value: unknown, pointer = ''): Broken[] {
  if (value === null || typeof value !== 'object' || !hasValidations(schema))
    return own(schema, value, pointer);
  const inner = Array.isArray(value)
    ? value.flatMap((element, index) => brokenValidations(schema.items ?? {}, element, `${pointer}/${index}`))
    : Object.entries(value).flatMap(([key, field]) =>
        brokenValidations(below(schema, key), field, `${pointer}/${escaped(key)}`),
      );
  return [...own(schema, value, pointer), ...inner];
}

function below({ properties, additionalProperties }: Structural, key: string): Structural {
  if (properties && Object.hasOwn(properties, key)) return properties[key] as Structural;
  return typeof additionalProperties === 'object' ? additionalProperties : {};
}

const known = new WeakMap<Structural, boolean>();

/** Whether there is a rule in a schema or anywhere below: most of a definition has none, and is not walked. */
function hasValidations(schema: Structural): boolean {
  const before = known.get(schema);
  if (before !== undefined) return before;
  // Schemas may hold themselves; below itself there is nothing new.
  known.set(schema, false);
  const answer =
    validationsOf(schema).length > 0 ||
    [schema.items, schema.additionalProperties, ...Object.values(schema.properties ?? {})].some(
      (inner) => typeof inner === 'object' && hasValidations(inner),
    );
  known.set(schema, answer);
  return answer;
}

function own(schema: Structural, value: unknown, pointer: string): Broken[] {
  const validations = validationsOf(schema);
  if (validations.length === 0 || value === null || value === undefined) return [];
  const self = typedValue(schema, value);
  return validations.filter(holdsForNew).flatMap((validation) => {
    const verdict = outcome(validation.rule, self);
    // What is not CEL is the fault of the definition, and told there.
    if (verdict === true || verdict instanceof ParseError) return [];
    const problem = verdict instanceof Error ? failure(validation, verdict) : message(validation, self);
    return [{ pointer: `${pointer}${pathPointer(validation.fieldPath)}`, value, problem }];
  });
}

const asked = new WeakMap<Validation, boolean>();

/** Whether a rule says something of an object that was not there before. */
function holdsForNew(validation: Validation): boolean {
  const { rule, optionalOldSelf } = validation;
  const answer = asked.get(validation) ?? (optionalOldSelf || !names(rule, 'oldSelf'));
  asked.set(validation, answer);
  return answer;
}

type Failure = EvaluationError | CelTypeError | ParseError;

function outcome(expression: string, self: unknown): unknown {
  try {
    return program(expression)({ self, oldSelf: Optional.none() });
  } catch (error) {
    if (isFailure(error)) return error;
    throw error;
  }
}

function isFailure(error: unknown): error is Failure {
  return error instanceof EvaluationError || error instanceof CelTypeError || error instanceof ParseError;
}

const programs = new Map<string, ParseResult>();

function program(expression: string): ParseResult {
  const compiled = programs.get(expression) ?? compile(expression, ['self', 'oldSelf']);
  programs.set(expression, compiled);
  return compiled;
}

function failure({ rule, message = rule }: Validation, error: Error): string {
  return `the rule "${said(message)}" cannot be evaluated: ${(error as Failure).summary}`;
}

function message({ rule, message: constant, messageExpression }: Validation, self: unknown): string {
  const told = messageExpression === undefined ? undefined : outcome(messageExpression, self);
  // As in the API server: a message of several lines, or of none, is as good as none.
  const usable = typeof told === 'string' && told.trim() !== '' && !told.trim().includes('\n');
  return usable ? said(told) : said(constant ?? `violates the rule ${rule}`);
}

function said(text: string): string {
  return text.trim().replace(/\.$/, '');
}

function pathPointer(path = ''): string {
  const steps = path.matchAll(/\.([^.[]+)|\['((?:[^'\\]|\\.)*)'\]/g);
  return [...steps]
    .map(([, name, quoted = '']) => `/${escaped(name ?? quoted.replace(/\\(.)/g, '$1'))}`)
    .join('');
}
