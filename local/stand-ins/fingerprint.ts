import { createHash } from 'node:crypto';

/**
 * What is kept of a credential: enough to tell whether a known key arrived, not enough to use it. The hash is
 * unsalted on purpose, so that whoever knows the key can compute the same one; a short, guessable password is
 * not protected by it.
 */
export interface Fingerprint {
  /** `Bearer`, `Basic`: only for `authorization` and `proxy-authorization`, and then not part of the hash. */
  readonly scheme?: string;
  /** Lower-case hex of the SHA-256 of the credential's UTF-8 bytes. */
  readonly sha256: string;
  /** In UTF-16 code units, as `String.length`. */
  readonly length: number;
}

/** Names and values as received: names in lower case, one value per occurrence, credentials as fingerprints. */
export type Redacted = Readonly<Record<string, readonly (string | Fingerprint)[]>>;

const withScheme = new Set(['authorization', 'proxy-authorization']);
const credentialHeaders = new Set([
  ...withScheme,
  ...['x-api-key', 'api-key', 'x-goog-api-key', 'cookie', 'x-amz-security-token'],
]);
const credentialParameter = 'key';

/** The fingerprint of a bare key, to be compared with one in a record without printing the key. */
export function fingerprint(value: string): Fingerprint {
  return { sha256: createHash('sha256').update(value).digest('hex'), length: value.length };
}

function credential(header: string, value: string): Fingerprint {
  const split = withScheme.has(header) ? /^(\S+) +(.*)$/s.exec(value) : null;
  const [, scheme, key] = split ?? [];
  return scheme === undefined || key === undefined ? fingerprint(value) : { scheme, ...fingerprint(key) };
}

/** `headers` maps lower-case names to every value received under them (`IncomingMessage.headersDistinct`). */
export function redactHeaders(headers: NodeJS.Dict<string[]>): Redacted {
  return Object.fromEntries(
    Object.entries(headers).map(([name, values = []]) => [
      name,
      values.map((value) => (credentialHeaders.has(name) ? credential(name, value) : value)),
    ]),
  );
}

export function redactQuery(query: URLSearchParams): Redacted {
  return Object.fromEntries(
    [...new Set(query.keys())].map((name) => [
      name,
      query
        .getAll(name)
        .map((value) => (name.toLowerCase() === credentialParameter ? fingerprint(value) : value)),
    ]),
  );
}
