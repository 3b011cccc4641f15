import { field, parseJson, type Usage } from './answer';
import type { HttpClient } from './client';
import { type Target, UnreachableError, type Upstream } from './target';

/** What a record keeps of a credential. */
export interface Fingerprint {
  /** `Bearer`: only of `authorization` and `proxy-authorization`, and then not part of the hash. */
  readonly scheme?: string;
  /** Lower-case hex of the SHA-256 of the UTF-8 bytes. */
  readonly sha256: string;
  /** In UTF-16 code units. */
  readonly length: number;
}

/** One request as an upstream saw it: names in lower case, credentials as fingerprints. */
export interface RequestRecord {
  /** Never reused while the upstream runs. */
  readonly seq: number;
  /** When its answer was decided, or when the upstream knew that its client had left, ISO 8601. */
  readonly ended: string;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, readonly (string | Fingerprint)[]>>;
  readonly headers: Readonly<Record<string, readonly (string | Fingerprint)[]>>;
  readonly body: { readonly bytes: number; readonly sha256: string };
  /** Of a JSON body. */
  readonly model: string | null;
  readonly status: number | null;
  readonly usage: Usage | null;
}

/** A record, and who has it. */
export interface Sighting extends RequestRecord {
  readonly upstream: string;
}

interface RequestList {
  /** Requests since the start or the last clearing. */
  readonly count: number;
  readonly requests: readonly RequestRecord[];
}

interface Cursor {
  readonly upstream: Upstream;
  seq: number;
  count: number;
}

/** What monitoring asks on its own, at any time. */
const MONITORING = new Set(['GET /metrics', 'GET /health', 'GET /healthz']);

/** What reached the upstreams, read from their records; monitoring is left out. */
export class Records {
  private constructor(
    private readonly client: HttpClient,
    private readonly cursors: readonly Cursor[],
  ) {}

  /** Begins after whatever the upstreams have seen by now. */
  static async open(client: HttpClient, { upstreams }: Target): Promise<Records> {
    const cursors = upstreams.map((upstream) => ({ upstream, seq: 0, count: 0 }));
    const records = new Records(client, cursors);
    await Promise.all(cursors.map(async (cursor) => advance(cursor, await records.list(cursor))));
    return records;
  }

  /**
   * What every upstream saw since the last call. An upstream records a request before it sends the last byte of its
   * answer, so whoever holds a complete answer finds the record.
   *
   * @throws UnreachableError where a record was cleared or begun anew, so that it proves nothing.
   */
  async next(): Promise<readonly Sighting[]> {
    const lists = await Promise.all(
      this.cursors.map(async (cursor) => {
        const list = await this.list(cursor);
        if (list.count - cursor.count !== list.requests.length) {
          throw new UnreachableError(
            `the record of ${cursor.upstream.name}`,
            cursor.upstream.admin,
            'was cleared or restarted while the suite ran; run the suite again without other changes to the platform',
          );
        }
        advance(cursor, list);
        return sightings(cursor, list);
      }),
    );
    return lists.flat();
  }

  /** What the next call of `next` would return by now. */
  async peek(): Promise<readonly Sighting[]> {
    const lists = await Promise.all(
      this.cursors.map(async (cursor) => sightings(cursor, await this.list(cursor))),
    );
    return lists.flat();
  }

  private async list({ upstream, seq }: Cursor): Promise<RequestList> {
    const what = `the record of ${upstream.name}`;
    const answer = await this.client.send({ what, url: `${upstream.admin}/requests?after=${seq}` });
    const json = parseJson(answer.text);
    if (answer.status !== 200 || !isRequestList(json)) {
      throw new UnreachableError(
        what,
        upstream.admin,
        `answered ${answer.status} without a list of requests; correct the address of its record`,
      );
    }
    return json;
  }
}

function advance(cursor: Cursor, { count, requests }: RequestList): void {
  cursor.count = count;
  cursor.seq = requests.at(-1)?.seq ?? cursor.seq;
}

function sightings({ upstream }: Cursor, { requests }: RequestList): Sighting[] {
  return requests
    .filter(({ method, path }) => !MONITORING.has(`${method} ${path}`))
    .map((record) => ({ ...record, upstream: upstream.name }));
}

function isRequestList(json: unknown): json is RequestList {
  return typeof field(json, 'count') === 'number' && Array.isArray(field(json, 'requests'));
}
