import { Environment, Optional, type ParseResult } from '@marcbachmann/cel-js';
import { registerFormats } from './formats';
import { registerLists } from './lists';
import { HAS, registerMacros } from './macros';
import { registerNetwork } from './network';
import { registerQuantity } from './quantity';
import { MATCHES, registerRegex } from './regex';
import { registerStrings } from './strings';
import { registerUrl } from './url';

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
 * @throws ParseError for what is not CEL
 */
export function parse(environment: Environment, expression: string): ParseResult {
  return environment.parse(expression.replace(TOKENS, (found) => REPLACED[found] ?? found));
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
