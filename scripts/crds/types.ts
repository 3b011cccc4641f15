import { docComment } from './doc-comment';
import { compare, type KindSchema, mark, propertiesOf, type Schema, structureOf, typeOf } from './schema';
import { findShapes, type Shape, type Shapes } from './shapes';

const WIDTH = 110;

const OBJECT_META = `/** Metadata of an object of the whole cluster. */
export interface ClusterObjectMeta {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Metadata of an object in a namespace. */
export interface ObjectMeta extends ClusterObjectMeta {
  readonly namespace?: string;
}
`;

/**
 * Renders the interfaces of the kinds, without status: one text for each API group, and `shared` for the
 * shapes that groups have in common. The order of `kinds` makes no difference.
 *
 * @throws Error for a schema that has no translation, and for shapes whose names cannot be told apart
 */
export function renderTypes(kinds: readonly KindSchema[]): Map<string, string> {
  const sorted = kinds.toSorted((a, b) => compare(a.group, b.group) || compare(a.kind, b.kind));
  const shapes = findShapes(sorted, ['ClusterObjectMeta', 'ObjectMeta', 'Kinds', 'KindName', 'KindFacts']);
  const named = [...shapes.values()].filter(({ name }) => name !== undefined);
  const interfaces = (file: string, kind?: KindSchema): string[] =>
    named
      .filter((shape) => fileOf(shape) === file && onlyKind(shape) === kind)
      .map(({ name = '', schema, descriptions: [only = '', another] }) =>
        renderInterface(name, { ...schema, description: another ? '' : only }, shapes, file),
      );

  const texts = new Map<string, string[]>([['shared', [OBJECT_META, ...interfaces('shared')]]]);
  for (const kind of sorted) {
    const text = texts.get(kind.group) ?? ["import type * as shared from './shared';\n"];
    texts.set(kind.group, [...text, renderKind(kind, shapes), ...interfaces(kind.group, kind)]);
  }
  return new Map(
    [...texts].map(([file, text]) => [
      file,
      (file === 'shared' ? text : [...text, ...interfaces(file)]).join('\n'),
    ]),
  );
}

function fileOf({ kinds }: Shape): string {
  const [group = '', another] = new Set([...kinds].map((kind) => kind.group));
  return another ? 'shared' : group;
}

function onlyKind({ kinds: [only, another] }: Shape): KindSchema | undefined {
  return another ? undefined : only;
}

function renderKind({ kind, group, version, scope, schema }: KindSchema, shapes: Shapes): string {
  const spec = schema.properties?.spec;
  const others = Object.keys(schema.properties ?? {}).filter((field) => !KIND_FIELDS.includes(field));
  if (!spec || others.length > 0) throw new Error(`${kind} has other fields than ${KIND_FIELDS.join(', ')}`);
  return `${docComment(schema, '')}export interface ${kind} {
  readonly apiVersion: '${group}/${version}';
  readonly kind: '${kind}';
  readonly metadata: shared.${scope === 'Cluster' ? 'ClusterObjectMeta' : 'ObjectMeta'};
  readonly spec${mark(schema, 'spec')}: ${kind}Spec;
}

${renderInterface(`${kind}Spec`, spec, shapes, group)}`;
}
const KIND_FIELDS = ['apiVersion', 'kind', 'metadata', 'spec', 'status'];

function renderInterface(name: string, schema: Schema, shapes: Shapes, file: string): string {
  return `${docComment(schema, '')}export interface ${name} ${renderObject(schema, shapes, file, '')}\n`;
}

function renderObject(schema: Schema, shapes: Shapes, file: string, indent: string): string {
  const inner = `${indent}  `;
  const members = propertiesOf(schema).map(([property, child]) => {
    const type = typeOf(child, (object) => {
      const shape = shapes.get(structureOf(object));
      if (!shape?.name) return renderObject(object, shapes, file, inner);
      return fileOf(shape) === file ? shape.name : `${fileOf(shape)}.${shape.name}`;
    });
    const key = /^[A-Za-z_$][\w$]*$/.test(property) ? property : `'${property}'`;
    const member = `${inner}readonly ${key}${mark(schema, property)}:`;
    const oneLine = type.includes('{') || member.length + type.length < WIDTH;
    const wrapped = oneLine ? ` ${type}` : ` ${type}`.replace(/ (?:\| )?(?=')/g, `\n${inner}  | `);
    return `${docComment(child, inner)}${member}${wrapped};\n`;
  });
  return `{\n${members.join('')}${indent}}`;
}
