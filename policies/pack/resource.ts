import { UnknownValueError } from '@pulumi/policy';
import type { Manifest } from '../../base/manifest';
import { escaped } from '../pointer';

/** A Kubernetes object that a Pulumi resource stands for. */
export interface Declared {
  readonly manifest: Manifest;
  /** JSON pointers to values that are not known before the update; in the manifest each is `unknown`. */
  readonly unknown: readonly string[];
}

/**
 * The objects of a resource: mostly one, those of a `List` each for itself, none for resources of other
 * providers, for Helm releases, for patches, which hold a part of an object only, and for definitions of
 * kinds: they are large, no rule is about them, and the API server judges them.
 *
 * @param type `kubernetes:<apiVersion>:<kind>`
 * @param props The properties as a policy gets them: reading an unknown one throws.
 */
export function objectsOf(type: string, props: Readonly<Record<string, unknown>>): Declared[] {
  const [provider, , kind] = type.split(':');
  if (provider !== 'kubernetes' || kind === 'CustomResourceDefinition') return [];
  const unknown: string[] = [];
  const object = known(props, '', unknown);
  if (!isManifest(object) || object.kind !== kind) return [];
  if (!kind.endsWith('List') || !Array.isArray(object.items)) return [{ manifest: object, unknown }];
  return object.items.filter(isManifest).map((manifest) => ({ manifest, unknown }));
}

interface AnyManifest extends Manifest {
  readonly items?: unknown;
}

function isManifest(value: unknown): value is AnyManifest {
  const { apiVersion, kind } = Object(value);
  return typeof apiVersion === 'string' && typeof kind === 'string';
}

/** A text that most fields take, so that the rest of the object can be judged. */
const PLACEHOLDER = 'unknown';

/** A plain copy, and where in it something is unknown. */
function known(value: unknown, at: string, unknown: string[]): unknown {
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.keys(value).map((key): [string, unknown] => {
    const pointer = `${at}/${escaped(key)}`;
    try {
      return [key, known(Reflect.get(value, key), pointer, unknown)];
    } catch (error) {
      if (!(error instanceof UnknownValueError)) throw error;
      unknown.push(pointer);
      return [key, PLACEHOLDER];
    }
  });
  return Array.isArray(value) ? entries.map(([, element]) => element) : Object.fromEntries(entries);
}
