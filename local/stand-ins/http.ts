import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type Address, listenFailure } from './address';
import type { EngineTrouble } from './engine/trouble';
import type { Faults } from './faults';
import type { MetricChanges } from './metric-changes';
import type { Recorder, Usage } from './recorder';

/** Longer than Envoy's idle timeout of one hour for upstream connections, so that the pool closes first. */
const keepAliveTimeoutMs = 3_700_000;

/** Of every stand-in that has a page of metrics. */
const METRICS_PATH = '/metrics';

/** One request on its way through a stand-in. */
export interface Exchange {
  readonly method: string;
  /** Without the query, as it was sent: nothing is decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The body as it was sent. */
  body: Buffer;
  readonly headers: NodeJS.Dict<string[]>;
  /** The parsed body; undefined where it is empty or not JSON. */
  json: unknown;
  /** Aborts when the client leaves before the answer is complete. */
  readonly signal: AbortSignal;
  /** What the answer has cost so far; kept current by the handler, recorded at the end. */
  usage?: Usage;
}

export interface WholeReply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** Default: none beside the content type. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A stream in a form of its own, chunk by chunk. */
export interface ChunkReply {
  readonly contentType: string;
  readonly chunks: AsyncIterable<string | Buffer>;
}

/** Server-sent events; `[DONE]` is added after the last. */
export interface StreamReply {
  readonly events: AsyncIterable<string>;
}

export type Reply = WholeReply | StreamReply | ChunkReply;
export type Handler = (exchange: Exchange) => Reply | Promise<Reply>;

/** A request that the imitated service would refuse; each stand-in gives it the service's own shape. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** The offending parameter of the request, where it is one. */
    readonly param: string | null = null,
  ) {
    super(message);
  }
}

/** What a stand-in imitates; sent with every answer as `x-stand-in`. */
export type StandInKind =
  | 'model-server'
  | 'embedding-server'
  | 'provider'
  | 'cloud'
  | 'dcgm-exporter'
  | 'identity-provider'
  | 'ext-auth'
  | 'collector'
  | 'mcp-server';

/** A stand-in as a table of routes; `serve` does the rest. */
export interface StandIn {
  readonly kind: StandInKind;
  /** By method and path, `POST /v1/chat/completions`; another path is 404, another method 405. */
  readonly routes: Readonly<Record<string, Handler>>;
  /** Answers what no route does, where paths have names in them. Default: 404. */
  readonly otherwise?: Handler;
  /** What its admin interface tells of it beside its requests, `GET /state`; undefined for nothing. Default: nothing. */
  state?(): unknown;
  /** Makes trouble on demand, `PUT /trouble`; undefined for a stand-in that has no engine. */
  trouble?(trouble: EngineTrouble): void;
  refuse(refusal: Refusal): WholeReply;
}

export interface Served {
  readonly address: Address;
  /** Refuses new connections, cuts the open ones and waits until every request is recorded. */
  close(): Promise<void>;
}

export function json(value: unknown, status = 200): WholeReply {
  return { status, contentType: 'application/json', body: JSON.stringify(value) };
}

export function text(body: string, contentType = 'text/plain; charset=utf-8'): WholeReply {
  return { status: 200, contentType, body };
}

/** A serving certificate and its key, in PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/**
 * Listens; rejects with a message for a person where the address cannot be had.
 *
 * @param certificate Of a server that speaks TLS. Default: plain HTTP.
 */
