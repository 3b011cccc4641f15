import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/** What the parent asks for. */
export interface HammerOrder {
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
}

/** What the hammer tells: where its upstream is, and then for each order how long requests took, in milliseconds. */
export type HammerTold = { readonly upstream: number } | { readonly latencies: readonly number[] };

/** A prompt of the white paper's size, and an answer of some tokens: bytes, because only Envoy is to be busy. */
const PROMPT_BYTES = 8192;
const FRAME = 'data: {"choices":[{"index":0,"delta":{"content":" token"},"finish_reason":null}]}\n\n';
const ANSWER = `${FRAME.repeat(20)}data: [DONE]\n\n`;

const answer = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: ${ANSWER.length}\r\n\r\n${ANSWER}`,
);
const request = Buffer.from(
  `POST /v1/chat/completions HTTP/1.1\r\nhost: cfs\r\ncontent-length: ${PROMPT_BYTES}\r\n\r\n${'x'.repeat(PROMPT_BYTES)}`,
);

/** Tells each end of a message on a connection whose messages have a length. */
function onMessages(socket: Socket, ended: () => void): void {
  let head = '';
  let rest = 0;
  socket.on('data', (bytes: Buffer) => {
    if (rest > 0) rest -= bytes.length;
    else {
      head += bytes.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      rest = end + 4 + Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0) - head.length;
      head = '';
    }
    if (rest <= 0) ended();
  });
}

/** Connections that ask again as soon as they are answered. */
async function hammer({ port, connections, seconds }: HammerOrder): Promise<number[]> {
  const latencies: number[] = [];
  const until = performance.now() + seconds * 1000;
  const one = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      let began = 0;
      const send = () => {
        began = performance.now();
        socket.write(request);
      };
      onMessages(socket, () => {
        latencies.push(performance.now() - began);
        if (performance.now() < until) send();
        else {
          socket.destroy();
          resolve();
        }
      });
      socket.once('connect', send);
      socket.once('error', reject);
    });
  await Promise.all(Array.from({ length: connections }, one));
  return latencies;
}

const tell = (told: HammerTold) => process.send?.(told);

/** An upstream that answers at once, and the clients of a proxy before it, in a process of their own. */
const upstream = createServer({ noDelay: true }, (socket) => {
  onMessages(socket, () => socket.write(answer));
  // Envoy goes away without a word at the end.
  socket.on('error', () => socket.destroy());
}).listen(0, '127.0.0.1', () => tell({ upstream: (upstream.address() as AddressInfo).port }));

process.on('message', async (order: HammerOrder) => tell({ latencies: await hammer(order) }));
process.on('disconnect', () => process.exit());
