import type { Manifest } from '../../policies';
import { escaped } from '../../policies/pointer';
import type { Specimen } from '../../tests/e2e/upstream-files';

/** A value inside an object, and who holds it under which key. */
interface Place {
  readonly pointer: string;
  readonly keys: readonly string[];
  readonly value: unknown;
}

/** Fields whose value is the name of something else, or a part of one. */
const NAMES = new Set(['name', 'namespace', 'kind', 'group', 'sectionName', 'key', 'gatewayClassName']);

const DURATION = /^\d+(ms|s|m|h)$/;
const GONE = Symbol('gone');

/** What somebody could write by mistake in the place of a value, each with how the change is told. */
function variants(key: string, value: unknown): readonly (readonly [told: string, value: unknown])[] {
  const gone = ['is taken away', GONE] as const;
  if (Array.isArray(value)) {
    return [
      gone,
      ['is without its last', value.slice(0, -1)],
      ['has its last twice', [...value, value.at(-1)]],
    ];
  }
  if (typeof value === 'number') {
    return [gone, ['is one more', value + 1], ['is a thousand times as much', value * 1000], ['is 1', 1]];
  }
  if (typeof value === 'boolean') return [gone, ['is the contrary', !value]];
  if (typeof value !== 'string') return [gone];
  if (NAMES.has(key)) return [gone, ['is of nobody', 'nobody']];
  if (DURATION.test(value)) return [gone, ['is no time', '0s'], ['is 1ms', '1ms'], ['is very long', '1000h']];
  return [gone, ['has a letter more', `${value}x`], ['is one letter', 'x']];
}

/** The objects with every such change in their specs, each in a copy of its own. */
export function plausiblyChanged(objects: readonly Manifest[]): Specimen[] {
  return objects.flatMap((object) =>
    placesIn(Reflect.get(object, 'spec'), '/spec', ['spec']).flatMap(({ pointer, keys, value }) =>
      variants(keys.at(-1) ?? '', value).map(([told, instead]) => ({
        from: `${pointer} ${told}`,
        object: changed(object, keys, instead),
      })),
    ),
  );
}

function placesIn(value: unknown, pointer: string, keys: readonly string[]): Place[] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const place = { pointer: `${pointer}/${escaped(key)}`, keys: [...keys, key], value: inner };
    return [place, ...placesIn(inner, place.pointer, place.keys)];
  });
}

function changed(object: Manifest, keys: readonly string[], value: unknown): Manifest {
  const copy = structuredClone(object);
  const last = keys.at(-1) ?? '';
  const holder = keys.slice(0, -1).reduce<object>((at, key) => Reflect.get(at, key), copy);
  if (value !== GONE) Reflect.set(holder, last, value);
  else if (Array.isArray(holder)) holder.splice(Number(last), 1);
  else Reflect.deleteProperty(holder, last);
  return copy;
}