export async function listen(
  address: Address,
  listener: RequestListener,
  certificate?: Certificate,
): Promise<Served> {
  const options = { keepAliveTimeout: keepAliveTimeoutMs, requestTimeout: 0 };
  const server = certificate
    ? createTlsServer({ ...options, ...certificate }, listener)
    : createServer(options, listener);
  server.listen(address.port, address.host);
  await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
    throw listenFailure(error, address);
  });
  return {
    address: { host: address.host, port: (server.address() as AddressInfo).port },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

export interface ServeOptions {
  /** Of a server that speaks TLS. Default: plain HTTP. */
  readonly certificate?: Certificate | undefined;
  /** What is refused on demand. Default: nothing. */
  readonly faults?: Faults | undefined;
  /** What is renamed or left out of its page of metrics on demand. Default: nothing. */
  readonly metrics?: MetricChanges | undefined;
}

/** Serves a stand-in and records every request, those that it refuses included. */
export async function serve(
  standIn: StandIn,
  address: Address,
  recorder: Recorder,
  { certificate, faults, metrics }: ServeOptions = {},
): Promise<Served> {
  const underWay = new Set<Promise<void>>();
  const listener: RequestListener = (request, response) => {
    const work = exchange({ standIn, recorder, faults, metrics }, request, response).finally(() =>
      underWay.delete(work),
    );
    underWay.add(work);
  };
  const served = await listen(address, listener, certificate);
  return {
    address: served.address,
    async close() {
      await served.close();
      await Promise.all(underWay);
    },
  };
}

interface Serving {
  readonly standIn: StandIn;
  readonly recorder: Recorder;
}

async function exchange(
  { standIn, recorder, faults, metrics }: Pick<ServeOptions, 'faults' | 'metrics'> & Serving,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const arrived = new Date();
  const { method = '', headersDistinct: headers } = request;
  const { path, query } = splitTarget(request);
  const left = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) left.abort();
  });
  response.setHeader('x-stand-in', standIn.kind);

  const chunks: Buffer[] = [];
  const given: Exchange = {
    ...{ method, path, query, headers, signal: left.signal },
    json: undefined,
    body: Buffer.alloc(0),
  };
  const record = (status: number | null, aborted: boolean) => {
    const { json, usage } = given;
    recorder.record({
      ...{ arrived, method, path, query, headers, json, usage, status, aborted },
      body: Buffer.concat(chunks),
    });
  };

  try {
    for await (const chunk of request) chunks.push(chunk);
    given.body = Buffer.concat(chunks);
    given.json = parseJson(given.body);
    const told = faults?.statusFor(path, given.json);
    const reply =
      told === undefined
        ? await answer(standIn, given)
        : standIn.refuse(new Refusal(told, 'this stand-in is configured to reject requests'));
    if ('chunks' in reply) {
      response.writeHead(200, { 'content-type': reply.contentType });
      for await (const chunk of reply.chunks) response.write(chunk);
      record(200, false);
      response.end();
    } else if ('events' in reply) {
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache',
      });
      response.flushHeaders();
      for await (const event of reply.events) response.write(`data: ${event}\n\n`);
      record(200, false);
      response.end('data: [DONE]\n\n');
    } else {
      record(reply.status, false);
      const { status, contentType, headers } = reply;
      const body = path === METRICS_PATH && metrics ? metrics.applyTo(reply.body) : reply.body;
      response.writeHead(status, { ...headers, 'content-type': contentType }).end(body);
    }
  } catch (error) {
    if (!isDisconnect(error)) throw error;
    record(response.headersSent ? response.statusCode : null, true);
  }
}

/** By hand, because `new URL` refuses some request targets that HTTP lets through. */
export function splitTarget({ url = '/' }: IncomingMessage): { path: string; query: URLSearchParams } {
  const mark = url.indexOf('?');
  return mark < 0
    ? { path: url, query: new URLSearchParams() }
    : { path: url.slice(0, mark), query: new URLSearchParams(url.slice(mark + 1)) };
}

async function answer(standIn: StandIn, given: Exchange): Promise<Reply> {
  const { method, path } = given;
  const handler = standIn.routes[`${method} ${path}`] ?? standIn.otherwise;
  if (handler === undefined) {
    const otherMethod = Object.keys(standIn.routes).some((route) => route.endsWith(` ${path}`));
    return otherMethod ? json({ detail: 'Method Not Allowed' }, 405) : json({ detail: 'Not Found' }, 404);
  }
  try {
    return await handler(given);
  } catch (error) {
    if (error instanceof Refusal) return standIn.refuse(error);
    throw error;
  }
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The client's doing: its connection broke while the body came in, or `Exchange.signal` fired. */
function isDisconnect(error: unknown): boolean {
  return (
    error instanceof Error && (error.name === 'AbortError' || Reflect.get(error, 'code') === 'ECONNRESET')
  );
}
