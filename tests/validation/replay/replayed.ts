import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Turn } from '../../../validation/corpus/turn';
import { compilePlan, type PlanProps } from '../../../validation/replay/compile';
import type { Plan } from '../../../validation/replay/plan';

/** What a server saw of a request. */
export interface Seen {
  /** Milliseconds of `performance.now`. */
  readonly at: number;
  readonly app: string;
  readonly body: { readonly session: string; readonly turn: number };
  /** Milliseconds at which its answer was complete; NaN while it is not. */
  ended: number;
}

/** A server that streams answers of so many tokens, one every so many milliseconds. */
export class StreamServer {
  readonly seen: Seen[] = [];
  tokens = 3;
  tokenMs = 10;
  /** What is answered instead, if anything. */
  instead: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  private readonly server = createServer((request, response) => this.take(request, response));

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private take(request: IncomingMessage, response: ServerResponse): void {
    const at = performance.now();
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(parts).toString());
      const seen = { at, app: String(request.headers['x-workload-app']), body, ended: Number.NaN };
      this.seen.push(seen);
      if (this.instead?.(request, response)) return;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"choices":[{"delta":{"role":"assistant","content":""}}]}\n\n');
      let made = 0;
      const timer = setInterval(() => {
        made += 1;
        response.write('data: {"choices":[{"delta":{"content":"word"}}]}\n\n');
        if (made < this.tokens) return;
        clearInterval(timer);
        seen.ended = performance.now();
        response.end(
          `data: {"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":${made}}}\n\ndata: [DONE]\n\n`,
        );
      }, this.tokenMs);
      response.on('close', () => clearInterval(timer));
    });
  }
}

/** A corpus of sessions with three turns each, in a folder, and a plan of it. */
export function planned(
  folder: string,
  sessions: number,
  props: Partial<PlanProps>,
): { plan: Plan; bodies: string } {
  const bodies = join(folder, 'bodies.jsonl');
  const turns: Turn[] = [];
  const lines: string[] = [];
  let offset = 0;
  for (let index = 0; index < sessions * 3; index += 1) {
    const [session, turn] = [`D/${Math.floor(index / 3)}`, index % 3];
    const body = JSON.stringify({ session, turn });
    turns.push({
      ...{
        session,
        turn,
        task: session,
        profile: 'D',
        app: 'workload-d',
        pause: null,
        pauseSource: 'modelled',
      },
      ...{ maxTokens: 3, offset, length: body.length },
    });
    lines.push(body);
    offset += body.length + 1;
  }
  writeFileSync(bodies, `${lines.join('\n')}\n`);
  const plan = compilePlan({
    ...{
      corpus: { sha256: { bodies: '', turns: '' } },
      turns,
      mode: 'closed',
      users: 6,
      seconds: 5,
      seed: 3,
    },
    profiles: [{ profile: 'D', law: { kind: 'exponential', rate: 5 } }],
    ...props,
  });
  return { plan, bodies };
}
