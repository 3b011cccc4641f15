import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';

/** What a module offers under a name: where and how it is declared. */
export interface Exported {
  readonly name: string;
  readonly node: ts.Declaration;
  readonly file: ts.SourceFile;
}

const parsed = new Map<string, ts.SourceFile>();

function parse(path: string): ts.SourceFile {
  const known = parsed.get(path);
  if (known) return known;
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2022, true);
  parsed.set(path, file);
  return file;
}

function moduleFile(from: string, specifier: string): string {
  const path = resolve(dirname(from), specifier);
  return [`${path}.ts`, join(path, 'index.ts')].find((file) => existsSync(file)) ?? path;
}

/** The declarations that an index file re-exports by name, in its order; type parameters of ours are few. */
export function exportsOf(index: string): Exported[] {
  return parse(index).statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement)) return [];
    const { exportClause: clause, moduleSpecifier: from } = statement;
    if (!clause || !ts.isNamedExports(clause) || !from || !ts.isStringLiteral(from)) return [];
    return clause.elements.map(({ name }) => declared(moduleFile(index, from.text), name.text));
  });
}

function declared(path: string, name: string): Exported {
  const file = parse(path);
  for (const statement of file.statements) {
    if (ts.isVariableStatement(statement)) {
      const found = statement.declarationList.declarations.find(({ name: n }) => n.getText() === name);
      if (found) return { name, node: found, file };
    }
    const named = statement as ts.Statement & { readonly name?: ts.Identifier };
    if (named.name?.text === name) return { name, node: statement as unknown as ts.Declaration, file };
  }
  const inner = exportsOf(path).find((one) => one.name === name);
  if (inner) return inner;
  throw new Error(`${path} exports ${name} without declaring it`);
}

/** The doc comment of a declaration in Markdown, and its tags: `default`, `throws`, `param`. */
export interface Doc {
  readonly text: string;
  readonly tags: readonly { readonly name: string; readonly text: string }[];
}

export function docOf(node: ts.Node): Doc {
  const [doc] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).slice(-1);
  const tags = (doc?.tags ?? []).map((tag) => {
    const about = ts.isJSDocParameterTag(tag) ? `\`${tag.name.getText()}\` ` : '';
    return { name: tag.tagName.text, text: about + plain(tag.comment) };
  });
  return { text: plain(doc?.comment), tags };
}

function plain(comment: string | ts.NodeArray<ts.JSDocComment> | undefined): string {
  const text = ts.getTextOfJSDocComment(comment as string) ?? '';
  return text.replace(/\{@link (\w+)\}/g, '`$1`').trim();
}
