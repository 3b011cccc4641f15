import { isDeepStrictEqual } from 'node:util';
import { applyPatch, JsonPatchError, type Operation } from 'fast-json-patch';
import { type Document, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { Finding } from '../base/finding';
import type { Manifest } from '../base/manifest';
import { fingerprintOf } from './fingerprint';
import { judge } from './judge';
import type { Source } from './read';
import { parseText, type TextDocument } from './yaml-text';

/** What mends an object. */
export interface Fix {
  readonly source: Source;
  /** JSON patch (RFC 6902) on the object. */
  readonly patch: readonly Operation[];
  /** What it mends. */
  readonly findings: readonly Finding[];
  readonly fixed: Manifest;
}

/**
 * The fixes that rules know, each tried: an object is changed only when afterwards what it mends is gone and
 * nothing else is wrong with any object that was not before.
 */
export function fixesFor(sources: readonly Source[]): Fix[] {
  const manifests = sources.map(({ manifest }) => manifest);
  const before = judge(manifests).map(({ findings }) => findings);
  const wanted = sources.flatMap((source, index): (Fix & { index: number })[] => {
    const findings = (before[index] ?? []).filter(({ patch }) => patch !== undefined);
    const patch = findings.flatMap((finding) => finding.patch ?? []);
    const fixed = patched(source.manifest, patch);
    return patch.length === 0 || fixed === undefined ? [] : [{ index, source, patch, findings, fixed }];
  });
  const known = new Set(before.flatMap((findings, index) => prints(findings, manifests[index] as Manifest)));
  let fixes = wanted;
  for (;;) {
    const after = manifests.map(
      (manifest, index) => fixes.find((fix) => fix.index === index)?.fixed ?? manifest,
    );
    const left = judge(after).map(({ findings }, index) => prints(findings, after[index] as Manifest));
    const good = fixes.filter(({ index, findings, source }) => {
      const mended = prints(findings, source.manifest);
      return (left[index] ?? []).every((print) => known.has(print) && !mended.includes(print));
    });
    if (good.length === fixes.length) return left.flat().every((print) => known.has(print)) ? fixes : [];
    fixes = good;
  }
}

const prints = (findings: readonly Finding[], manifest: Manifest) =>
  findings.map((finding) => fingerprintOf(finding, manifest));

function patched(manifest: Manifest, patch: readonly Operation[]): Manifest | undefined {
  try {
    return applyPatch(structuredClone(manifest), [...patch], true).newDocument;
  } catch (error) {
    if (error instanceof JsonPatchError) return undefined;
    throw error;
  }
}

/**
 * A document with a patch in it: comments and order stay, and what the patch does not touch keeps its value.
 *
 * @returns undefined when the text could not be changed without changing anything else
 */
export function patchedText(document: TextDocument, patch: readonly Operation[]): string | undefined {
  const value = parseText('', document);
  const wanted = applyPatch(structuredClone(value), [...patch]).newDocument;
  const text = /^\s*\{/.test(document.text)
    ? `${JSON.stringify(wanted, null, 2)}\n`
    : edited(document, patch);
  if (text === undefined) return undefined;
  return isDeepStrictEqual(parseText('', { ...document, text }), wanted) ? text : undefined;
}

function edited({ text, column }: TextDocument, operations: readonly Operation[]): string | undefined {
  // The rest of the line that begins the document.
  const [head = ''] = column > 0 ? (/^.*\n/.exec(text) ?? []) : [];
  // 1.1, so that a text such as `on` is written in quotes.
  const tree = parseDocument(text.slice(head.length), { version: '1.1' });
  if (!operations.every((operation) => apply(tree, operation))) return undefined;
  const indented = !/^(\s*)[^\s#-][^\n]*:[^\S\n]*\n\1- /m.test(text);
  return `${head}${tree.toString({ lineWidth: 0, indentSeq: indented, flowCollectionPadding: /\{ /.test(text) })}`;
}

function apply(tree: Document, operation: Operation): boolean {
  const path = operation.path
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = path.at(-1) ?? '';
  const parent = path.length === 1 ? tree.contents : tree.getIn(path.slice(0, -1), true);
  if (operation.op === 'remove') return tree.deleteIn(path);
  if (operation.op !== 'add' && operation.op !== 'replace') return false;
  const node = tree.createNode(operation.value);
  if (isSeq(parent) && operation.op === 'add') {
    parent.items.splice(last === '-' ? parent.items.length : Number(last), 0, node);
    return true;
  }
  if (!isMap(parent) && !isSeq(parent)) return false;
  const old = tree.getIn(path, true);
  if (isScalar(old) && isScalar(node)) old.value = node.value;
  else tree.setIn(path, node);
  return true;
}
