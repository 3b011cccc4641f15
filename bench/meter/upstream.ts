import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** How many tokens each stream that never ends made, by its path. */
const made = new Map<string, number>();

const frame = (tokens: number) =>
  `data: ${JSON.stringify({
    ...{ id: 'chatcmpl-1', object: 'chat.completion.chunk', model: 'gpt-oss-120b' },
    choices: [{ index: 0, delta: { content: ' token' }, finish_reason: null }],
    usage: { prompt_tokens: 70, total_tokens: 70 + tokens, completion_tokens: tokens },
  })}\n\n`;

/** A token after each `period`, until the client leaves. */
async function endless(path: string, period: number, response: ServerResponse): Promise<void> {
  while (!response.destroyed) {
    const tokens = (made.get(path) ?? 0) + 1;
    made.set(path, tokens);
    response.write(frame(tokens));
    await sleep(period);
  }
}

async function stream(length: number, response: ServerResponse): Promise<void> {
  for (let tokens = 1; tokens <= length; tokens += 1) {
    // A write of its own for each: so they come from an engine.
    if (!response.write(frame(tokens))) await new Promise((resolve) => response.once('drain', resolve));
  }
  response.end('data: [DONE]\n\n');
}

/** A model in a process of its own: `/stream/N`, `/endless/MILLISECONDS/ID`, and `/made` for what those made. */
const server = createServer((request, response) => {
  request.resume();
  const path = request.url ?? '';
  const [, kind, number] = path.split('/');
  response.writeHead(200, { 'content-type': kind === 'made' ? 'application/json' : 'text/event-stream' });
  if (kind === 'stream') void stream(Number(number), response);
  else if (kind === 'endless') void endless(path, Number(number), response);
  else response.end(JSON.stringify(Object.fromEntries(made)));
}).listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
