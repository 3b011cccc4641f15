import { createHash } from 'node:crypto';
import { closeSync, fchmodSync, openSync, writeSync } from 'node:fs';
import { type Redacted, redactHeaders, redactQuery } from './fingerprint';

export { type Fingerprint, fingerprint } from './fingerprint';

/** Tokens as the OpenAI API counts them. */
export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

/** What the HTTP plumbing knows of a request once its answer is decided. */
export interface SeenRequest {
  readonly arrived: Date;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: NodeJS.Dict<string[]>;
  readonly body: Buffer;
  /** The parsed body; undefined where it is not JSON. */
  readonly json: unknown;
  readonly status: number | null;
  readonly aborted: boolean;
  readonly usage: Usage | undefined;
}

/** One line of the record file, one element of `GET /requests`. */
export interface RequestRecord {
  /** From 1, without gaps, in the order in which answers were decided; never reused within a process. */
  readonly seq: number;
  /** When the request arrived, ISO 8601. */
  readonly time: string;
  /** When its answer was decided, or when it was known that the client had left, ISO 8601. */
  readonly ended: string;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: Redacted;
  readonly headers: Redacted;
  readonly body: { readonly bytes: number; readonly sha256: string };
  /** Of a JSON body; null where there is none. */
  readonly model: string | null;
  readonly stream: boolean | null;
  /** Null where the client left before a status was sent. */
  readonly status: number | null;
  /** The client left before the answer was complete. */
  readonly aborted: boolean;
  /** Tokens counted until the answer ended, or until the client left; null where no token was generated. */
  readonly usage: Usage | null;
}

export interface RecorderProps {
  /** Appended to, one JSON line per request; created with mode 0600, and set to it where it exists. */
  readonly file: string;
  /** How many records stay in memory; the file keeps all. */
  readonly keep: number;
}

/**
 * Every request that a stand-in saw. A request is recorded before the last byte of its answer is sent, so
 * whoever holds a complete answer finds the record.
 */
export class Recorder {
  private readonly descriptor: number;
  private readonly keep: number;
  private records: RequestRecord[] = [];
  private lastSeq = 0;
  private seen = 0;

  constructor(props: RecorderProps) {
    this.keep = props.keep;
    this.descriptor = openSync(props.file, 'a', 0o600);
    fchmodSync(this.descriptor, 0o600);
  }

  record(request: SeenRequest): void {
    this.lastSeq += 1;
    const record: RequestRecord = {
      seq: this.lastSeq,
      time: request.arrived.toISOString(),
      ended: new Date().toISOString(),
      method: request.method,
      path: request.path,
      query: redactQuery(request.query),
      headers: redactHeaders(request.headers),
      body: {
        bytes: request.body.length,
        sha256: createHash('sha256').update(request.body).digest('hex'),
      },
      model: field(request.json, 'model', 'string'),
      stream: field(request.json, 'stream', 'boolean'),
      status: request.status,
      aborted: request.aborted,
      usage: request.usage ?? null,
    };
    writeSync(this.descriptor, `${JSON.stringify(record)}\n`);
    this.seen += 1;
    this.records.push(record);
    if (this.records.length > this.keep) this.records.shift();
  }

  /** Requests seen since the start or the last `clear`, whether still in memory or not. */
  get count(): number {
    return this.seen;
  }

  /** How many of `count` are no longer in memory. */
  get dropped(): number {
    return this.seen - this.records.length;
  }

  /** The records in memory with a `seq` greater than `seq`, oldest first. */
  after(seq: number): readonly RequestRecord[] {
    return this.records.filter((record) => record.seq > seq);
  }

  /** Forgets what is in memory and counts from zero again; the file and the numbering go on. */
  clear(): void {
    this.records = [];
    this.seen = 0;
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

interface Kinds {
  readonly string: string;
  readonly boolean: boolean;
}

function field<K extends keyof Kinds>(json: unknown, name: string, kind: K): Kinds[K] | null {
  if (typeof json !== 'object' || json === null) return null;
  const value: unknown = Reflect.get(json, name);
  return typeof value === kind ? (value as Kinds[K]) : null;
}
