/** What stands between the cells of a line; a comma where there is only one. */
export function delimiterOf(line: string): string {
  return [',', '\t', ';', '|'].find((one) => line.includes(one)) ?? ',';
}

/**
 * The cells of one line of CSV (RFC 4180). A record is one line: a quote that does not end on it ends with it, so that a
 * stray one costs its own record and not the rest of the file.
 */
export function cellsOf(line: string, delimiter = ','): string[] {
  if (!line.includes('"')) return line.split(delimiter).map((cell) => cell.trim());
  const cells: string[] = [];
  for (let at = 0; at <= line.length; ) {
    const quoted = /^\s*"((?:[^"]|"")*)(?:"|$)\s*/.exec(line.slice(at));
    if (quoted) {
      cells.push((quoted[1] as string).replaceAll('""', '"'));
      at += quoted[0].length;
    }
    const found = line.indexOf(delimiter, at);
    const end = found < 0 ? line.length : found;
    if (!quoted) cells.push(line.slice(at, end).trim());
    at = end + 1;
  }
  return cells;
}

/** The first line of a file of rows: what its columns are called. */
export class Header {
  private constructor(
    /** The line itself. */
    readonly line: string,
    readonly names: readonly string[],
    readonly delimiter: string,
  ) {}

  /** The first line that has one of these columns; notes may stand above it. */
  static find(lines: readonly string[], ...columns: readonly string[]): Header | undefined {
    for (const line of lines) {
      const header = new Header(line, cellsOf(line, delimiterOf(line)), delimiterOf(line));
      if (columns.some((name) => header.has(name))) return header;
    }
    return undefined;
  }

  /** Where a column is, whatever the case and the spaces of its name; -1 where there is none. */
  column(name: string): number {
    return this.names.findIndex((one) => plain(one) === plain(name));
  }

  has(...names: readonly string[]): boolean {
    return names.every((name) => this.column(name) >= 0);
  }

  /** The cells of a row; undefined for one that is cut, or is no row of this file. */
  row(line: string): readonly string[] | undefined {
    const cells = cellsOf(line, this.delimiter);
    return cells.length === this.names.length ? cells : undefined;
  }

  /** Why a row is none. */
  readonly notARow = 'not as many columns as the header';
}

const plain = (name: string) => name.toLowerCase().replace(/[\s_-]/g, '');
