import fc from 'fast-check';
import type { Manifest } from '../../policies';
import { escaped } from '../../policies/pointer';
import type { Specimen } from './upstream-files';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** A place in an object: who holds the value, and under which key. */
interface Place {
  readonly pointer: string;
  readonly holder: Json[] | { [key: string]: Json };
  readonly key: string;
}

type Mutation = readonly [name: string, change: (value: Json, place: Place) => Json | undefined];

/** What may happen to a value; undefined takes it away. */
const MUTATIONS: readonly Mutation[] = [
  ['is taken away', () => undefined],
  ['is null', () => null],
  ['is an empty text', () => ''],
  ['is a number', () => 7],
  ['is a fraction', () => 0.5],
  ['is negative', () => -1],
  ['is huge', () => 2 ** 40],
  ['is true', () => true],
  ['is an empty list', () => []],
  ['is an empty object', () => ({})],
  ['is a text with blanks', () => 'two words'],
  ['is in capitals', (value) => (typeof value === 'string' ? value.toUpperCase() : 'UPPER')],
  ['is very long', () => 'long'.repeat(80)],
  ['is doubled', (value) => (Array.isArray(value) ? [...value, ...value] : [value, value])],
  ['is in a list', (value) => [value]],
  ['is a text', (value) => (typeof value === 'object' ? JSON.stringify(value) : `${value}`)],
  ['has a field more', (value) => (isRecord(value) ? { ...value, surprise: 1 } : { surprise: value })],
  ['is misspelt', (value, { holder, key }) => misspelt(value, holder, key)],
];

function misspelt(value: Json, holder: Place['holder'], key: string): Json | undefined {
  if (Array.isArray(holder)) return value;
  holder[`${key}s`] = value;
  return undefined;
}

function isRecord(value: Json | undefined): value is { [key: string]: Json } {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** What makes an object another one, or one of nowhere: the same in every mutation. */
const KEPT = new Set(['/apiVersion', '/kind', '/metadata', '/metadata/name', '/metadata/namespace']);

/** Objects with one change each; the same for the same seed. */
export function mutated(objects: readonly Manifest[], count: number, seed: number): Specimen[] {
  const choice = fc.record({
    object: fc.nat({ max: objects.length - 1 }),
    place: fc.nat(),
    mutation: fc.constantFrom(...MUTATIONS),
  });
  return fc.sample(choice, { seed, numRuns: count }).map(({ object, place, mutation: [name, change] }) => {
    const copy = structuredClone(objects[object]) as Manifest & { [key: string]: Json };
    const places = placesIn(copy).filter(({ pointer }) => !KEPT.has(pointer));
    const at = places[place % places.length] as Place;
    const before = Reflect.get(at.holder, at.key) as Json;
    const after = change(structuredClone(before), at);
    if (after !== undefined) Reflect.set(at.holder, at.key, after);
    else if (Array.isArray(at.holder)) at.holder.splice(Number(at.key), 1);
    else delete at.holder[at.key];
    return { from: `${at.pointer} ${name}`, object: copy };
  });
}

function placesIn(holder: Json[] | { [key: string]: Json }, pointer = ''): Place[] {
  return Object.entries(holder).flatMap(([key, value]) => {
    const place = { pointer: `${pointer}/${escaped(key)}`, holder, key };
    return value !== null && typeof value === 'object' ? [place, ...placesIn(value, place.pointer)] : [place];
  });
}
