/** A value inside an object and the JSON pointer (RFC 6901) to it. */
export interface Located {
  readonly pointer: string;
  readonly value: unknown;
}

/**
 * The values at a JSON pointer in which `*` stands for every element of a list. What is absent, or not
 * shaped as the pointer says, is left out.
 */
export function select(root: unknown, pattern: string): Located[] {
  const found: Located[] = [];
  collect(found, { pointer: '', value: root }, pattern.split('/'), 1);
  return found;
}

function collect(found: Located[], at: Located, segments: readonly string[], depth: number): void {
  const { pointer, value } = at;
  const segment = segments[depth];
  if (segment === undefined) {
    found.push(at);
  } else if (segment === '*' && Array.isArray(value)) {
    for (const [index, element] of value.entries()) {
      if (element !== undefined)
        collect(found, { pointer: `${pointer}/${index}`, value: element }, segments, depth + 1);
    }
  } else if (value !== null && typeof value === 'object') {
    const inner: unknown = Reflect.get(value, unescaped(segment));
    if (inner !== undefined)
      collect(found, { pointer: `${pointer}/${segment}`, value: inner }, segments, depth + 1);
  }
}

const PLAIN = { configurable: true, enumerable: true, writable: true };

/**
 * An object with other values under the same keys, quicker than by way of its entries. A key of the name
 * `__proto__` stays a key.
 */
export function mapFields(value: object, change: (inner: unknown) => unknown): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const inner = change(Reflect.get(value, key));
    if (key === '__proto__') Object.defineProperty(fields, key, { ...PLAIN, value: inner });
    else fields[key] = inner;
  }
  return fields;
}

/** A key as a segment of a JSON pointer. */
export function escaped(key: string): string {
  return /[~/]/.test(key) ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key;
}

function unescaped(segment: string): string {
  return segment.includes('~') ? segment.replaceAll('~1', '/').replaceAll('~0', '~') : segment;
}
