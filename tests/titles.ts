import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';

const folder = resolve(__dirname);

/**
 * The titles of the tests of a file, as they are written; what a table of cases fills in is `‹…›`:
 * `refuses ‹what›`.
 *
 * @param file Below `tests/`.
 */
export function titlesIn(file: string): string[] {
  const path = join(folder, file);
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2022);
  const titles: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'test') {
      const [title] = node.arguments;
      if (title) titles.push(textOf(title, source));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return titles;
}

function textOf(title: ts.Expression, source: ts.SourceFile): string {
  if (ts.isStringLiteralLike(title)) return title.text;
  if (!ts.isTemplateExpression(title)) return `‹${title.getText(source)}›`;
  return title.templateSpans.reduce(
    (text, { expression, literal }) => `${text}‹${expression.getText(source)}›${literal.text}`,
    title.head.text,
  );
}

/** Every file below `tests/` that declares tests. */
export function testFiles(): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && titlesIn(name).length > 0)
    .sort();
}
