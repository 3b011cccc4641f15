import type { parser } from '@prometheus-io/lezer-promql';
import { PROMQL_UNITS, seconds } from '../../base/duration';

type SyntaxNode = ReturnType<typeof parser.parse>['topNode'];

/** An expression of PromQL without brackets, offsets and modifiers of time: what its value is made of. */
export type Expr = NumberExpr | TextExpr | Selector | Ranged | Call | Aggregate | Binary;

export interface NumberExpr {
  readonly kind: 'number';
  readonly value: number;
}

export interface TextExpr {
  readonly kind: 'text';
}

export interface Selector {
  readonly kind: 'selector';
  /** Undefined where only labels select. */
  readonly name?: string;
  readonly matchers: readonly Matcher[];
  /** Whether it is asked at another time: `offset 5m`, `@ end()`. */
  readonly isShifted: boolean;
}

export interface Matcher {
  readonly label: string;
  readonly op: string;
  readonly value: string;
}

/** `x[5m]` and `x[1h:1m]`. */
export interface Ranged {
  readonly kind: 'ranged';
  readonly of: Expr;
  /** Length in seconds; NaN for what is calculated. */
  readonly seconds: number;
}

export interface Call {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly Expr[];
}

export interface Aggregate {
  readonly kind: 'aggregate';
  readonly op: string;
  /** The labels of `by` or of `without`; undefined where there is neither: everything becomes one. */
  readonly grouping?: { readonly by: boolean; readonly labels: readonly string[] };
  readonly args: readonly Expr[];
}

export interface Binary {
  readonly kind: 'binary';
  readonly op: string;
  readonly left: Expr;
  readonly right: Expr;
  /** `> bool 0`: 0 or 1 instead of a filter. */
  readonly isBool: boolean;
  /** Whether `on` or `ignoring` says which labels have to match. */
  readonly isMatched: boolean;
}

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) children.push(child);
  return children;
}

const textOf = (node: SyntaxNode, text: string) => text.slice(node.from, node.to);

const NONE: Expr = { kind: 'text' };

/**
 * A node of lezer's tree as an expression.
 *
 * @param node Of an expression without an error.
 * @param isShifted Whether it stands in something that asks at another time; default false.
 */
export function exprOf(node: SyntaxNode | undefined, text: string, isShifted = false): Expr {
  if (node === undefined) return NONE;
  const [first, second] = childrenOf(node);
  const inner = (child: SyntaxNode | undefined) => exprOf(child, text, isShifted);
  switch (node.name) {
    case 'NumberDurationLiteral':
      return { kind: 'number', value: numberOf(textOf(node, text)) };
    case 'ParenExpr':
    case 'AnchoredExpr':
    case 'SmoothedExpr':
      return inner(first);
    case 'OffsetExpr':
    case 'StepInvariantExpr':
      return exprOf(first, text, true);
    case 'UnaryExpr':
      return negated(textOf(node, text).startsWith('-'), inner(second));
    case 'VectorSelector':
      return selectorOf(node, text, isShifted);
    case 'MatrixSelector':
    case 'SubqueryExpr':
      return { kind: 'ranged', of: inner(first), seconds: durationOf(second, text) };
    case 'FunctionCall':
      return {
        kind: 'call',
        name: first === undefined ? '' : textOf(first, text),
        args: argumentsOf(second, text, isShifted),
      };
    case 'AggregateExpr':
      return aggregateOf(node, text, isShifted);
    case 'BinaryExpr':
      return binaryOf(node, text, isShifted);
    default:
      return NONE;
  }
}

function numberOf(text: string): number {
  const plain = text.replaceAll('_', '').toLowerCase();
  const value = Number(plain.replace(/^([+-]?)inf$/, '$1Infinity'));
  return Number.isNaN(value) ? seconds(plain, PROMQL_UNITS) : value;
}

const durationOf = (node: SyntaxNode | undefined, text: string) =>
  node === undefined ? Number.NaN : seconds(textOf(node, text), PROMQL_UNITS);

function negated(isNegative: boolean, of: Expr): Expr {
  if (!isNegative) return of;
  if (of.kind === 'number') return { kind: 'number', value: -of.value };
  return {
    ...{ kind: 'binary', op: '*', left: { kind: 'number', value: -1 }, right: of },
    ...{ isBool: false, isMatched: false },
  };
}

/** The value of a string of PromQL, without what its escapes mean: names and labels have none. */
const unquoted = (text: string) => text.slice(1, -1);

