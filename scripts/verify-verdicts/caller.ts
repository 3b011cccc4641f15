import { type OutgoingHttpHeaders, request as plain } from 'node:http';
import { request as encrypted } from 'node:https';
import { statusOf } from '../../local/client';
import { until } from '../../local/until';
import { HttpClient } from '../../validation/client';
import { tracesOf } from '../../validation/credentials';
import { Records, type Sighting } from '../../validation/records';
import { UnreachableError } from '../../validation/target';

/** Where the Envoy of the samples listens: Envoy Gateway moves ports below 1024 by this much. */
const MOVED = 10_000;

const TIMEOUT_MS = 10_000;

/** Stand-ins behind no route. */
const BESIDE: readonly string[] = ['collector', 'dcgm-exporter', 'ext-auth', 'identity-provider'];

/** How long a stand-in may take to start. */
const STARTING_S = 30;

export interface Ask {
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders;
  /** Default: none, a GET. */
  readonly body?: object;
  readonly https?: boolean;
}

export interface Chat extends Omit<Ask, 'path' | 'body'> {
  readonly model: string;
  readonly prompt?: string;
}

/** Of an answer of nobody the status is 0, and the text says why. */
export interface Answered {
  readonly status: number;
  /** The kind of the stand-in that answered; undefined where Envoy itself did. */
  readonly by?: string;
  readonly text: string;
  /** What arrived behind the gateway. */
  readonly seen: readonly Sighting[];
}

/** What the kinds of stand-ins stand for here. */
const NAMES: Readonly<Record<string, string>> = {
  cloud: 'the provider',
  'model-server': 'the model server',
  provider: 'the site',
};

/** An answer in words: `401 from Envoy (Client authentication failed.)`. */
export function told({ status, by, text }: Answered): string {
  if (status === 0) return text;
  if (by !== undefined) return `${status} from ${NAMES[by] ?? by}`;
  const words = text.replaceAll(/\s+/g, ' ').trim().slice(0, 120);
  return `${status} from Envoy${words === '' ? '' : ` (${words})`}`;
}

function asked({ model, prompt = 'Hello', ...rest }: Chat): Ask {
  const body = { model, messages: [{ role: 'user', content: prompt }], max_tokens: 1 };
  return { ...rest, path: '/v1/chat/completions', body };
}

/** Asks the Envoy of the samples, and looks at what arrived behind it. */
export class Caller {
  /** The key that the sample's provider accepts. */
  providerKey = '';

  /** @param state The folder of the datacenter. */
  constructor(private readonly state: string) {}

  chat(chat: Chat): Promise<Answered> {
    return this.send(asked(chat));
  }

  async send(ask: Ask): Promise<Answered> {
    const records = await this.records();
    const answer = await this.ask(ask);
    return { ...answer, seen: await records.next() };
  }

  /** The same, at once, without what arrived. */
  chats(count: number, of: (index: number) => Chat): Promise<Omit<Answered, 'seen'>[]> {
    return Promise.all(Array.from({ length: count }, (_, index) => this.ask(asked(of(index)))));
  }

  /** Where a secret was in what arrived: `header authorization`. */
  places({ seen }: Answered, secret: string): string[] {
    return [...new Set(seen.flatMap((one) => tracesOf(secret, one)))].sort();
  }

  /** Asks while the provider refuses with a status. */
  async whileRefusing(status: number, ask: () => Promise<Answered>): Promise<Answered> {
    const provider = (await this.standIns()).find(({ name }) => name === 'openai-tls');
    if (provider === undefined) throw new Error('there is no provider that could refuse');
    await fetch(`${provider.admin}/faults?match=chat&status=${status}`, { method: 'PUT' });
    try {
      return await ask();
    } finally {
      await fetch(`${provider.admin}/faults`, { method: 'DELETE' });
    }
  }

  private async standIns() {
    return (await statusOf(this.state))?.standIns ?? [];
  }

  /** Begins with what the upstreams see from now on; one that has just been named may still be starting. */
  private async records(): Promise<Records> {
    let opened: Records | undefined;
    const open = async () => {
      opened = await this.openRecords().catch(nothingWhereUnreachable);
      return opened !== undefined;
    };
    if (await until(open, STARTING_S, 500)) return opened as Records;
    return this.openRecords();
  }

  private async openRecords(): Promise<Records> {
    const upstreams = (await this.standIns())
      .filter(({ kind }) => !BESIDE.includes(kind))
      .map(({ name, kind, url, admin }) => ({ name, kind, url, admin, standIn: true as const }));
    return Records.open(new HttpClient(TIMEOUT_MS), { gateway: '', upstreams });
  }

  /** On a connection of its own: Envoy closes kept ones when its listener changes. */
  private ask({ path, headers = {}, body, https = false }: Ask): Promise<Omit<Answered, 'seen'>> {
    const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const options = {
      ...{ host: '127.0.0.1', port: MOVED + (https ? 443 : 80), path, agent: false, timeout: TIMEOUT_MS },
      method: bytes === undefined ? 'GET' : 'POST',
      headers: {
        host: 'localhost',
        ...headers,
        ...(bytes && { 'content-type': 'application/json', 'content-length': bytes.length }),
      },
      // The gateway's certificate is of an authority of this datacenter's own.
      ...(https && { rejectUnauthorized: false, servername: 'a.stand-in.internal' }),
    };
    return new Promise((resolve) => {
      const failed = (text: string) => resolve({ status: 0, text });
      const req = (https ? encrypted : plain)(options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', ({ message }) => failed(message));
        response.once('end', () => {
          const by = response.headers['x-stand-in'];
          resolve({
            status: response.statusCode ?? 0,
            ...(typeof by === 'string' && { by }),
            text: Buffer.concat(chunks).toString(),
          });
        });
      });
      req.once('timeout', () => req.destroy(new Error(`no answer in ${TIMEOUT_MS / 1000} s`)));
      req.once('error', (error: NodeJS.ErrnoException) =>
        failed(error.code === 'ECONNREFUSED' ? 'nobody listens' : error.message),
      );
      req.end(bytes);
    });
  }
}

function nothingWhereUnreachable(error: Error): undefined {
  if (error instanceof UnreachableError) return undefined;
  throw error;
}
