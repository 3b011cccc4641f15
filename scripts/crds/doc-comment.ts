import type { Schema } from './schema';

const WIDTH = 110;
const CHARACTERS = 240;

/** Renders what a schema says about itself as a doc comment with a line end, or as nothing. */
export function docComment({ description = '', default: value }: Schema, indent: string): string {
  const plain = description.replace(/<(gateway:[\w:]+)>[\s\S]*?<\/\1>/g, '').replaceAll('*/', '*\\/');
  const [summary = ''] = plain.split(/\n\s*\n|\bDeprecated: /);
  const deprecated = /\bDeprecated: ([\s\S]*?)(?:\n\s*\n|$)/.exec(plain)?.[1];
  const parts = [
    beginning(oneLine(summary)),
    deprecated ? `@deprecated ${beginning(oneLine(deprecated))}` : '',
    value !== undefined && typeof value !== 'object' ? `@default ${JSON.stringify(value)}` : '',
  ];
  const lines = parts.flatMap((part) => wrap(part, WIDTH - indent.length - 3));
  const [first] = lines;
  if (first === undefined) return '';
  if (lines.length === 1 && indent.length + first.length + 7 <= WIDTH) return `${indent}/** ${first} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}\n`).join('')}${indent} */\n`;
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/**
 * As many whole sentences as fit, but none that announces a list; a lone sentence that is too long ends at a
 * word.
 */
function beginning(text: string): string {
  const whole = text.endsWith(':') ? text.replace(/(?<=\.) [^.]*$/, '') : text;
  if (whole.length <= CHARACTERS) return whole;
  const ends = [...whole.matchAll(/(?<!e\.g|i\.e|etc)\.(?= [A-Z"`])/g)].map(({ index }) => index + 1);
  const end = ends.filter((at) => at <= CHARACTERS).at(-1);
  return end === undefined ? `${whole.slice(0, whole.lastIndexOf(' ', CHARACTERS))} …` : whole.slice(0, end);
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ').filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
