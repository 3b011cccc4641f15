import { type ASTNode, type Environment, Optional, ParseError } from '@marcbachmann/cel-js';

/** The library's own `has` takes only paths that begin with a name, not `has(self.list[0].field)`. */
export const HAS = 'has_field';

/** What the library hands a macro to check and evaluate its arguments with. */
interface Checker {
  check(node: ASTNode, context: Context): unknown;
  getType(name: string): unknown;
}
interface Evaluator {
  run(node: ASTNode, context: Context): unknown;
}
interface Context {
  forkWithVariable(name: string, type: unknown): Context;
  reuse(parent: Context): Context;
  setIterValue(value: unknown, evaluator: Evaluator): Context;
}
interface Call {
  readonly args: readonly ASTNode[];
  readonly receiver: ASTNode;
}

/** `has()`, and cel-go's `optMap` and `optFlatMap`. */
export function registerMacros(environment: Environment): void {
  environment
    .registerFunction(`${HAS}(ast): bool`, has)
    .registerFunction('optional.optMap(ast, ast): optional<dyn>', (call: Call) => mapped(call, Optional.of))
    .registerFunction('optional.optFlatMap(ast, ast): optional<dyn>', (call: Call) =>
      mapped(call, (value) => value as Optional),
    );
}

function has({ args: [field] }: Call) {
  if (field === undefined || (field.op !== '.' && field.op !== '.?')) {
    throw new ParseError('has() needs a field', field);
  }
  const [operand, name] = field.args as [ASTNode, string];
  return {
    async: false,
    typeCheck(checker: Checker, _: unknown, context: Context) {
      checker.check(field, context);
      return checker.getType('bool');
    },
    evaluate(evaluator: Evaluator, _: unknown, context: Context) {
      const value = evaluator.run(operand, context);
      const within = value instanceof Optional ? (value.hasValue() ? value.value() : {}) : value;
      return within instanceof Map ? within.has(name) : Object.hasOwn(Object(within), name);
    },
  };
}

function mapped({ args: [variable, result], receiver }: Call, wrap: (value: unknown) => Optional) {
  if (variable?.op !== 'id' || result === undefined)
    throw new ParseError('the first argument must be a name', variable);
  let inner: Context;
  return {
    async: false,
    typeCheck(checker: Checker, _: unknown, context: Context) {
      checker.check(receiver, context);
      inner = context.forkWithVariable(variable.args as string, checker.getType('dyn'));
      checker.check(result, inner);
      return checker.getType('optional');
    },
    evaluate(evaluator: Evaluator, _: unknown, context: Context) {
      const value = evaluator.run(receiver, context) as Optional;
      if (!value.hasValue()) return Optional.none();
      return wrap(evaluator.run(result, inner.reuse(context).setIterValue(value.value(), evaluator)));
    },
  };
}
