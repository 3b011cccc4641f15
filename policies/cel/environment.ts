import { type ASTNode, Environment, Optional, ParseError, type ParseResult } from '@marcbachmann/cel-js';
import { registerFormats } from './formats';
import { unknownNames } from './free-names';
import { registerLists } from './lists';
import { HAS, registerMacros } from './macros';
import { registerNetwork } from './network';
import { registerQuantity } from './quantity';
import { MATCHES, registerRegex } from './regex';
import { registerStrings } from './strings';
import { registerUrl } from './url';

/** Of a text: whether it is CEL of an admission policy, with names that such a policy has. No name of Kubernetes' own, so that no expression calls it. */
export const PARSES = '__parses__';

/** Policies for several kinds have many of their texts in common. */
const known = new Map<string, boolean>();

/** Says that a text is CEL, so that nobody has to look: for what this package makes, and has an API server take in its tests. */
export function vouchFor(text: string): void {
  known.set(text, true);
}

function parses(text: string): boolean {
  const before = known.get(text);
  if (before !== undefined) return before;
  const is = isCel(text);
  known.set(text, is);
  return is;
}

function isCel(text: string): boolean {
  try {
    return unknownNames(parse(base, text).ast).length === 0;
  } catch (error) {
    if (error instanceof ParseError) return false;
    throw error;
  }
}

/** CEL as kube-apiserver 1.34 compiles it, without variables (k8s.io/apiserver, pkg/cel/environment). */
function kubernetes(): Environment {
  const environment = new Environment({ enableOptionalTypes: true });
  for (const register of [
    registerFormats,
    registerLists,
    registerMacros,
    registerNetwork,
    registerQuantity,
    registerRegex,
    registerStrings,
    registerUrl,
  ]) {
    register(environment);
  }
  environment.registerFunction(`string.${PARSES}(): bool`, (text: string) => parses(text));
  return environment.registerFunction(
    'OptionalNamespace.ofNonZeroValue(dyn): optional<dyn>',
    (_: unknown, value: unknown) => (isZero(value) ? Optional.none() : Optional.of(value)),
  );
}

function isZero(value: unknown): boolean {
  if (value instanceof Map || value instanceof Set) return value.size === 0;
  if (value !== null && typeof value === 'object') return Object.keys(value).length === 0;
  return !value;
}

const base = kubernetes();

/** An environment that variables and types can be added to. */
export function newEnvironment(): Environment {
  return base.clone();
}

/** Texts and comments, in which nothing is replaced, and the calls that are: {@link MATCHES}, {@link HAS}. */
const TOKENS =
  /[rRbB]{0,2}(?:"""[\s\S]*?"""|'''[\s\S]*?''')|[bB]?[rR][bB]?(?:"[^"]*"|'[^']*')|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\/\/.*|\.matches(?=\s*\()|(?<![\w.])has(?=\s*\()/g;

const REPLACED: Readonly<Record<string, string>> = { '.matches': `.${MATCHES}`, has: HAS };

/**
 * An expression, parsed.
 *
 * @throws ParseError for what is not CEL, and for what nobody has the stack or the time to evaluate
 */
export function parse(environment: Environment, expression: string): ParseResult {
  if (UNARY.test(expression)) throw new ParseError(TOO_DEEP);
  const program = environment.parse(expression.replace(TOKENS, (found) => REPLACED[found] ?? found));
  refuseExcess(program.ast);
  return program;
}

/** Levels of operators that Node's stack surely has; the parser limits brackets and fields alone. */
const DEEPEST = 1000;

const TOO_DEEP = `more than ${DEEPEST} levels of operators`;

/** What the parser itself would take one level of the stack for each of. */
const UNARY = new RegExp(`(?:[!-]\\s*){${DEEPEST}}`);

/**
 * Each loop in another multiplies the work. The API server counts it against a budget, which nothing here does;
 * no definition that is shipped comes near.
 */
const MOST_LOOPS = 3;

const LOOPS = new Set(['all', 'exists', 'exists_one', 'existsOne', 'filter', 'map']);

/** Not by recursion, which is what runs out. */
function refuseExcess(ast: ASTNode): void {
  const open: { node: unknown; depth: number; loops: number }[] = [{ node: ast, depth: 0, loops: 0 }];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const { node, depth, loops } = at;
    if (Array.isArray(node)) {
      for (const inner of node) open.push({ node: inner, depth, loops });
      continue;
    }
    if (node === null || typeof node !== 'object' || !('op' in node)) continue;
    const { op, args } = node as ASTNode;
    if (depth > DEEPEST) throw new ParseError(TOO_DEEP, ast);
    if (op !== 'rcall' || !LOOPS.has(`${args[0]}`)) {
      open.push({ node: args, depth: depth + 1, loops });
      continue;
    }
    if (loops === MOST_LOOPS) throw new ParseError(`more than ${MOST_LOOPS} nested loops`, ast);
    const [, list, body] = args;
    open.push({ node: list, depth: depth + 1, loops }, { node: body, depth: depth + 1, loops: loops + 1 });
  }
}

/** Whether an expression names a variable, outside of texts and comments. */
export function names(expression: string, variable: string): boolean {
  return new RegExp(`(?<![\\w.])${variable}(?!\\w)`).test(expression.replace(TOKENS, ''));
}

/**
 * An expression over variables of type dyn.
 *
 * @throws ParseError for what is not CEL
 */
export function compile(expression: string, variables: readonly string[]): ParseResult {
  const environment = variables.reduce((all, name) => all.registerVariable(name, 'dyn'), newEnvironment());
  return parse(environment, expression);
}
