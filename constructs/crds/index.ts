import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ClusterObjectMeta, type KindName, kinds } from './types';

export * from './types';

/**
 * A definition as the API server takes it: every version, with defaults and validations, without
 * descriptions.
 */
export interface CrdManifest {
  readonly apiVersion: 'apiextensions.k8s.io/v1';
  readonly kind: 'CustomResourceDefinition';
  readonly metadata: ClusterObjectMeta;
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string; readonly plural: string };
    readonly scope: 'Namespaced' | 'Cluster';
    readonly versions: readonly {
      readonly name: string;
      readonly served: boolean;
      /** True for exactly one version: the one that the types and `kinds` are of. */
      readonly storage: boolean;
      readonly schema: { readonly openAPIV3Schema: object };
    }[];
  };
}

/**
 * The CustomResourceDefinitions to install, sorted by name. Each call reads the files again and the caller
 * owns the result.
 *
 * Descriptions are left out, for they are more than two thirds of the bytes that Pulumi's state and the API
 * server would hold: `kubectl explain` then shows fields and types without text, which the doc comments of
 * the types have. It also keeps every definition below the 256 KiB that an annotation, and so a client-side
 * `kubectl apply`, can take.
 *
 * @param groups API groups as in `gateway.networking.k8s.io`; default: all
 * @param without Kinds that are left out; their files are not read
 * @throws Error for a group that has no definition here
 */
export function crdManifests(groups?: readonly string[], without: readonly KindName[] = []): CrdManifest[] {
  const files = Object.entries(kinds).map(([kind, { apiVersion, schemaFile }]) => ({
    kind: kind as KindName,
    group: apiVersion.slice(0, apiVersion.indexOf('/')),
    schemaFile,
  }));
  const known = [...new Set(files.map(({ group }) => group))].sort();
  const unknown = groups?.filter((group) => !known.includes(group)) ?? [];
  if (unknown.length > 0)
    throw new Error(`unknown definitions ${unknown.join(', ')}; known are ${known.join(', ')}`);
  return files
    .filter(({ kind, group }) => (groups?.includes(group) ?? true) && !without.includes(kind))
    .map(({ schemaFile }) => schemaFile)
    .sort()
    .map((file) => read('schemas', file));
}

/** A kind whose definition is never installed and only checked against. */
export interface CheckedKind {
  readonly group: string;
  readonly kind: string;
  /** That are served. */
  readonly versions: readonly string[];
  /** Name of the file in `checked`. */
  readonly file: string;
  /** Whether it is of the experimental channel of Gateway API, which has more of some standard kinds too. Default: false. */
  readonly experimental?: boolean;
}

/** The kinds whose definitions are only checked against. */
export function checkedKinds(): readonly CheckedKind[] {
  return read('checked', 'index.json');
}

/** The definition of a kind that is only checked against; read when it is asked for, for some are large. */
export function checkedDefinition({ file }: CheckedKind): CrdManifest {
  return read('checked', file);
}

const read = <T>(folder: string, file: string): T =>
  JSON.parse(readFileSync(join(__dirname, folder, file), 'utf8'));
