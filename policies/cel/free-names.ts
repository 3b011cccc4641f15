import type { ASTNode } from '@marcbachmann/cel-js';

/** What the expressions of an admission policy may name (k8s.io/apiserver, pkg/admission/plugin/cel/compile.go). */
const OF_ADMISSION = [
  ...['object', 'oldObject', 'request', 'params', 'namespaceObject', 'authorizer', 'variables'],
];

/** What the language and its libraries name: types, and what functions begin with. */
const OF_CEL = [
  ...['bool', 'bytes', 'double', 'duration', 'dyn', 'int', 'list', 'map', 'null_type', 'string'],
  ...['timestamp', 'type', 'uint', 'optional_type', 'google', 'kubernetes', 'net', 'Object', 'JSONPatch'],
  ...['cel', 'optional', 'format', 'ip', 'cidr', 'quantity', 'url', 'semver', 'sets', 'math', 'strings'],
  ...['base64', 'lists', 'jsonpatch'],
];

const KNOWN = new Set([...OF_ADMISSION, ...OF_CEL]);

/** Names that an expression uses and nothing gives it, each once: of a policy, what an API server has no declaration of. */
export function unknownNames(ast: ASTNode): string[] {
  const found = new Set<string>();
  // Not by recursion, which is what runs out.
  const open: { node: unknown; bound: ReadonlySet<string> }[] = [{ node: ast, bound: KNOWN }];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const { node, bound } = at;
    if (Array.isArray(node)) {
      for (const inner of node) open.push({ node: inner, bound });
      continue;
    }
    if (node === null || typeof node !== 'object' || !('op' in node)) continue;
    const { op, args } = node as ASTNode;
    if (op === 'id') {
      if (!bound.has(`${args}`)) found.add(`${args}`);
    } else if (op === 'rcall') {
      const [, receiver, given] = args;
      open.push({ node: receiver, bound }, { node: given, bound: withNames(bound, given) });
    } else {
      open.push({ node: args, bound });
    }
  }
  return [...found];
}

/** A macro declares names by its first arguments; a function is never given a name that it does not know. */
function withNames(bound: ReadonlySet<string>, given: unknown): ReadonlySet<string> {
  const [first, ...more] = Array.isArray(given) ? (given as ASTNode[]) : [];
  if (first?.op !== 'id' || more.length === 0) return bound;
  const names = more.length > 1 && more[0]?.op === 'id' ? [first, more[0]] : [first];
  return new Set([...bound, ...names.map(({ args }) => `${args}`)]);
}
