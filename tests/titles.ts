import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';

const folder = resolve(__dirname);

/** A test as its file declares it. */
export interface DeclaredTest {
  /** Below `tests/`. */
  readonly file: string;
  /** As it is written, without its id; what a table of cases fills in is `‹…›`: `refuses ‹what›`. */
  readonly title: string;
  /** What documents call the test, whatever becomes of its title: `a plan is stable [route-plan-stable]`. */
  readonly id?: string;
}

/** @param file Below `tests/`. */
export function testsIn(file: string): DeclaredTest[] {
  const path = join(folder, file);
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2022);
  const tests: DeclaredTest[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'test') {
      const [title] = node.arguments;
      if (title) tests.push({ file, ...titleAndId(textOf(title, source)) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return tests;
}

function titleAndId(text: string): Pick<DeclaredTest, 'title' | 'id'> {
  const [, title, id] = /^(.+) \[([a-z\d-]+)\]$/.exec(text) ?? [];
  return title === undefined || id === undefined ? { title: text } : { title, id };
}

function textOf(title: ts.Expression, source: ts.SourceFile): string {
  if (ts.isStringLiteralLike(title)) return title.text;
  if (!ts.isTemplateExpression(title)) return `‹${title.getText(source)}›`;
  return title.templateSpans.reduce(
    (text, { expression, literal }) => `${text}‹${expression.getText(source)}›${literal.text}`,
    title.head.text,
  );
}

/** Every test that a file below `tests/` declares. */
export function declaredTests(): DeclaredTest[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .flatMap(testsIn);
}
