import { once } from 'node:events';
import { createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { type Address, listenFailure } from './address';
import type { Served } from './http';
import type { Recorder } from './recorder';
import { type Span, spansOf } from './spans';

const EXPORT = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

/** A gRPC message has one byte of flags and four of length in front. */
const FRAME = 5;

/**
 * An OTLP collector that keeps nothing but its record: every span is one, its name as the path and its
 * attributes as the headers. So it shows whether prompts are inside.
 */
export async function serveCollector(address: Address, recorder: Recorder): Promise<Served> {
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer();
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  server.on('stream', async (stream, { ':path': path }) => {
    const parts: Buffer[] = [];
    for await (const part of stream) parts.push(part);
    const known = path === EXPORT;
    if (known) for (const span of spansIn(Buffer.concat(parts))) record(recorder, span);
    answer(stream, known);
  });
  server.listen(address.port, address.host);
  await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
    throw listenFailure(error, address);
  });
  return {
    address: { host: address.host, port: (server.address() as AddressInfo).port },
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const session of sessions) session.destroy();
      await closed;
    },
  };
}

function spansIn(body: Buffer): Span[] {
  const spans: Span[] = [];
  for (let at = 0; at < body.length; ) {
    const end = at + FRAME + body.readUInt32BE(at + 1);
    spans.push(...spansOf(body.subarray(at + FRAME, end)));
    at = end;
  }
  return spans;
}

/** An empty message, or grpc-status 12 (UNIMPLEMENTED). */
function answer(stream: ServerHttp2Stream, known: boolean): void {
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': known ? '0' : '12' }));
  stream.respond(
    { ':status': 200, 'content-type': 'application/grpc', 'x-stand-in': 'collector' },
    { waitForTrailers: true },
  );
  stream.end(known ? Buffer.alloc(FRAME) : undefined);
}

function record(recorder: Recorder, { name, attributes }: Span): void {
  recorder.record({
    arrived: new Date(),
    method: 'SPAN',
    path: name,
    query: new URLSearchParams(),
    headers: Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, [value]])),
    body: Buffer.alloc(0),
    json: undefined,
    status: null,
    aborted: false,
    usage: undefined,
  });
}
