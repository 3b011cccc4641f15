import { EXEMPTION_PREFIX, mayExempt } from './exemptions';
import type { Parameters } from './parameters';
import type { CelCheck, ObjectRule } from './rule';

/** One entry of `validations` of a ValidatingAdmissionPolicy. */
export interface Validation {
  readonly expression: string;
  /** Where `messageExpression` fails, or there is none. */
  readonly message: string;
  readonly messageExpression?: string;
  readonly reason: 'Invalid';
}

/**
 * A check as one expression over the whole object: `each` becomes a chain of `all`, and the message names
 * every element that failed by its place.
 */
export function validationOf(rule: ObjectRule, check: CelCheck): Validation {
  const { problem, pointer, fix = rule.fix, only } = check;
  const condition = only === undefined ? check.expression : `!(${only}) || (${check.expression})`;
  const lists = listsOf(check);
  const told: Part = typeof problem === 'string' ? problem : { cel: `string(${problem.expression})` };
  const parts: Part[] = [`[${rule.id}] `, ...placeOf(pointer, lists), ': ', told, ` (${fix})`];
  const constant = parts.every((part) => typeof part === 'string');
  const adapt = (expression: string) => adapted(expression, rule.kinds.length > 1);
  return {
    expression: exempting(rule.id, adapt(allOf(lists, condition))),
    message: constant ? parts.join('') : `[${rule.id}] ${rule.title}`,
    ...(!constant && { messageExpression: adapt(failuresOf(lists, condition, joined(parts))) }),
    reason: 'Invalid',
  };
}

/**
 * Of an exemption the cluster sees that it is there; whether it still counts is for whoever runs `check`,
 * because policies know no time.
 */
function exempting(rule: string, expression: string): string {
  if (!mayExempt(rule)) return expression;
  return `${literal(EXEMPTION_PREFIX + rule)} in object.metadata.?annotations.orValue({}) || (${expression})`;
}

/** A piece of a message: a text, or CEL for one. */
type Part = string | { readonly cel: string };

function joined(parts: readonly Part[]): string {
  const operands: string[] = [];
  let text = '';
  for (const part of [...parts, { cel: '' }]) {
    if (typeof part === 'string') {
      text += part;
      continue;
    }
    if (text !== '') operands.push(literal(text));
    if (part.cel !== '') operands.push(part.cel);
    text = '';
  }
  return operands.join(' + ');
}

/** CEL for a list, and the name of its elements. */
interface List {
  readonly list: string;
  readonly name: string;
}

function listsOf({ each = [], as = [] }: CelCheck): List[] {
  return each.map((path, depth) => {
    const [first = '', ...rest] = path.split('.');
    const [start, fields] = as.includes(first) ? [first, rest] : ['object', [first, ...rest]];
    const list = [start, ...fields.map((field) => `?${field}`)].join('.');
    return { list: fields.length === 0 ? list : `${list}.orValue([])`, name: as[depth] ?? '' };
  });
}

function allOf(lists: readonly List[], expression: string): string {
  return lists.reduceRight((inner, { list, name }) => `${list}.all(${name}, ${inner})`, expression);
}

/** CEL for the messages of all elements that fail, as one text. */
function failuresOf(lists: readonly List[], expression: string, message: string): string {
  const [outer, ...inner] = lists;
  if (outer === undefined) return message;
  const { list, name } = outer;
  const failing = `${list}.filter(${name}, !(${allOf(inner, expression)}))`;
  return `${failing}.map(${name}, ${failuresOf(inner, expression, message)}).join('; ')`;
}

/** A JSON pointer with the indices of the elements; of equal elements the first is meant. */
function placeOf(pointer: string, lists: readonly List[]): Part[] {
  return pointer.split('*').flatMap((text, depth) => {
    const outer = lists[depth - 1];
    return outer === undefined ? [text] : [{ cel: `string(${outer.list}.indexOf(${outer.name}))` }, text];
  });
}

function literal(text: string): string {
  return JSON.stringify(text);
}

const TEXT = String.raw`"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'`;
const NAME = new RegExp(String.raw`${TEXT}|(?<![\w.])(?:object\b(?!\s*:)|params\s*\.)`, 'g');

/** Fields of built-in kinds that hold quantities: the API server's type check does not know them. */
const QUANTITIES = /\b(?:limits|requests|sizeLimit|capacity)\b/;

/**
 * What is in `params`, a policy has in its variables. An expression for several kinds
 * names fields that some of them lack; there the API server cannot check its types.
 */
function adapted(expression: string, manyKinds: boolean): string {
  const untyped = manyKinds || QUANTITIES.test(expression);
  return expression.replace(NAME, (found) => {
    if (found === 'object') return untyped ? 'dyn(object)' : found;
    return found.startsWith('params') ? 'variables.' : found;
  });
}

/** The parameters that the validations read, as variables of a policy: JSON of such values is CEL for them. */
export function variablesOf(
  validations: readonly Validation[],
  parameters: Parameters,
): { name: string; expression: string }[] {
  const text = validations.map((each) => `${each.expression} ${each.messageExpression ?? ''}`).join(' ');
  return Object.entries(parameters)
    .filter(([name]) => text.includes(`variables.${name}`))
    .map(([name, value]) => ({ name, expression: JSON.stringify(value) }));
}
