import { relative, resolve } from 'node:path';
import ts from 'typescript';
import { type Doc, docOf, type Exported, exportsOf } from './exports';
import { cell, NOTICE, table } from './markdown';

const root = resolve(__dirname, '../..');

const isClass = ({ node }: Exported) => ts.isClassDeclaration(node);
const isProps = ({ name, node }: Exported) => ts.isInterfaceDeclaration(node) && name.endsWith('Props');

/** docs/API.md: what the packages `constructs` and `config` export, from the doc comments in the code. */
export function apiReference(): string {
  const constructs = exportsOf(resolve(root, 'constructs/index.ts'));
  const config = exportsOf(resolve(root, 'config/index.ts'));
  const byName = (a: Exported, b: Exported) => (a.name < b.name ? -1 : 1);
  const classes = constructs.filter(isClass).sort(byName);
  const others = constructs.filter((one) => !isClass(one) && !isProps(one)).sort(byName);
  return [
    NOTICE,
    '# The library',
    '',
    '`import … from "vcf-ai-platform/constructs"` and `"vcf-ai-platform/config"`. Constructs are cdk8s constructs, made as',
    '`new Name(scope, id, props)`; invalid props throw a `PlatformError` with path, value, problem and fix. The fields of',
    'the platform document are in [configuration.md](configuration.md); a type `Parsed<…>` of one of its parts has the same',
    'fields, with durations, memory, CPUs and URLs as value types, the chosen alternative as `kind`, and a map by name as a',
    'list sorted by `name`.',
    '',
    '## Constructs',
    '',
    ...classes.map(
      ({ name, node }) => `- [${name}](#${name.toLowerCase()}): ${firstSentence(docOf(node).text)}`,
    ),
    '',
    ...classes.flatMap((one) => construct(one, constructs)),
    '## Functions, constants and types of constructs',
    '',
    ...others.flatMap(entry),
    '## Configuration',
    '',
    ...[...config].sort(byName).flatMap(entry),
  ].join('\n');
}

function firstSentence(text: string): string {
  return cell(/^.*?\.(?=\s|$)/s.exec(text)?.[0] ?? text);
}

function construct({ name, node, file }: Exported, all: readonly Exported[]): string[] {
  const doc = docOf(node);
  const props = propsOf(node as ts.ClassDeclaration, all);
  const bases = basesOf(node as ts.ClassDeclaration, all);
  const lineage = [node as ts.ClassDeclaration, ...bases];
  const kinds = [...new Set(lineage.flatMap(kindsIn))];
  return [
    `### ${name}`,
    '',
    doc.text,
    '',
    ...(kinds.length > 0 ? [`Creates: ${kinds.map((kind) => `\`${kind}\``).join(', ')}.`, ''] : []),
    ...throws(doc),
    ...(props
      ? [...rowsAs('prop', members(props.node as ts.InterfaceDeclaration)), ...inherited(props)]
      : []),
    ...rowsAs('property', lineage.flatMap(publicFields).filter(isFirst)),
    ...lineage.flatMap(methods),
    source(file),
    '',
  ];
}

/** The classes of this library that a construct extends, but for the base of all. */
function basesOf(node: ts.ClassDeclaration, all: readonly Exported[]): ts.ClassDeclaration[] {
  const [extended] = node.heritageClauses?.flatMap(({ types }) => types) ?? [];
  const base = all.find(({ name }) => name === extended?.expression.getText() && name !== 'Component');
  return base === undefined
    ? []
    : [base.node as ts.ClassDeclaration, ...basesOf(base.node as ts.ClassDeclaration, all)];
}

const isFirst = ({ name }: Row, index: number, rows: readonly Row[]) =>
  rows.findIndex((row) => row.name === name) === index;

/** The kinds of the objects that a construct makes: `kubeObject(scope, id, { kind: … })`, `new plus.Secret(…)`. */
function kindsIn(node: ts.Node): string[] {
  const kinds: string[] = [];
  const visit = (inner: ts.Node): void => {
    if (ts.isCallExpression(inner) && inner.expression.getText() === 'kubeObject') {
      const [, , object] = inner.arguments;
      const kind =
        object && ts.isObjectLiteralExpression(object)
          ? object.properties.find((property) => property.name?.getText() === 'kind')
          : undefined;
      if (kind && ts.isPropertyAssignment(kind) && ts.isStringLiteral(kind.initializer)) {
        kinds.push(kind.initializer.text);
      }
    }
    if (ts.isNewExpression(inner)) kinds.push(/^plus\.(\w+)$/.exec(inner.expression.getText())?.[1] ?? '');
    ts.forEachChild(inner, visit);
  };
  visit(node);
  return [...new Set(kinds.filter(Boolean))];
}

function propsOf(node: ts.ClassDeclaration, all: readonly Exported[]): Exported | undefined {
  const made = node.members.find(ts.isConstructorDeclaration);
  const type = made?.parameters[2]?.type?.getText().split(' & ')[0];
  return all.find(({ name }) => name === type);
}

function inherited({ node }: Exported): string[] {
  const clauses = (node as ts.InterfaceDeclaration).heritageClauses ?? [];
  const types = clauses.flatMap(({ types: of }) => of.map((type) => `\`${flat(type.getText())}\``));
  return types.length > 0 ? [`Also takes the props of ${types.join(' and ')}.`, ''] : [];
}

