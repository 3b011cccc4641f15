import { compare, elementOf, type KindSchema, propertiesOf, type Schema, structureOf } from './schema';

/**
 * An object with known properties, wherever it occurs: equal structure is one shape, whatever the
 * descriptions say.
 */
export interface Shape {
  readonly schema: Schema;
  readonly kinds: ReadonlySet<KindSchema>;
  /** Where it occurs, by containing shape: words of the way there, from the spec of a kind down. */
  readonly sites: ReadonlyMap<string, readonly string[]>;
  /**
   * What lists and maps say about their elements; other descriptions are about a property, not about the
   * shape.
   */
  readonly descriptions: ReadonlySet<string>;
  /** None if it is written in place. */
  readonly name?: string;
}

/** By structure. */
export type Shapes = ReadonlyMap<string, Shape>;

interface Draft extends Shape {
  readonly kinds: Set<KindSchema>;
  readonly sites: Map<string, readonly string[]>;
  readonly descriptions: Set<string>;
  name?: string;
}

/** Names for shapes that many kinds share, by their properties; mostly those that their projects use. */
const WELL_KNOWN: Readonly<Record<string, string>> = {
  'add,remove,set': 'HeaderModifier',
  'bufferLimit,preconnect,socketBufferLimit': 'BackendConnection',
  'claims,limits,requests': 'ResourceRequirements',
  'group,kind,name': 'LocalObjectReference',
  'group,kind,name,namespace': 'SecretObjectReference',
  'group,kind,name,namespace,port': 'BackendObjectReference',
  'group,kind,name,namespace,port,sectionName': 'ParentReference',
  'group,kind,name,sectionName': 'PolicyTargetReference',
  'key,name,optional': 'KeySelector',
  'key,operator,values': 'LabelSelectorRequirement',
  'name,type,value': 'NameValueMatch',
  'name,value,valueFrom': 'EnvVar',
  'replaceFullPath,replacePrefixMatch,type': 'PathModifier',
};

/** Property names that say too little, or far too much, as the name of a type. */
const WORDS: Readonly<Record<string, string>> = {
  active: 'ActiveHealthCheck',
  passive: 'PassiveHealthCheck',
  requiredDuringSchedulingIgnoredDuringExecution: 'RequiredAffinity',
  preferredDuringSchedulingIgnoredDuringExecution: 'PreferredAffinity',
};

const INLINE_LINES = 8;

/**
 * Finds the shapes in the specs of the kinds, and names those that are used twice and have at least three
 * properties, and those that would take more than eight lines in place.
 *
 * @param kinds in an order that does not depend on where they were read from
 * @param reserved names that are taken
 * @throws Error for shapes whose names cannot be told apart
 */
export function findShapes(kinds: readonly KindSchema[], reserved: readonly string[]): Shapes {
  const shapes = new Map<string, Draft>();
  for (const kind of kinds) {
    for (const [property, child] of propertiesOf(kind.schema.properties?.spec ?? {})) {
      collect(shapes, child, kind, [wordOf(property)], `${kind.kind}.${property}`);
    }
  }
  const taken = new Set([...reserved, ...kinds.flatMap(({ kind }) => [kind, `${kind}Spec`])]);
  giveNames(
    [...shapes.values()].filter((shape) => deservesName(shape, shapes)),
    taken,
  );
  return shapes;
}

function collect(
  shapes: Map<string, Draft>,
  schema: Schema,
  kind: KindSchema,
  path: readonly string[],
  site: string,
): void {
  const element = elementOf(schema);
  if (element) {
    collect(shapes, element, kind, [...path.slice(0, -1), singular(path.at(-1) ?? '')], site);
    if (element.description) shapes.get(structureOf(element))?.descriptions.add(element.description);
  }
  if (!schema.properties) return;
  const structure = structureOf(schema);
  const shape = shapes.get(structure) ?? {
    schema,
    kinds: new Set(),
    sites: new Map(),
    descriptions: new Set(),
  };
  shapes.set(structure, shape);
  if (!shape.sites.has(site)) shape.sites.set(site, path);
  if (shape.kinds.has(kind)) return;
  shape.kinds.add(kind);
  for (const [property, child] of propertiesOf(schema)) {
    collect(shapes, child, kind, [...path, wordOf(property)], `${structure}.${property}`);
  }
}

