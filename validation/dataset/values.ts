/** A JSON object, not yet looked at. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const stringOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** The value of a JSON text; undefined where it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A list, which some exports write as JSON text; undefined where it is neither. */
export function listOf(value: unknown): readonly unknown[] | undefined {
  const list = typeof value === 'string' ? parsed(value) : value;
  return Array.isArray(list) ? list : undefined;
}

/**
 * The list of objects that a value is. Exports of columns write a list of objects as an object of lists
 * (`{from: [...], value: [...]}`), and some write either as JSON text.
 */
export function rowsOf(value: unknown): readonly Fields[] | undefined {
  const given = typeof value === 'string' ? parsed(value) : value;
  if (Array.isArray(given)) return given.filter(isFields);
  if (!isFields(given)) return undefined;
  const columns = Object.entries(given).filter((entry): entry is [string, unknown[]] =>
    Array.isArray(entry[1]),
  );
  if (columns.length === 0) return undefined;
  const length = Math.max(...columns.map(([, column]) => column.length));
  return Array.from({ length }, (_, row) =>
    Object.fromEntries(columns.map(([name, column]) => [name, column[row]])),
  );
}

/** JSON text of a value out of a Parquet file as well, where numbers may be BigInt. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? Number(each) : each)) ?? 'null';
}

/**
 * Without keys that are null, at any depth: Parquet and its exports fill every object up with the keys of all the
 * others. Values of `enum` and of other lists stay.
 */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isFields(value) || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) =>
      each === null || each === undefined ? [] : [[key, withoutNulls(each)]],
    ),
  );
}
