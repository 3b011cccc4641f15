import { createHash } from 'node:crypto';
import type { Finding } from '../base/finding';
import { groupOf, type Manifest } from '../base/manifest';

/** What tells the elements of a list apart in most lists of Kubernetes, in the order of preference. */
const KEYS = ['name', 'key', 'id', 'type'] as const;

/**
 * What stays the same when the object moves to another file and its lists get other elements: rule, object and
 * field, with elements by name where they have one. Neither message nor value is part of it.
 */
export function fingerprintOf({ rule, object, pointer }: Finding, manifest: Manifest): string {
  const identity = [rule, groupOf(manifest), object, stablePointer(manifest, pointer)].join('\0');
  return createHash('sha256').update(identity).digest('hex').slice(0, 32);
}

function stablePointer(root: unknown, pointer: string): string {
  let value = root;
  const segments = pointer.split('/').map((segment) => {
    const inside = Array.isArray(value);
    if (segment !== '') {
      value = Object(value)[segment.replaceAll('~1', '/').replaceAll('~0', '~')];
    }
    if (!inside) return segment;
    const key = KEYS.find((name) => typeof Object(value)[name] === 'string');
    return key === undefined ? segment : `[${key}=${Object(value)[key]}]`;
  });
  return segments.join('/');
}
