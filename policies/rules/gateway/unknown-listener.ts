import { nearest } from '../../../base/text';
import type { Violation } from '../../rule';
import { suggest } from '../../suggest';

/** A name of a listener that a Gateway or ListenerSet does not have, mended where it is clear which is meant. */
export function unknownListener(
  pointer: string,
  value: string,
  of: string,
  names: readonly string[],
): Violation {
  const meant = names.length === 1 ? names[0] : nearest(value, names);
  const fix = suggest(value, names);
  return {
    pointer,
    value,
    problem: `${of} has no listener ${value}`,
    ...(meant === undefined
      ? fix && { fix }
      : { fix: `use ${meant}`, patch: [{ op: 'replace' as const, path: pointer, value: meant }] }),
  };
}
