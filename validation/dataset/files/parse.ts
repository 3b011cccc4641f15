import type { Raw } from './raw';

/** A text, or what Python writes for a float that is no number. */
const TEXT_OR_NAN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\b(?:NaN|Infinity)\b/gs;

/** The record that a JSON text is. Python's `NaN`, which many exports have and JSON has not, is null. */
export function parsedRecord(text: string, ordinal: number, where: string): Raw {
  const found = strictRecord(text, ordinal, where);
  if (found.kind === 'record' || !/NaN|Infinity/.test(text)) return found;
  const mended = text.replace(TEXT_OR_NAN, (part) => (part.startsWith('"') ? part : 'null'));
  return strictRecord(mended, ordinal, where);
}

function strictRecord(text: string, ordinal: number, where: string): Raw {
  try {
    return { kind: 'record', ordinal, value: JSON.parse(text) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { kind: 'corrupt', ordinal, where, why: error.message.slice(0, 120) };
  }
}
