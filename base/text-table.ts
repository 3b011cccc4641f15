import Table from 'cli-table3';

/**
 * A table for a person, without colours.
 *
 * @param texts Columns from the left that are texts; the others are numbers. Default: all are texts.
 */
export function textTable(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  texts = head.length,
): string {
  const made = new Table({
    head: [...head],
    style: { head: [], border: [] },
    colAligns: head.map((_, column) => (column < texts ? 'left' : 'right')),
  });
  made.push(...rows.map((row) => [...row]));
  return made.toString();
}
