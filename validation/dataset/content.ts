import { isFields, jsonText } from './values';

/** The text of a content, and how many of its parts, such as pictures, are no text and are left out. */
export interface Content {
  readonly text: string;
  readonly leftOut: number;
}

/** The text of a content in any of its forms: a text, parts, nothing, or a value that is none of these. */
export function contentOf(content: unknown): Content {
  if (typeof content === 'string') return { text: content, leftOut: 0 };
  if (content === null || content === undefined) return { text: '', leftOut: 0 };
  if (!Array.isArray(content)) return { text: jsonText(content), leftOut: 0 };
  const texts = content.map(partText);
  return {
    text: texts.filter((text) => text !== undefined).join('\n'),
    leftOut: texts.filter((text) => text === undefined).length,
  };
}

function partText(part: unknown): string | undefined {
  if (typeof part === 'string') return part;
  if (!isFields(part)) return undefined;
  if (typeof part.text === 'string') return part.text;
  return typeof part.content === 'string' ? part.content : undefined;
}
