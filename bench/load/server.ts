import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A server that costs next to nothing: reads a body, and streams so many chunks as vLLM would, one every so many
 * milliseconds; with 0 all at once. Prints its port.
 */
const [chunks = 8, everyMs = 0] = process.argv.slice(2).map(Number);

const CHUNK = 'data: {"id":"chatcmpl-1","choices":[{"index":0,"delta":{"content":"word"}}]}\n\n';
const END = `data: {"choices":[],"usage":{"prompt_tokens":4000,"completion_tokens":${chunks}}}\n\ndata: [DONE]\n\n`;

const server = createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
  request.resume();
  request.once('end', () => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    if (everyMs === 0) {
      response.end(CHUNK.repeat(chunks) + END);
      return;
    }
    let sent = 0;
    const timer = setInterval(() => {
      sent += 1;
      response.write(CHUNK);
      if (sent < chunks) return;
      clearInterval(timer);
      response.end(END);
    }, everyMs);
    response.once('close', () => clearInterval(timer));
  });
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
