import { createHash } from 'node:crypto';
import type { Fingerprint, RequestRecord } from './records';

/** The credential of the paper's compromised client. It opens nothing anywhere. */
export const MALICIOUS_TOKEN = 'malicious-token';

/** Every header and parameter in which some API takes a credential, filled with the malicious token. */
export const ROGUE_HEADERS = {
  authorization: `Bearer ${MALICIOUS_TOKEN}`,
  'x-api-key': MALICIOUS_TOKEN,
  'api-key': MALICIOUS_TOKEN,
  'x-goog-api-key': MALICIOUS_TOKEN,
  cookie: `session=${MALICIOUS_TOKEN}`,
  'proxy-authorization': `Bearer ${MALICIOUS_TOKEN}`,
} as const;

export const ROGUE_QUERY = `?key=${MALICIOUS_TOKEN}`;

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * Where a record shows a credential, as a fingerprint or in clear: `header cookie`, `query key`, `path`.
 *
 * @param forms Every text that the credential may be part of when it is hashed as a whole.
 */
export function tracesOf(secret: string, record: RequestRecord, forms: readonly string[] = []): string[] {
  const hashes = new Set([secret, `Bearer ${secret}`, ...forms].map(sha256));
  const shows = (value: string | Fingerprint) =>
    typeof value === 'string' ? value.includes(secret) : hashes.has(value.sha256);
  const within = (place: string, values: RequestRecord['headers']) =>
    Object.entries(values)
      .filter(([, list]) => list.some(shows))
      .map(([name]) => `${place} ${name}`);
  return [
    ...within('header', record.headers),
    ...within('query', record.query),
    ...(record.path.includes(secret) ? ['path'] : []),
  ];
}

/** Every credential that a record holds, by header or parameter; values that are no credentials are left out. */
export function credentialsOf({ headers, query }: RequestRecord): Record<string, Fingerprint[]> {
  const found = Object.entries({ ...query, ...headers }).map(
    ([name, values]) => [name, values.filter((value) => typeof value !== 'string')] as const,
  );
  return Object.fromEntries(found.filter(([, prints]) => prints.length > 0));
}

/** The same value with every text in it free of the keys, for what is printed or written. */
export function withoutKeys<T>(value: T, keys: Readonly<Record<string, string>>): T {
  // The longest first, for a key may be part of another.
  const known = Object.entries(keys)
    .filter(([, key]) => key !== '')
    .sort(([, a], [, b]) => b.length - a.length);
  const clean = (part: unknown): unknown => {
    if (typeof part === 'string') {
      return known.reduce((text, [model, key]) => text.replaceAll(key, () => `(the key of ${model})`), part);
    }
    if (Array.isArray(part)) return part.map(clean);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([name, member]) => [clean(name), clean(member)]));
  };
  return clean(value) as T;
}
