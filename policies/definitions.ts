import { groupOf, type Manifest } from '../base/manifest';
import { isMisspelt } from '../base/text';
import {
  type CheckedKind,
  type CrdManifest,
  checkedDefinition,
  checkedKinds,
  crdManifests,
  kinds,
} from '../constructs/crds';
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
 * Which of Gateway API's definitions a cluster has: this package installs the standard channel, Envoy Gateway's own
 * chart the experimental one, which has more fields, versions and kinds.
 */
export type Channel = 'standard' | 'experimental';

/**
 * The schemas that objects are held against: those of this package, and those of definitions that are
 * checked with the objects.
 */
export class Definitions {
  private readonly groups = new Map<string, Group | undefined>();

  constructor(
    manifests: readonly Manifest[] = [],
    private readonly channel: Channel = 'standard',
  ) {
    const definitions = manifests.filter(isDefinition);
    for (const group of new Set(definitions.map(({ spec }) => spec.group))) {
      const own = groupOfDefinitions(definitions.filter(({ spec }) => spec.group === group));
      this.groups.set(group, joined(own, shippedGroup(group, channel)));
    }
  }

  /** @returns undefined for an object of a kind that nothing is known of */
  find({ apiVersion, kind }: Manifest): Known | undefined {
    const name = groupOf({ apiVersion });
    const group = this.group(name);
    if (group === undefined) return undefined;
    const versions = group.kinds.get(kind);
    if (versions === undefined) {
      const instead = [...group.kinds.keys()];
      // Nobody adds kinds to a group of Kubernetes itself; any other may have more than is known here.
      return group.isClosed || isMisspelt(kind, instead) ? { unknown: 'kind', instead } : undefined;
    }
    const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
    if (versions.includes(version)) return { schema: group.schemaOf(version, kind) };
    return { unknown: 'version', instead: versions.map((each) => (name === '' ? each : `${name}/${each}`)) };
  }

  private group(name: string): Group | undefined {
    if (!this.groups.has(name)) this.groups.set(name, shippedGroup(name, this.channel));
    return this.groups.get(name);
  }
}

/** Whether an object is a definition of a kind whose schema can be read. */
export function isDefinition(manifest: Manifest): manifest is CrdManifest & Manifest {
  if (manifest.kind !== 'CustomResourceDefinition' || groupOf(manifest) !== 'apiextensions.k8s.io')
    return false;
  const { spec } = manifest as unknown as Partial<CrdManifest>;
  return (
    typeof spec?.group === 'string' &&
    typeof spec.names?.kind === 'string' &&
    Array.isArray(spec.versions) &&
    spec.versions.every((version) => isObject(version?.schema?.openAPIV3Schema))
  );
}

const isObject = (value: unknown) => typeof value === 'object' && value !== null;

/** Whether a definition is one of this package: the API server of the tests has taken all of these. */
export function isShipped({ metadata }: CrdManifest): boolean {
  const { annotations } = metadata as { annotations?: Readonly<Record<string, string>> };
  return annotations?.['vcf-ai-platform/generated-by'] !== undefined;
}

const shippedGroups = new Map<string, Group | undefined>();

/** Read when the first object of a group comes, and kept: by the schemas' identity they are compiled once. */
function shippedGroup(name: string, channel: Channel): Group | undefined {
  const key = `${channel} ${name}`;
  if (!shippedGroups.has(key)) shippedGroups.set(key, readGroup(name, channel));
  return shippedGroups.get(key);
}

function readGroup(name: string, channel: Channel): Group | undefined {
  const installed = GROUPS.has(name) ? groupOfDefinitions(crdManifests([name])) : undefined;
  checked ??= checkedKinds();
  const others = checked.filter(
    ({ group, experimental = false }) => group === name && (channel === 'experimental' || !experimental),
  );
  if (others.length === 0) return installed ?? coreGroup(name);
  return joined(groupOfChecked(others), installed);
}

let checked: readonly CheckedKind[] | undefined;

/** Each definition is read when the first object of its kind comes. */
function groupOfChecked(of: readonly CheckedKind[]): Group {
  const read = new Map<string, Group>();
  return {
    kinds: new Map(of.map(({ kind, versions }) => [kind, versions])),
    schemaOf(version, kind) {
      const one = of.find((each) => each.kind === kind);
      const group = read.get(kind) ?? groupOfDefinitions(one === undefined ? [] : [checkedDefinition(one)]);
      read.set(kind, group);
      return group.schemaOf(version, kind);
    },
  };
}

/** Of a kind that both have the first counts. */
function joined(first: Group, second: Group | undefined): Group {
  if (second === undefined) return first;
  return {
    kinds: new Map([...second.kinds, ...first.kinds]),
    schemaOf: (version, kind) => (first.kinds.has(kind) ? first : second).schemaOf(version, kind),
  };
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
