import { groupOf, type Manifest } from '../base/manifest';
import { type CrdManifest, crdManifests, kinds } from '../constructs/crds';
import { coreGroup } from './core';
import { asManifest, type Group, type Structural } from './structural';

/** What is known of the kind of an object: its schema, or which name there is none for. */
export type Known = { readonly schema: Structural } | Unknown;

export interface Unknown {
  readonly unknown: 'kind' | 'version';
  readonly instead: readonly string[];
}

const GROUPS: ReadonlySet<string> = new Set(Object.values(kinds).map(groupOf));

/**
 * The schemas that objects are held against: those of this package, and those of definitions that are
 * checked with the objects.
 */
export class Definitions {
  private readonly groups = new Map<string, Group | undefined>();

  constructor(manifests: readonly Manifest[] = []) {
    const definitions = manifests.filter(isDefinition);
    const groups = new Set(definitions.map(({ spec }) => spec.group));
    for (const group of groups) {
      const own = definitions.filter(({ spec }) => spec.group === group);
      const names = new Set(own.map(({ spec }) => spec.names.kind));
      const others = shipped(group).filter(({ spec }) => !names.has(spec.names.kind));
      this.groups.set(group, groupOfDefinitions([...own, ...others]));
    }
  }

  /** @returns undefined for an object of a group that nothing is known of */
  find({ apiVersion, kind }: Manifest): Known | undefined {
    const name = groupOf({ apiVersion });
    const group = this.group(name);
    if (group === undefined) return undefined;
    const versions = group.kinds.get(kind);
    if (versions === undefined) return { unknown: 'kind', instead: [...group.kinds.keys()] };
    const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
    if (versions.includes(version)) return { schema: group.schemaOf(version, kind) };
    return { unknown: 'version', instead: versions.map((each) => (name === '' ? each : `${name}/${each}`)) };
  }

  private group(name: string): Group | undefined {
    if (!this.groups.has(name)) this.groups.set(name, shippedGroup(name));
    return this.groups.get(name);
  }
}

/** Whether an object is a definition of a kind whose schema can be read. */
export function isDefinition(manifest: Manifest): manifest is CrdManifest & Manifest {
  if (manifest.kind !== 'CustomResourceDefinition' || groupOf(manifest) !== 'apiextensions.k8s.io')
    return false;
  const { spec } = manifest as unknown as Partial<CrdManifest>;
  return (
    typeof spec?.group === 'string' && typeof spec.names?.kind === 'string' && Array.isArray(spec.versions)
  );
}

/** Whether a definition is one of this package: the API server of the tests has taken all of these. */
export function isShipped({ metadata }: CrdManifest): boolean {
  const { annotations } = metadata as { annotations?: Readonly<Record<string, string>> };
  return annotations?.['vcf-ai-platform/generated-by'] !== undefined;
}

const shippedGroups = new Map<string, Group | undefined>();

/** Read when the first object of a group comes, and kept: by the schemas' identity they are compiled once. */
function shippedGroup(name: string): Group | undefined {
  const known = shippedGroups.get(name);
  if (known !== undefined) return known;
  const definitions = shipped(name);
  const group = definitions.length > 0 ? groupOfDefinitions(definitions) : coreGroup(name);
  shippedGroups.set(name, group);
  return group;
}

function shipped(group: string): readonly CrdManifest[] {
  return GROUPS.has(group) ? crdManifests([group]) : [];
}

function groupOfDefinitions(definitions: readonly CrdManifest[]): Group {
  const schemas = new Map<string, Structural>();
  const kinds = new Map<string, string[]>();
  for (const { spec } of definitions) {
    const served = spec.versions.filter(({ served }) => served);
    kinds.set(
      spec.names.kind,
      served.map(({ name }) => name),
    );
    for (const { name, schema } of served) {
      schemas.set(`${name}/${spec.names.kind}`, asManifest(schema.openAPIV3Schema as Structural));
    }
  }
  return { kinds, schemaOf: (version, kind) => schemas.get(`${version}/${kind}`) ?? {} };
}
