import { TypeError as CelTypeError, EvaluationError, type ParseResult } from '@marcbachmann/cel-js';
import type { Operation } from 'fast-json-patch';
import { compile } from './cel/environment';
import { celValue } from './cel/values';
import { type Manifest, select } from './manifest';
import { DEFAULT_PARAMETERS, type Parameters } from './parameters';
import type { CelCheck, ObjectRule, Violation } from './rule';

/** What an object rule finds in an object of one of its kinds. */
export function checkObject(
  rule: ObjectRule,
  one: Manifest,
  parameters: Parameters = DEFAULT_PARAMETERS,
): Violation[] {
  const variables = { object: celValue(one), params: celValue(parameters) };
  return rule.checks.flatMap((check) =>
    elementsOf(check, variables).flatMap((element) => {
      const verdict = outcome(check, check.expression, element.variables);
      return verdict === true ? [] : violation(check, one, element, verdict);
    }),
  );
}

type Variables = Readonly<Record<string, unknown>>;

/** What an expression is about: the object or an element of its lists. */
interface Element {
  readonly variables: Variables;
  readonly indices: readonly number[];
}

function elementsOf({ each = [], as = [] }: CelCheck, variables: Variables): Element[] {
  return each.reduce<Element[]>(
    (outer, path, depth) =>
      outer.flatMap((element) =>
        listAt(element.variables, path).map((value, index) => ({
          variables: { ...element.variables, [as[depth] ?? '']: value },
          indices: [...element.indices, index],
        })),
      ),
    [{ variables, indices: [] }],
  );
}

function listAt(variables: Variables, path: string): readonly unknown[] {
  const [first = '', ...rest] = path.split('.');
  const start = Object.hasOwn(variables, first) ? variables[first] : Object(variables.object)[first];
  const found = rest.reduce<unknown>((value, key) => Object(value)[key], start);
  return Array.isArray(found) ? found : [];
}

function violation(
  check: CelCheck,
  one: Manifest,
  { variables, indices }: Element,
  verdict: unknown,
): Violation {
  const { problem, fix, patch } = check;
  const pointer = placed(check.pointer, indices);
  const [at] = select(one, pointer);
  const told = typeof problem === 'string' ? problem : outcome(check, problem.expression, variables);
  const failed = [verdict, told].find(
    (each) => each instanceof EvaluationError || each instanceof CelTypeError,
  );
  return {
    pointer,
    ...(at && { value: at.value }),
    problem: failed ? `cannot be judged: ${failed.summary}` : `${told}`,
    ...(fix && { fix }),
    ...(patch && { patch: patch.map((operation) => placedOperation(operation, indices)) }),
  };
}

function placed(pointer: string, indices: readonly number[]): string {
  const rest = [...indices];
  return pointer.replaceAll('/*', (star) => (rest.length > 0 ? `/${rest.shift()}` : star));
}

function placedOperation(operation: Operation, indices: readonly number[]): Operation {
  const from = 'from' in operation ? { from: placed(operation.from, indices) } : {};
  return { ...operation, path: placed(operation.path, indices), ...from } as Operation;
}

/** What an expression comes to: a value, or why there is none. */
function outcome(check: CelCheck, expression: string, variables: Variables): unknown {
  try {
    return compiled(check, expression)(variables);
  } catch (error) {
    if (error instanceof EvaluationError || error instanceof CelTypeError) return error;
    throw error;
  }
}

const programs = new Map<string, ParseResult>();

/**
 * An expression of a check, parsed once.
 *
 * @throws ParseError for what is not CEL
 */
export function compiled({ as = [] }: CelCheck, expression: string): ParseResult {
  const names = ['object', 'params', ...as];
  const key = [...names, expression].join('\0');
  const known = programs.get(key);
  if (known !== undefined) return known;
  const program = compile(expression, names);
  programs.set(key, program);
  return program;
}
