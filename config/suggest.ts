import { Cpu, Memory } from '../base/quantity';
import { listed, nearest } from '../base/text';
import type { Schema } from './document';

/** The allowed value next to a refused one, as something to do; undefined when only the rule is known. */
export function suggest(schema: Schema, value: unknown): string | undefined {
  const words = schema.enum ?? schema.then?.enum;
  if (words !== undefined) return suggestField(schema, value) ?? suggestChoice(words, value);
  if (schema.format === 'cpu') return suggestCpus(schema, value);
  if (schema.format === 'memory') return suggestMemory(schema, value);
  if (schema.format === 'duration') return suggestDuration(value);
  if (schema.type === 'integer') return suggestInteger(schema, value);
  if (schema.type === 'number') return suggestNumber(schema, value);
  return value === null && isEmptyAllowed(schema) ? 'write {} to take every default' : undefined;
}

/** A field of a map that was written as a word. */
function suggestField({ properties = {} }: Schema, value: unknown): string | undefined {
  const meant = typeof value === 'string' ? nearest(value, Object.keys(properties)) : undefined;
  return meant && `write it as a map, ${meant}: {…}`;
}

function suggestChoice(choices: readonly (string | number)[], value: unknown): string {
  const words = choices.map(String);
  const meant = typeof value === 'string' ? nearest(value, words) : undefined;
  return meant === undefined ? `use ${listed(words, 'or')}` : `did you mean ${meant}`;
}

function suggestCpus(schema: Schema, value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const cpu = attempt(() => Cpu.parse(value));
  return cpu && suggestInteger(schema, cpu.millicores / 1000);
}

/** Decimals are refused, yet most of them say a whole amount of a smaller unit. */
function suggestMemory({ pattern = '' }: Schema, value: unknown): string | undefined {
  if (typeof value === 'number') return 'write a unit, such as Mi or Gi';
  const memory = typeof value === 'string' && attempt(() => Memory.parse(value));
  return memory && new RegExp(pattern).test(`${memory}`) ? `use ${memory}` : undefined;
}

function suggestDuration(value: unknown): string | undefined {
  return typeof value === 'number' ? `write a unit: ${value}s or ${value}m` : undefined;
}

function suggestInteger(
  { minimum = -Infinity, maximum = Infinity }: Schema,
  value: unknown,
): string | undefined {
  if (typeof value === 'string' && /^[0-9]+$/.test(value)) return `write ${value} without quotes`;
  if (typeof value !== 'number') return undefined;
  const around = [Math.floor(value), Math.ceil(value)].filter((n) => n >= minimum && n <= maximum);
  if (around.length > 0) return `use ${listed(around, 'or')}`;
  return value < minimum ? `use ${minimum} or more` : `use ${maximum} or less`;
}

/** The end of the range that is nearer. */
function suggestNumber({ exclusiveMinimum, minimum, maximum }: Schema, value: unknown): string | undefined {
  if (typeof value !== 'number') return undefined;
  if (maximum !== undefined && value > maximum) return `use ${maximum} or less`;
  if (minimum !== undefined && value < minimum) return `use ${minimum} or more`;
  return exclusiveMinimum !== undefined && value <= exclusiveMinimum
    ? `use more than ${exclusiveMinimum}`
    : undefined;
}

function attempt<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function isEmptyAllowed({ type, required, oneOf, minProperties }: Schema): boolean {
  return type === 'object' && required === undefined && oneOf === undefined && minProperties === undefined;
}