interface Row {
  readonly name: string;
  readonly type: string;
  readonly doc: Doc;
  /** Empty where the field must be given. */
  readonly fallback: string;
}

function members(node: ts.InterfaceDeclaration): Row[] {
  return node.members.filter(ts.isPropertySignature).map((member) => {
    const doc = docOf(member);
    const fallback = doc.tags.find(({ name }) => name === 'default')?.text;
    return {
      name: member.name.getText(),
      type: flat(member.type?.getText() ?? ''),
      doc,
      fallback: member.questionToken ? (fallback ?? 'none').replace(/^- /, '') : 'required',
    };
  });
}

const HIDDEN = [ts.SyntaxKind.PrivateKeyword, ts.SyntaxKind.ProtectedKeyword, ts.SyntaxKind.DeclareKeyword];

function publicFields(node: ts.ClassDeclaration): Row[] {
  return node.members.filter(ts.isPropertyDeclaration).flatMap((member) => {
    const hidden = member.modifiers?.some(({ kind }) => HIDDEN.includes(kind));
    const doc = docOf(member);
    if (hidden) return [];
    return [{ name: member.name.getText(), type: flat(member.type?.getText() ?? ''), doc, fallback: '' }];
  });
}

function methods(node: ts.ClassDeclaration): string[] {
  const lines = node.members.filter(ts.isMethodDeclaration).flatMap((member) => {
    const doc = docOf(member);
    const hidden = member.modifiers?.some(({ kind }) => kind !== ts.SyntaxKind.AsyncKeyword);
    if (hidden || doc.tags.some(({ name }) => name === 'internal') || !doc.text) return [];
    const parameters = member.parameters.map(({ name }) => name.getText()).join(', ');
    return [`- \`${member.name.getText()}(${parameters})\`: ${cell(doc.text)}`];
  });
  return lines.length > 0 ? [...lines, ''] : [];
}

function rowsAs(head: string, rows: readonly Row[]): string[] {
  if (rows.length === 0) return [];
  const withDefault = rows.some(({ fallback }) => fallback !== '');
  const lines = table(
    [head, 'type', 'description', ...(withDefault ? ['default'] : [])],
    rows.map(({ name, type, doc, fallback }) => [
      `\`${name}\``,
      `\`${cell(type)}\``,
      cell(doc.text),
      ...(withDefault ? [cell(fallback)] : []),
    ]),
  );
  return [...lines, ''];
}

function throws({ tags }: Doc): string[] {
  const texts = tags.filter(({ name }) => name === 'throws').map(({ text }) => `Throws ${cell(text)}.`);
  return texts.flatMap((text) => [text.replace('..', '.'), '']);
}

/** A function, constant or type. */
function entry({ name, node, file }: Exported): string[] {
  const doc = docOf(ts.isVariableDeclaration(node) ? node.parent.parent : node);
  const params = doc.tags.filter((tag) => tag.name === 'param').map(({ text }) => `- ${cell(text)}`);
  const returns = doc.tags.filter((tag) => tag.name === 'returns').map(({ text }) => `Returns ${cell(text)}`);
  return [
    `### ${name}`,
    '',
    '```ts',
    signature(node),
    '```',
    '',
    ...(doc.text ? [doc.text, ''] : []),
    ...(params.length > 0 ? [...params, ''] : []),
    ...returns.flatMap((text) => [text, '']),
    ...throws(doc),
    ...(ts.isInterfaceDeclaration(node) ? rowsAs('field', members(node)) : []),
    source(file),
    '',
  ];
}

function signature(node: ts.Declaration): string {
  if (ts.isFunctionDeclaration(node)) {
    const text = node.getText();
    return node.body ? text.slice(0, node.body.getStart() - node.getStart()).trim() : text;
  }
  if (ts.isVariableDeclaration(node)) return `const ${node.name.getText()}`;
  if (ts.isInterfaceDeclaration(node)) return `interface ${node.name.text}`;
  if (ts.isTypeAliasDeclaration(node)) return node.getText().replace(/^export /, '');
  if (ts.isClassDeclaration(node)) return `class ${node.name?.text}`;
  return node.getText();
}

const flat = (text: string) => text.replace(/\s+/g, ' ');

function source({ fileName }: ts.SourceFile): string {
  const path = relative(root, fileName);
  return `[${path}](../${path})`;
}
