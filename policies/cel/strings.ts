import type { Environment } from '@marcbachmann/cel-js';
import { CelError } from './error';

class Strings {}

/** What cel-go has of texts and the library lacks. */
export function registerStrings(environment: Environment): void {
  environment
    .registerFunction('string.charAt(int): string', (text: string, index: bigint) => {
      const characters = [...text];
      if (index < 0n || index > characters.length) throw new CelError(`index out of range: ${index}`);
      return characters[Number(index)] ?? '';
    })
    .registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) =>
      text.replaceAll(from, () => to),
    )
    .registerFunction('string.replace(string, string, int): string', replaceSome)
    .registerFunction('string.format(list): string', format)
    .registerType('Strings', Strings)
    .registerConstant('strings', 'Strings', new Strings())
    .registerFunction('Strings.quote(string): string', (_: Strings, text: string) => JSON.stringify(text));
}

function replaceSome(text: string, from: string, to: string, most: bigint): string {
  let left = most < 0n ? Number.POSITIVE_INFINITY : Number(most);
  return text.replaceAll(from, (found) => (left-- > 0 ? to : found));
}

function format(pattern: string, values: readonly unknown[]): string {
  const rest = [...values];
  return pattern.replace(/%(%|(?:\.(\d+))?([sdfebxXo]))/g, (_, all: string, digits = '6', verb: string) => {
    if (all === '%') return '%';
    if (rest.length === 0) throw new CelError('format() has more placeholders than values');
    return formatted(verb, rest.shift(), Number(digits));
  });
}

function formatted(verb: string, value: unknown, digits: number): string {
  const integer = typeof value === 'bigint' ? value : undefined;
  if (verb === 's') return shown(value);
  if (verb === 'f' && typeof value === 'number') return value.toFixed(digits);
  if (verb === 'e' && typeof value === 'number')
    return value.toExponential(digits).replace(/e([+-])(\d)$/, 'e$10$2');
  if (verb === 'd' && (typeof value === 'number' || integer !== undefined)) return `${value}`;
  if (verb === 'b' && typeof value === 'boolean') return value ? '1' : '0';
  if (verb === 'b' && integer !== undefined) return integer.toString(2);
  if (verb === 'o' && integer !== undefined) return integer.toString(8);
  if (verb.toLowerCase() === 'x' && (integer !== undefined || typeof value === 'string')) {
    const hex = integer?.toString(16) ?? Buffer.from(value as string).toString('hex');
    return verb === 'X' ? hex.toUpperCase() : hex;
  }
  throw new CelError(`format() cannot format ${shown(value)} as %${verb}`);
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  if (value !== null && typeof value === 'object' && [Object, Map].includes(value.constructor as never)) {
    const entries = value instanceof Map ? [...value] : Object.entries(value);
    return `{${entries
      .map(([key, inner]) => `${key}: ${shown(inner)}`)
      .sort()
      .join(', ')}}`;
  }
  return value instanceof Date ? value.toISOString() : `${value}`;
}
