import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { Place } from '../base/finding';
import type { TextDocument } from './yaml-text';

/**
 * Finds JSON pointers in a document. The parser that keeps positions takes ten times as long as the one that
 * reads values, so it runs when a first finding of the document asks, and its tree is not kept beyond the next
 * document that is asked for.
 */
export function positionsOf(file: string, document: TextDocument): (pointer: string) => Place {
  return (pointer) => {
    const { tree, lines } = treeOf(document);
    const { line, col } = lines.linePos(offsetOf(tree, pointer));
    return { file, line: line + document.line, column: col + (line === 1 ? document.column : 0) };
  };
}

interface Tree {
  readonly tree: Document.Parsed;
  readonly lines: LineCounter;
}

let latest: { readonly document: TextDocument; readonly parsed: Tree } | undefined;

function treeOf(document: TextDocument): Tree {
  if (latest?.document !== document) {
    const lines = new LineCounter();
    const tree = parseDocument(document.text, { lineCounter: lines, prettyErrors: false, merge: true });
    latest = { document, parsed: { tree, lines } };
  }
  return latest.parsed;
}

/** Where the key of a pointer's last segment stands, or the nearest segment's that is written. */
export function offsetOf(tree: Document.Parsed, pointer: string): number {
  let node: unknown = tree.contents;
  let offset = startOf(node) ?? 0;
  for (const segment of pointer.split('/').slice(1)) {
    const key = segment.replaceAll('~1', '/').replaceAll('~0', '~');
    const collection = isAlias(node) ? node.resolve(tree) : node;
    if (isMap(collection)) {
      const pair = collection.items.find((item) => isScalar(item.key) && `${item.key.value}` === key);
      if (pair === undefined) break;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(collection) && Number(key) < collection.items.length) {
      node = collection.items[Number(key)];
      offset = startOf(node) ?? offset;
    } else break;
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null)?.range?.[0];
}
