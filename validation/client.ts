import {
  type Agent,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
} from 'node:http';
import { Readable } from 'node:stream';
import type { Body } from './body';
import { UnreachableError } from './target';

export interface HttpRequest {
  /** Whose address it is, for errors: `the gateway`. */
  readonly what: string;
  readonly url: string;
  /** Default: POST where there is a body, else GET. */
  readonly method?: string;
  /** A list of values is sent as one line for each. */
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: Body;
  /** Default: a connection of its own, so that no request fails because a kept one was closed. */
  readonly agent?: Agent;
  /** Told of every piece of the answer's body, as it arrives. */
  readonly onRead?: (bytes: Buffer) => void;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** From the call to the answer's last byte. */
  readonly milliseconds: number;
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses the connection; start it, or correct its address',
  ENOTFOUND: 'has a host name that does not resolve; correct the address',
  ECONNRESET: 'closed the connection before it answered; check its log, then run the suite again',
};

/** HTTP with exact headers, without redirects and retries: what arrives at the other side is what was written here. */
export class HttpClient {
  /** @param timeoutMs For a whole exchange, to the answer's last byte. */
  constructor(private readonly timeoutMs: number) {}

  /** @throws UnreachableError where no complete answer comes in time. */
  send(props: HttpRequest): Promise<Answer> {
    const { what, url, body, agent = false, onRead } = props;
    const began = performance.now();
    return new Promise((resolve, reject) => {
      const outgoing = request(url, {
        method: props.method ?? (body ? 'POST' : 'GET'),
        headers: { ...props.headers, ...(body && { 'content-length': body.bytes }) },
        agent,
        signal: AbortSignal.timeout(this.timeoutMs),
      });
      const fail = (error: NodeJS.ErrnoException) =>
        reject(new UnreachableError(what, new URL(url).origin, this.reason(error), { cause: error }));
      const upload = startUpload(outgoing, body);
      outgoing.on('error', fail);
      outgoing.once('response', (incoming) => {
        upload.stop();
        read(incoming, onRead).then((text) => {
          // A server that refuses an upload may close the connection before it has sent the refusal's text.
          if (!incoming.complete && upload.complete) {
            return fail(Object.assign(new Error('incomplete answer'), { code: 'ECONNRESET' }));
          }
          const { statusCode: status = 0, headers } = incoming;
          resolve({ status, headers, text, milliseconds: performance.now() - began });
          if (!upload.complete) outgoing.destroy();
        }, fail);
      });
    });
  }

  private reason(error: NodeJS.ErrnoException): string {
    if (error.name === 'AbortError' || error.name === 'TimeoutError') {
      return `gave no complete answer within ${this.timeoutMs / 1000} s; check its log, or increase the timeout`;
    }
    return reasons[error.code ?? ''] ?? `cannot be reached: ${error.message}`;
  }
}

interface Upload {
  /** Whether all of the body was handed over. */
  readonly complete: boolean;
  stop(): void;
}

/** Hands the body over as fast as it is taken, so that no more of it than a slice is in memory. */
function startUpload(outgoing: ClientRequest, body: Body | undefined): Upload {
  if (body === undefined) {
    outgoing.end();
    return { complete: true, stop() {} };
  }
  const source = Readable.from(body.slices(), { objectMode: false });
  source.pipe(outgoing);
  return {
    get complete() {
      return outgoing.writableEnded;
    },
    stop() {
      source.unpipe(outgoing);
      source.destroy();
    },
  };
}

async function read(incoming: IncomingMessage, onRead: HttpRequest['onRead']): Promise<string> {
  const reads: Buffer[] = [];
  incoming.on('data', (bytes: Buffer) => {
    reads.push(bytes);
    onRead?.(bytes);
  });
  await new Promise<void>((resolve, reject) => {
    incoming.once('end', resolve);
    incoming.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET') resolve();
      else reject(error);
    });
  });
  return Buffer.concat(reads).toString('utf8');
}
