import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A line of a program, as written: of TypeScript where source maps are on, as with tsx, and in our own commands. */
export interface Frame {
  readonly file: string;
  /** One-based. */
  readonly line: number;
  /** One-based. */
  readonly column: number;
}

/** Where `bin/compiled.cjs` keeps the programs of this package, each with a map that nothing has read so far. */
const COMPILED = /\/node_modules\/\.cache\/vcf-ai-platform\/[^/]+\.cjs$/;

const maps = new Map<string, SourceMap | undefined>();

function mapOf(file: string): SourceMap | undefined {
  if (!maps.has(file)) {
    const beside = `${file}.map`;
    const there = COMPILED.test(file) && existsSync(beside);
    maps.set(file, there ? new SourceMap(JSON.parse(readFileSync(beside, 'utf8'))) : undefined);
  }
  return maps.get(file);
}

/**
 * A line of a compiled program of this package, as it was written; any other line as it is. Else Node.js would read the maps of
 * all programs that it loads, at the price of a twentieth of a short command that names no line.
 */
function written(frame: Frame): Frame {
  const found = mapOf(frame.file)?.findEntry(frame.line - 1, frame.column - 1);
  if (found === undefined || !('originalSource' in found)) return frame;
  return {
    file: resolve(dirname(frame.file), found.originalSource),
    line: found.originalLine + 1,
    column: found.originalColumn + 1,
  };
}

const FRAME = /^(\s+at (?:.* \()?)(.+):(\d+):(\d+)(\)?)$/;

/** The place that a line of a stack trace names; undefined for a line that names none, or none in a file. */
export function frameOf(line: string): Frame | undefined {
  const [, , place, row, column] = FRAME.exec(line) ?? [];
  if (place === undefined) return undefined;
  const path = place.replace(/\?.*$/, '');
  const file = path.startsWith('file:') ? fileURLToPath(path) : path;
  return resolve(file) === file ? written({ file, line: Number(row), column: Number(column) }) : undefined;
}

/** A stack trace, with the lines of compiled programs as they were written. */
export function writtenStack(stack: string): string {
  const lines = stack.split('\n').map((text) => {
    const frame = frameOf(text);
    return frame === undefined
      ? text
      : text.replace(FRAME, `$1${frame.file}:${frame.line}:${frame.column}$5`);
  });
  return lines.join('\n');
}
