import { isDeepStrictEqual } from 'node:util';
import type { Environment } from '@marcbachmann/cel-js';
import { CelError } from './error';

/** Values that `<` compares: numbers, texts, durations and timestamps. */
type Ordered = bigint | number | string;

/** Kubernetes' functions on lists, and the sets of cel-go. */
export function registerLists(environment: Environment): void {
  environment
    .registerFunction('list.isSorted(): bool', (list: Ordered[]) =>
      list.every((element, index) => index === 0 || !(element < (list[index - 1] as Ordered))),
    )
    .registerFunction('list.sum(): dyn', (list: Ordered[]) => (list.length === 0 ? 0n : list.reduce(sum)))
    .registerFunction('list.min(): dyn', (list: Ordered[]) => first(list, 'min', (a, b) => a < b))
    .registerFunction('list.max(): dyn', (list: Ordered[]) => first(list, 'max', (a, b) => a > b))
    .registerFunction('list.indexOf(dyn): int', (list: unknown[], wanted: unknown) =>
      BigInt(list.findIndex((element) => isDeepStrictEqual(element, wanted))),
    )
    .registerFunction('list.lastIndexOf(dyn): int', (list: unknown[], wanted: unknown) =>
      BigInt(list.findLastIndex((element) => isDeepStrictEqual(element, wanted))),
    );
  registerSets(environment);
}

function sum(a: Ordered, b: Ordered): Ordered {
  if (typeof a === 'bigint' && typeof b === 'bigint') return a + b;
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  throw new CelError('no such overload: sum() needs numbers of one type');
}

function first(list: readonly Ordered[], name: string, before: (a: Ordered, b: Ordered) => boolean): Ordered {
  const [found, ...others] = list;
  if (found === undefined) throw new CelError(`${name} called on empty list`);
  return others.reduce((best, each) => (before(each, best) ? each : best), found);
}

class Sets {}

function registerSets(environment: Environment): void {
  const within = (some: readonly unknown[], all: readonly unknown[]) =>
    some.every((element) => all.some((other) => isDeepStrictEqual(element, other)));
  environment
    .registerType('Sets', Sets)
    .registerConstant('sets', 'Sets', new Sets())
    .registerFunction('Sets.contains(list, list): bool', (_: Sets, all: unknown[], some: unknown[]) =>
      within(some, all),
    )
    .registerFunction(
      'Sets.equivalent(list, list): bool',
      (_: Sets, a: unknown[], b: unknown[]) => within(a, b) && within(b, a),
    )
    .registerFunction('Sets.intersects(list, list): bool', (_: Sets, a: unknown[], b: unknown[]) =>
      a.some((element) => within([element], b)),
    );
}
