import { FAILSAFE_SCHEMA, type LoadOptions, load, Type, YAMLException } from 'js-yaml';
import { UnreadableError } from './unreadable';

/** One document of a file, as text. */
export interface TextDocument {
  readonly text: string;
  /** Of the first character of `text`, in the file. */
  readonly start: number;
  /** Zero-based, in the file, of the first line of `text`. */
  readonly line: number;
  /** Zero-based, of the first character of `text`: not 0 behind `--- `. */
  readonly column: number;
}

/** The deepest object of Kubernetes, a CustomResourceDefinition, has about 40 levels. */
const DEEPEST = 200;

/** What the aliases of one document may stand for; the largest object that etcd takes has fewer values. */
const MOST_ALIASED = 100_000;

/**
 * The documents of a file: what stands between lines that begin with `---`. kubectl cuts there too, before it
 * parses, so a mistake in one document does not move the lines of the next.
 */
export function documentsOf(text: string): TextDocument[] {
  const documents: TextDocument[] = [];
  let from = 0;
  let line = 0;
  let column = 0;
  const add = (to: number) => {
    const part = text.slice(from, to);
    if (!isBlank(part)) documents.push({ text: part, start: from, line, column });
    for (let at = part.indexOf('\n'); at !== -1; at = part.indexOf('\n', at + 1)) line += 1;
  };
  for (const { index } of text.matchAll(/^---(?=\s|$)/gm)) {
    add(index);
    from = index + 3;
    column = 3;
  }
  add(text.length);
  return documents;
}

/** Nothing but comments and directives, which mean nothing without a document. */
function isBlank(text: string): boolean {
  if (/^[ \t]*[^\s#%]/m.test(text)) return false;
  return text.split('\n').every((line) => /^\s*(?:#.*)?$|^%/.test(line));
}

/**
 * The value of a document as kubectl would send it to the API server: scalars as go.yaml.in/yaml/v2 resolves
 * them (`yes`, `on` and `n` are booleans, `0755` is octal, dates are text), aliases and merge keys followed.
 *
 * @throws UnreadableError with file, line and column of what is no YAML, nests too deep, refers to itself, or
 *   multiplies by aliases
 */
export function parseText(file: string, document: TextDocument): unknown {
  const value = parsed(file, document);
  const hasAliases = /(?:^|[\s[{,:])\*/.test(document.text);
  return hasAliases ? withoutAliases(value, `${file}:${document.line + 1}`) : value;
}

function parsed(file: string, { text, line, column }: TextDocument): unknown {
  if (/^\s*[{[]/.test(text)) {
    const value = json(text);
    if (value !== undefined) return limited(value, `${file}:${line + 1}`);
  }
  try {
    return load(text, OPTIONS);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const { mark, reason } = error;
    const place = [file, mark.line + line + 1, mark.column + 1 + (mark.line === 0 ? column : 0)].join(':');
    throw new UnreadableError(place, `invalid YAML: ${reason}`, templateFix(text));
  }
}

/** What to do about text that means something only to a template engine. */
export function templateFix(text: string): string | undefined {
  return /\{\{.*\}\}/.test(text) ? 'render the template first, as `helm template` does' : undefined;
}

/** JSON is YAML, and a parser for it is ten times as fast; undefined for what only YAML allows. */
function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function limited(value: unknown, place: string): unknown {
  let level = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEEPEST) throw tooDeep(place);
    level = level.flatMap((one) => (one !== null && typeof one === 'object' ? Object.values(one) : []));
  }
  return value;
}

const tooDeep = (place: string) => new UnreadableError(place, `nested deeper than ${DEEPEST} levels`);

/** A tree in which nothing is shared: each value has one pointer, and a change in one place is one change. */
function withoutAliases(root: unknown, place: string): unknown {
  const open = new Set<unknown>();
  let values = 0;
  const copy = (value: unknown): unknown => {
    values += 1;
    if (values > MOST_ALIASED) {
      throw new UnreadableError(place, `its aliases expand to more than ${MOST_ALIASED} values`);
    }
    if (value === null || typeof value !== 'object') return value;
    if (open.has(value)) throw new UnreadableError(place, 'an alias refers to a node that contains it');
    if (open.size > DEEPEST) throw tooDeep(place);
    open.add(value);
    const copied = Array.isArray(value)
      ? value.map(copy)
      : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copy(inner)]));
    open.delete(value);
    return copied;
  };
  return copy(root);
}

const WORDS: ReadonlyMap<string, boolean | null> = new Map(
  [
    { words: ['y', 'yes', 'true', 'on'], value: true },
    { words: ['n', 'no', 'false', 'off'], value: false },
    { words: ['', '~', 'null'], value: null },
  ].flatMap(({ words, value }) =>
    words.flatMap((word) => {
      const capital = word.charAt(0).toUpperCase() + word.slice(1);
      return [word, capital, word.toUpperCase()].map((spelling): [string, boolean | null] => [
        spelling,
        value,
      ]);
    }),
  ),
);

const NUMBER =
  /^[-+]?(?:0[bB][01]+|0[oO]?[0-7]+|0[xX][0-9a-fA-F]+|(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?)$/;

/** What a scalar without quotes means; undefined for text. */
function resolved(scalar: string | null): boolean | number | null | undefined {
  const text = scalar ?? '';
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  const first = text.charCodeAt(0);
  // Digits and `+ - .`: nothing else begins a number, and most scalars are none.
  if (first > 57 || first < 43 || first === 47) return undefined;
  const plain = text.replaceAll('_', '');
  if (!NUMBER.test(plain)) return undefined;
  const [, sign = '', digits = ''] = /^([-+]?)(.*)$/.exec(plain) ?? [];
  const octal = /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits;
  return sign === '-' ? -Number(octal) : Number(octal);
}

const scalar = (tag: string) =>
  new Type(`tag:yaml.org,2002:${tag}`, {
    kind: 'scalar',
    resolve: (text: string | null) => resolved(text) !== undefined,
    construct: resolved,
  });

const merge = new Type('tag:yaml.org,2002:merge', {
  kind: 'scalar',
  resolve: (text: string | null) => text === '<<',
});

const OPTIONS: LoadOptions & { readonly maxDepth: number } = {
  schema: FAILSAFE_SCHEMA.extend({
    implicit: [scalar('float'), merge],
    explicit: [scalar('int'), scalar('bool'), scalar('null')],
  }),
  maxDepth: DEEPEST,
};
