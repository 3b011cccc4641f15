import { EXEMPTION_PREFIX, mayExempt } from './exemptions';
import type { RuleKind } from './kinds';
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

/** One entry of `variables`: evaluated once for an object, when an expression first asks for it. */
export interface Variable {
  readonly name: string;
  readonly expression: string;
}

/**
 * What rules are in the policy of one kind: a validation for each check, and in variables what several of them read and what
 * both a validation and its message need. An API server compiles every text of a policy three times when it gets it, and
 * evaluates every validation at every write: with each text written where it is used, the policies of one platform were
 * 1.9 MB of CEL.
 */
export function expressionsOf(
  kind: RuleKind,
  rules: readonly ObjectRule[],
  parameters: Parameters,
): { readonly variables: readonly Variable[]; readonly validations: readonly Validation[] } {
  const shared = new Shared();
  const validations = rules.flatMap((rule) =>
    rule.checks
      .filter(({ kinds }) => kinds?.includes(kind) ?? true)
      .map((check) => validationOf(rule, check, shared)),
  );
  const texts = [
    ...shared.variables.map(({ expression }) => expression),
    ...validations.flatMap(({ expression, messageExpression = '' }) => [expression, messageExpression]),
  ];
  return { variables: [...parametersRead(texts, parameters), ...shared.variables], validations };
}

/** Variables by what they are, each under a name of its own. */
class Shared {
  private readonly names = new Map<string, string>();

  get variables(): readonly Variable[] {
    return [...this.names].map(([expression, name]) => ({ name, expression }));
  }

  /** CEL for the value of an expression. */
  read(like: string, expression: string): string {
    const known = this.names.get(expression);
    if (known !== undefined) return `variables.${known}`;
    const taken = new Set(this.names.values());
    let name = like;
    for (let next = 2; taken.has(name); next++) name = `${like}_${next}`;
    this.names.set(expression, name);
    return `variables.${name}`;
  }
}

/**
 * A check as one expression over the whole object: `each` becomes a chain of `all`, and the message names
 * every element that failed by its place.
 */
function validationOf(rule: ObjectRule, check: CelCheck, shared: Shared): Validation {
  const { problem, pointer, fix = rule.fix, only, expression } = check;
  const lists = listsOf(check);
  const told: Part = typeof problem === 'string' ? problem : { cel: `string(${problem.expression})` };
  const parts: Part[] = [`[${rule.id}] `, ...placeOf(pointer, lists), ': ', told, ` (${fix})`];
  const text = joined(parts);
  const isConstant = parts.every((part) => typeof part === 'string');
  const message = isConstant ? parts.join('') : `[${rule.id}] ${rule.title}`;
  const untyped = rule.kinds.length > 1 || QUANTITIES.test(`${only} ${expression} ${text}`);
  const adapt = (cel: string) => adapted(cel, untyped);
  const [list, ...deeper] = lists;
  const validation = (holds: string, says: string): Validation => ({
    expression: exempting(rule.id, holds),
    message,
    ...(!isConstant && { messageExpression: adapt(says) }),
    reason: 'Invalid',
  });
  if (list === undefined || deeper.length > 0) {
    const condition = only === undefined ? expression : `!(${only}) || (${expression})`;
    return validation(adapt(allOf(lists, condition)), failuresOf(lists, condition, text));
  }
  const meant = only === undefined ? list.list : shared.read(subsetName(list), adapt(filtered(list, only)));
  const failing = shared.read(rule.id, adapt(filtered({ ...list, list: meant }, `!(${expression})`)));
  return validation(`${failing}.size() == 0`, mapped({ ...list, list: failing }, text));
}

/** `containers`, of `object.?spec.?containers.orValue([])`. */
const subsetName = ({ list }: List) => /\.\??(\w+)\.orValue/.exec(list)?.[1] ?? 'those';

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

const filtered = ({ list, name }: List, condition: string) => `${list}.filter(${name}, ${condition})`;

const mapped = ({ list, name }: List, text: string) => `${list}.map(${name}, ${text}).join('; ')`;

/** CEL for the messages of all elements that fail, as one text. */
function failuresOf(lists: readonly List[], expression: string, message: string): string {
  const [outer, ...inner] = lists;
  if (outer === undefined) return message;
  const failing = filtered(outer, `!(${allOf(inner, expression)})`);
  return mapped({ ...outer, list: failing }, failuresOf(inner, expression, message));
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
function adapted(expression: string, untyped: boolean): string {
  return expression.replace(NAME, (found) => {
    if (found === 'object') return untyped ? 'dyn(object)' : found;
    return found.startsWith('params') ? 'variables.' : found;
  });
}

/** The parameters that expressions read, as variables: JSON of such values is CEL for them. */
function parametersRead(texts: readonly string[], parameters: Parameters): Variable[] {
  const text = texts.join(' ');
  return Object.entries(parameters)
    .filter(([name]) => text.includes(`variables.${name}`))
    .map(([name, value]) => ({ name, expression: JSON.stringify(value) }));
}
