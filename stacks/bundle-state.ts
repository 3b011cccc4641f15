import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { KubeAccess } from './api-server';

/** Kinds that come in numbers, are large, belong to no namespace, and change with the version of this package alone. */
export const BUNDLED = {
  CustomResourceDefinition: 'definitions',
  ValidatingAdmissionPolicy: 'admission',
  ValidatingAdmissionPolicyBinding: 'admission',
} as const;

export type BundledKind = keyof typeof BUNDLED;

export const isBundled = (kind: string): kind is BundledKind => kind in BUNDLED;

/** An object of a bundle, as far as it says which one it is. */
export interface BundledObject {
  readonly apiVersion: string;
  readonly kind: BundledKind;
  readonly metadata: { readonly name: string };
}

/** What the resource is made of, and what the state holds of it. */
export interface BundleState extends KubeAccess {
  /** SHA-256 of each object, hexadecimal, by `<Kind>/<name>`. It alone decides whether something changed. */
  readonly hashes: Readonly<Record<string, string>>;
  /** The objects as JSON, compressed by gzip, in base64. */
  readonly packed: string;
}

export const bundleKey = ({ kind, metadata }: BundledObject) => `${kind}/${metadata.name}`;

const hashOf = (object: BundledObject) => createHash('sha256').update(JSON.stringify(object)).digest('hex');

/** Objects as the resource keeps them. */
export function pack(objects: readonly BundledObject[]): Pick<BundleState, 'hashes' | 'packed'> {
  return {
    hashes: Object.fromEntries(objects.map((object) => [bundleKey(object), hashOf(object)])),
    packed: gzipSync(JSON.stringify(objects)).toString('base64'),
  };
}

/** The objects that were packed. */
export function unpack({ packed }: Pick<BundleState, 'packed'>): BundledObject[] {
  return JSON.parse(gunzipSync(Buffer.from(packed, 'base64')).toString());
}