function deservesName({ schema, sites }: Shape, shapes: Shapes): boolean {
  return (sites.size > 1 && propertiesOf(schema).length >= 3) || linesOf(schema, shapes) > INLINE_LINES;
}

/** Lines that an object takes in place, comments aside. */
function linesOf(schema: Schema, shapes: Shapes): number {
  return propertiesOf(schema).reduce((lines, [, child]) => {
    const shape = shapes.get(structureOf(innermost(child)));
    return lines + (shape && !deservesName(shape, shapes) ? linesOf(shape.schema, shapes) : 1);
  }, 2);
}

function innermost(schema: Schema): Schema {
  const element = elementOf(schema);
  return element ? innermost(element) : schema;
}

/**
 * Names a shape after its property, with the kind in front if only one kind has it. Of several shapes with
 * one name the commonest keeps it, if there is one such; the others take words of the way there in front, as
 * many as are needed.
 */
function giveNames(shapes: readonly Draft[], taken: ReadonlySet<string>): void {
  const plans = shapes.map((shape) => {
    const wellKnown =
      WELL_KNOWN[
        Object.keys(shape.schema.properties ?? {})
          .sort()
          .join()
      ];
    const path = plainestPath(shape);
    const [kind = ''] = [...shape.kinds].map((each) => each.kind);
    const own = shape.kinds.size === 1 && !wellKnown;
    const words = [...path.slice(0, -1), wellKnown ?? path.at(-1)];
    return own
      ? { shape, prefix: kind, words, count: 1 }
      : { shape, prefix: '', words: [kind, ...words], count: 1 };
  });
  for (;;) {
    const byName = new Map<string, typeof plans>();
    for (const plan of plans) {
      const name = plan.prefix + plan.words.slice(-plan.count).join('');
      plan.shape.name = name;
      byName.set(name, [...(byName.get(name) ?? []), plan]);
    }
    const clashes = [...byName].filter(([name, { length }]) => length > 1 || taken.has(name));
    if (clashes.length === 0) return;
    const longer = clashes.flatMap(([name, plan]) => {
      const most = Math.max(...plan.map(({ shape }) => shape.sites.size));
      const commonest = plan.filter(({ shape }) => shape.sites.size === most);
      const keeps = taken.has(name) || commonest.length > 1 ? undefined : commonest[0];
      return plan.filter((each) => each !== keeps && each.count < each.words.length);
    });
    if (longer.length === 0)
      throw new Error(`shapes of the same name: ${clashes.map(([name]) => name).join(', ')}`);
    for (const plan of longer) plan.count++;
  }
}

/** The path that ends in the most frequent word; among those the shortest, then the first by alphabet. */
function plainestPath({ sites }: Shape): readonly string[] {
  const paths = [...sites.values()];
  const frequency = (path: readonly string[]): number =>
    paths.filter((other) => other.at(-1) === path.at(-1)).length;
  const [plainest = []] = paths.toSorted(
    (a, b) => frequency(b) - frequency(a) || a.length - b.length || compare(a.join(), b.join()),
  );
  return plainest;
}

function wordOf(property: string): string {
  const word = property.replace(/(?:^|\W+)(\w)/g, (_, first: string) => first.toUpperCase());
  return WORDS[property] ?? word;
}

function singular(plural: string): string {
  return plural
    .replace(/ies$/, 'y')
    .replace(/(ch|sh|ss|x)es$/, '$1')
    .replace(/([^s])s$/, '$1');
}
