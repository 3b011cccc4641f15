import { TypeError as CelTypeError, EvaluationError, type ParseResult } from '@marcbachmann/cel-js';
import type { Operation } from 'fast-json-patch';
import type { Manifest } from '../base/manifest';
import { compile } from './cel/environment';
import { celValue } from './cel/values';
import type { RuleKind } from './kinds';
import type { Parameters } from './parameters';
import { select } from './pointer';
import type { CelCheck, ObjectRule, Violation } from './rule';

/** An object as the expressions of all rules see it. */
export function variablesOf(one: Manifest, parameters: Parameters): Variables {
  return { object: celValue(one), params: celValue(parameters) };
}

/**
 * What an object rule finds in an object of one of its kinds.
 *
 * @param variables {@link variablesOf} the object
 */
export function checkObject(rule: ObjectRule, one: Manifest, variables: Variables): Violation[] {
  const own = rule.checks.filter(({ kinds }) => kinds?.includes(one.kind as RuleKind) ?? true);
  return own.flatMap((check) =>
    elementsOf(check, variables)
      .filter(isMeant(check))
      .flatMap((element) => {
        const verdict = outcome(check, check.expression, element.variables);
        return verdict === true ? [] : violation(check, one, element, verdict);
      }),
  );
}

export type Variables = Readonly<Record<string, unknown>>;

/** What an expression is about: the object or an element of its lists. */
interface Element {
  readonly variables: Variables;
  readonly indices: readonly number[];
}

function elementsOf({ each = [], as = [] }: CelCheck, variables: Variables): Element[] {
  if (each.length === 0) return [{ variables, indices: [] }];
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

/** By the element, for many checks ask the same of it; an element never changes. */
const meant = new WeakMap<object, Map<string, boolean>>();

function isMeant(check: CelCheck): (element: Element) => boolean {
  const { only, as = [] } = check;
  if (only === undefined) return () => true;
  return ({ variables }) => {
    const innermost = Object(variables[as.at(-1) ?? 'object']);
    const answers = meant.get(innermost) ?? new Map<string, boolean>();
    meant.set(innermost, answers);
    const answer = answers.get(only) ?? outcome(check, only, variables) !== false;
    answers.set(only, answer);
    return answer;
  };
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
    problem: failed ? `cannot be evaluated: ${failed.summary}` : `${told}`,
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

const programs = new WeakMap<CelCheck, Map<string, ParseResult>>();

/**
 * An expression of a check, parsed once.
 *
 * @throws ParseError for what is not CEL
 */
export function compiled(check: CelCheck, expression: string): ParseResult {
  const own = programs.get(check) ?? new Map<string, ParseResult>();
  programs.set(check, own);
  const program = own.get(expression) ?? compile(expression, ['object', 'params', ...(check.as ?? [])]);
  own.set(expression, program);
  return program;
}
