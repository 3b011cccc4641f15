import { UUID_BYTES } from './database';

const HYPHEN = 0x2d;

/** The value of a digit of lower-case hexadecimal, by its code; anything else has none. */
const DIGITS = new Map(Array.from('0123456789abcdef', (digit, value) => [digit.charCodeAt(0), value]));
const VALUES = Int8Array.from({ length: 128 }, (_, code) => DIGITS.get(code) ?? -1);

/**
 * Writes a UUID, with or without hyphens, as 16 bytes. Node.js reads hexadecimal too, but only without
 * hyphens: each id would become another text first.
 *
 * @throws Error when the text is none
 */
export function writeUuid(text: string, into: Uint8Array, at: number): void {
  let index = 0;
  for (let byte = 0; byte < UUID_BYTES; byte += 1) {
    if (text.charCodeAt(index) === HYPHEN) index += 1;
    const value = (valueAt(text, index) << 4) | valueAt(text, index + 1);
    if (value < 0) throw new Error(`${JSON.stringify(text)} is no UUID`);
    into[at + byte] = value;
    index += 2;
  }
  if (index !== text.length) throw new Error(`${JSON.stringify(text)} is no UUID`);
}

/** Below 0 for what is no digit. */
const valueAt = (text: string, index: number): number => VALUES[text.charCodeAt(index)] ?? -1;