function selectorOf(node: SyntaxNode, text: string, isShifted: boolean): Selector {
  let name: string | undefined;
  const matchers: Matcher[] = [];
  node.cursor().iterate(({ name: type, node: at }) => {
    if (type === 'Identifier') name = textOf(at, text);
    if (type === 'QuotedLabelName' && at.parent?.name === 'LabelMatchers') name = unquoted(textOf(at, text));
    if (type !== 'UnquotedLabelMatcher' && type !== 'QuotedLabelMatcher') return;
    const [label, op, value] = childrenOf(at).map((child) => textOf(child, text));
    if (label === '__name__' && op === '=') name = unquoted(value ?? '');
    else matchers.push({ label: label ?? '', op: op ?? '', value: unquoted(value ?? '') });
  });
  return { kind: 'selector', ...(name !== undefined && { name }), matchers, isShifted };
}

const argumentsOf = (body: SyntaxNode | undefined, text: string, isShifted: boolean): Expr[] =>
  body === undefined ? [] : childrenOf(body).map((child) => exprOf(child, text, isShifted));

const labelsOf = (node: SyntaxNode | undefined, text: string): string[] =>
  node === undefined ? [] : childrenOf(node).map((child) => textOf(child, text).replaceAll(/["'`]/g, ''));

function aggregateOf(node: SyntaxNode, text: string, isShifted: boolean): Aggregate {
  const children = childrenOf(node);
  const named = (name: string) => children.find((child) => child.name === name);
  const modifier = named('AggregateModifier');
  const parts = modifier === undefined ? [] : childrenOf(modifier);
  const op = named('AggregateOp');
  return {
    kind: 'aggregate',
    op: op === undefined ? '' : textOf(op, text).toLowerCase(),
    args: argumentsOf(named('FunctionCallBody'), text, isShifted),
    ...(modifier !== undefined && {
      grouping: { by: parts[0]?.name === 'By', labels: labelsOf(parts[1], text) },
    }),
  };
}

function binaryOf(node: SyntaxNode, text: string, isShifted: boolean): Binary {
  const children = childrenOf(node);
  const [left, op] = children;
  return {
    kind: 'binary',
    op: op === undefined ? '' : textOf(op, text).toLowerCase(),
    left: exprOf(left, text, isShifted),
    right: exprOf(children.at(-1), text, isShifted),
    isBool: children.some(({ name }) => name === 'BoolModifier'),
    isMatched: children.some(({ name }) => name === 'MatchingModifierClause'),
  };
}

/** The parts of an expression, directly below it. */
export function partsOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'ranged':
      return [expr.of];
    case 'call':
    case 'aggregate':
      return expr.args;
    case 'binary':
      return [expr.left, expr.right];
    default:
      return [];
  }
}

/** Every part of an expression, itself first, each with those that it stands in, the innermost last. */
export function* walk(expr: Expr, above: readonly Expr[] = []): Generator<readonly [Expr, readonly Expr[]]> {
  yield [expr, above];
  for (const part of partsOf(expr)) yield* walk(part, [...above, expr]);
}

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
};

/** The number that an expression always comes to: `14.4 * 0.001`; undefined where it asks for series. */
export function constantOf(expr: Expr): number | undefined {
  if (expr.kind === 'number') return expr.value;
  if (expr.kind === 'call' && (expr.name === 'vector' || expr.name === 'scalar')) {
    return expr.args[0] && constantOf(expr.args[0]);
  }
  if (expr.kind !== 'binary') return undefined;
  const [left, right] = [constantOf(expr.left), constantOf(expr.right)];
  if (left === undefined || right === undefined) return undefined;
  const result = ARITHMETIC[expr.op]?.(left, right);
  return result === undefined ? undefined : Number(result.toPrecision(12));
}

/** A comparison with a number, the number on the right. */
export interface Comparison {
  readonly of: Expr;
  readonly op: '>' | '>=' | '<' | '<=' | '==' | '!=';
  readonly limit: number;
  readonly isBool: boolean;
}

const TURNED: Readonly<Record<string, Comparison['op']>> = {
  ...{ '>': '<', '>=': '<=', '<': '>', '<=': '>=', '==': '==', '!=': '!=' },
};

/** An expression as a comparison with a number; undefined where it is none. */
export function comparisonOf(expr: Expr): Comparison | undefined {
  if (expr.kind !== 'binary') return undefined;
  const turned = TURNED[expr.op];
  if (turned === undefined) return undefined;
  const { op, left, right, isBool } = expr;
  const limit = constantOf(right);
  if (limit !== undefined) return { of: left, op: op as Comparison['op'], limit, isBool };
  const before = constantOf(left);
  return before === undefined ? undefined : { of: right, op: turned, limit: before, isBool };
}
