import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Platform } from '../../config';
import { eventsOf, field, parseJson, type Usage } from '../../validation/answer';
import { firstModel } from '../../validation/subjects';
import { FakePrometheus, type PrometheusFault } from './fake-prometheus';

/** Each is one way in which a gateway may be wrong. */
export type Fault =
  | PrometheusFault
  | 'admits one more'
  | 'counts one less'
  | 'has no counter'
  | 'keeps the credential of the client'
  | 'forwards x-api-key'
  | 'forwards the cookie'
  | 'forwards the query'
  | 'shows the key to everybody'
  | 'tells the key'
  | 'serves everybody'
  | 'serves nobody in particular'
  | 'takes the last of two identities'
  | 'lists its models'
  | 'swaps the models'
  | 'names the model differently'
  | 'changes the body'
  | 'believes the model header'
  | 'believes the time-out header'
  | 'believes the retry headers'
  | 'buffers streams'
  | 'drops the usage of streams'
  | 'has the default buffer'
  | 'has no buffer limit'
  | 'cuts prompts'
  | 'forgets streams'
  | 'charges twice'
  | 'charges the wrong workload'
  | 'charges refusals';

export interface Route {
  readonly workload: string;
  readonly url: string;
  readonly path: string;
  readonly model: string;
  readonly key?: string;
  readonly bucket?: number;
}

const CREDENTIALS = [
  'authorization',
  'x-api-key',
  'api-key',
  'x-goog-api-key',
  'cookie',
  'proxy-authorization',
];
const STEERING = /^x-(ai-eg-|envoy-|gateway-destination-)/;

/** A gateway in a few lines that behaves as the platform document says, but for its faults. */
export class FakeGateway {
  readonly prometheus: FakePrometheus;
  private limited = 0;
  readonly tokens = new Map<string, number>();
  /** Requests left in a workload's bucket, and when that was counted. */
  private readonly buckets = new Map<string, { left: number; at: number }>();
  private readonly server: Server;
  private readonly faults: ReadonlySet<Fault>;

  private constructor(
    private readonly platform: Platform,
    private readonly routes: readonly Route[],
    faults: readonly Fault[],
  ) {
    this.faults = new Set(faults);
    this.prometheus = new FakePrometheus(this, this.faults);
    this.server = createServer((incoming, outgoing) => void this.handle(incoming, outgoing));
  }

  static async start(
    platform: Platform,
    routes: readonly Route[],
    faults: readonly Fault[],
  ): Promise<FakeGateway> {
    const gateway = new FakeGateway(platform, routes, faults);
    gateway.server.listen(0, '127.0.0.1');
    await once(gateway.server, 'listening');
    return gateway;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  /** As a minute without requests does. */
  refill(): void {
    this.buckets.clear();
  }

  /** As an earlier run does. */
  useUp(workload: string): void {
    this.buckets.set(workload, { left: 0, at: performance.now() });
  }

  private async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const [path = '', query] = (incoming.url ?? '').split('?');
    if (path.startsWith('/api/v1/'))
      return this.prometheus.answer(path, new URLSearchParams(query), outgoing);
    if (path === '/stats/prometheus') return void outgoing.end(this.stats());
    if (path === '/metrics') return void outgoing.end(this.metrics());
    if (path === '/v1/models') {
      const models = this.faults.has('lists its models') ? this.platform.models : [];
      return void outgoing.end(
        JSON.stringify({ object: 'list', data: models.map(({ name }) => ({ id: name })) }),
      );
    }
    const body = await this.read(incoming);
    if (body === undefined) return void outgoing.writeHead(413, { connection: 'close' }).end('too large');
    const route = this.route(incoming);
    if (route === undefined) return void outgoing.writeHead(404).end('No matching route found');
    if (!this.admits(route)) return void outgoing.writeHead(429).end('local_rate_limited');
    await this.forward(incoming, outgoing, route, body, query);
  }

  /** Undefined where the body is larger than the buffer; then the rest of it is read and thrown away. */
  private async read(incoming: IncomingMessage): Promise<Buffer | undefined> {
    const configured = this.platform.gateway.bufferLimit.bytes;
    const limit = this.faults.has('has the default buffer')
      ? 32 * 1024
      : this.faults.has('has no buffer limit')
        ? Number.POSITIVE_INFINITY
        : configured;
    const parts: Buffer[] = [];
    let bytes = 0;
    for await (const part of incoming) {
      bytes += part.length;
      if (bytes <= limit) parts.push(part);
      else parts.length = 0;
    }
    return bytes <= limit ? Buffer.concat(parts) : undefined;
  }

  private route(incoming: IncomingMessage): Route | undefined {
    const { headersDistinct: headers } = incoming;
    const identity = headers['x-workload-app']?.join(',');
    const find = (name: string | undefined) => this.routes.find(({ workload }) => workload === name);
    const several = identity?.includes(',') === true;
    if (several && this.faults.has('takes the last of two identities'))
      return find(identity?.split(',').at(-1));
    const known = find(identity);
    if (known === undefined) {
      const served = identity ? 'serves everybody' : 'serves nobody in particular';
      return this.faults.has(served) && !several ? this.unlimited(identity ?? '') : undefined;
    }
    const forged = headers['x-ai-eg-model']?.[0];
    if (forged !== undefined && this.faults.has('believes the model header')) {
      const other = this.platform.workloads.find(
        (workload) => firstModel(workload) === forged && find(workload.name)?.bucket === undefined,
      );
      return { ...(find(other?.name) ?? known), workload: known.workload };
    }
    if (known.bucket === undefined && this.faults.has('swaps the models')) {
      const other = this.routes.find(({ url, bucket }) => url !== known.url && bucket === undefined);
      return { ...(other ?? known), workload: known.workload };
    }
    return known;
  }

  private unlimited(workload: string): Route | undefined {
    const any = this.routes.find(({ bucket }) => bucket === undefined);
    return any && { ...any, workload };
  }

  /** As Envoy does it: a bucket fills without a pause, and a refused request takes nothing out of it. */
  private admits({ workload, bucket }: Route): boolean {
    if (bucket === undefined) return true;
    const size = bucket + (this.faults.has('admits one more') ? 1 : 0);
    const at = performance.now();
    const last = this.buckets.get(workload) ?? { left: size, at };
    const left = Math.min(size, last.left + ((at - last.at) * bucket) / 60_000);
    this.buckets.set(workload, { left: left >= 1 ? left - 1 : left, at });
    if (left >= 1) return true;
    this.limited += 1;
    if (this.faults.has('charges refusals'))
      this.charge(workload, { prompt_tokens: 1, completion_tokens: 0 });
    return false;
  }

  private async forward(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    route: Route,
    body: Buffer,
    query: string | undefined,
  ): Promise<void> {
    const { headersDistinct: came } = incoming;
    const question = parseJson(body.toString('utf8')) as Record<string, unknown>;
    const stream = question.stream === true;
    const sent = this.rewrite(question, route);
    const headers = this.headersFor(route, came, query);
    const attempts = this.faults.has('believes the retry headers')
      ? Number(came['x-envoy-max-retries']?.[0] ?? 0) + 1
      : 1;
    for (let attempt = 1; ; attempt += 1) {
      const answering = send(route.url + route.path, headers, sent);
      if (this.faults.has('believes the time-out header') && came['x-envoy-upstream-rq-timeout-ms']) {
        const inTime = await Promise.race([answering, sleep(1).then(() => undefined)]);
        if (inTime === undefined) return void outgoing.writeHead(504).end('upstream request timeout');
      }
      const answer = await answering;
      if (answer.statusCode === 400 && attempt < attempts) {
        answer.resume();
        continue;
      }
      return this.reply(outgoing, answer, route, stream);
    }
  }

  private rewrite(question: Record<string, unknown>, { model }: Route): string {
    const messages = question.messages as { content: string }[];
    return JSON.stringify({
      ...question,
      model:
        this.faults.has('names the model differently') && model.startsWith('gemini')
          ? `models/${model}`
          : model,
      ...(this.faults.has('cuts prompts') && {
        messages: messages.map((message) => ({ ...message, content: message.content.slice(0, 1000) })),
      }),
      ...(this.faults.has('changes the body') && { user: 'somebody' }),
      ...(question.stream === true && { stream_options: { include_usage: true } }),
    });
  }

  private headersFor(route: Route, came: NodeJS.Dict<string[]>, query: string | undefined) {
    const dropped = new Set(CREDENTIALS);
    if (this.faults.has('forwards x-api-key')) dropped.delete('x-api-key');
    if (this.faults.has('forwards the cookie')) dropped.delete('cookie');
    const headers: Record<string, string[]> = {};
    for (const [name, values = []] of Object.entries(came)) {
      if (dropped.has(name) || STEERING.test(name) || ['host', 'content-length', 'connection'].includes(name))
        continue;
      headers[name] = values;
    }
    const key =
      route.key ??
      (this.faults.has('shows the key to everybody') ? this.routes.find((r) => r.key)?.key : undefined);
    if (key) headers.authorization = [`Bearer ${key}`];
    if (key && this.faults.has('keeps the credential of the client'))
      headers.authorization?.push(...(came.authorization ?? []));
    const original = this.faults.has('forwards the query') && query ? `?${query}` : '';
    headers['x-envoy-original-path'] = [`/v1/chat/completions${original}`];
    return headers;
  }

  private async reply(
    outgoing: ServerResponse,
    answer: IncomingMessage,
    route: Route,
    stream: boolean,
  ): Promise<void> {
    const status = answer.statusCode ?? 0;
    const told = this.faults.has('tells the key') && route.key ? { 'x-key': route.key } : {};
    outgoing.writeHead(status, { 'content-type': answer.headers['content-type'] ?? '', ...told });
    const parts: Buffer[] = [];
    for await (const part of answer) {
      parts.push(part);
      if (stream && !this.faults.has('buffers streams')) outgoing.write(this.part(part));
    }
    const text = Buffer.concat(parts).toString('utf8');
    const last = stream ? eventsOf(text).findLast((data) => data !== '[DONE]') : text;
    const usage = field(parseJson(last ?? ''), 'usage') as Usage | undefined;
    if (status === 200 && usage && !(stream && this.faults.has('forgets streams')))
      this.charge(route.workload, usage);
    outgoing.end(stream && !this.faults.has('buffers streams') ? '' : text);
  }

  private part(part: Buffer): Buffer {
    if (!this.faults.has('drops the usage of streams')) return part;
    const events = part.toString('utf8').split('\n\n');
    return Buffer.from(events.filter((event) => !event.includes('"usage"')).join('\n\n'));
  }

  private charge(workload: string, usage: Pick<Usage, 'prompt_tokens' | 'completion_tokens'>): void {
    const names = this.routes.map((route) => route.workload);
    const who = this.faults.has('charges the wrong workload')
      ? (names.find((name) => name !== workload) ?? '')
      : workload;
    const times = this.faults.has('charges twice') ? 2 : 1;
    for (const [type, amount] of [
      ['input', usage.prompt_tokens] as const,
      ['output', usage.completion_tokens] as const,
    ]) {
      const labels = `workload_app="${who}",gen_ai_token_type="${type}"`;
      this.tokens.set(labels, (this.tokens.get(labels) ?? 0) + amount * times);
    }
  }

  /** What the gateway says that it has limited. */
  get counted(): number {
    if (this.faults.has('has no counter')) return 0;
    return Math.max(0, this.limited - (this.faults.has('counts one less') ? 1 : 0));
  }

  private stats(): string {
    const name = this.faults.has('has no counter')
      ? 'envoy_http_ratelimit_over_limit'
      : 'envoy_http_local_rate_limit_rate_limited';
    return `# TYPE ${name} counter\n${name}{envoy_local_http_ratelimit_prefix="http_local_rate_limiter"} ${this.counted}\n`;
  }

  private metrics(): string {
    const lines = [...this.tokens].map(
      ([labels, value]) => `gen_ai_client_token_usage_sum{${labels}} ${value}`,
    );
    return `# TYPE gen_ai_client_token_usage histogram\n${lines.join('\n')}\n`;
  }
}

async function send(url: string, headers: Record<string, string[]>, body: string): Promise<IncomingMessage> {
  const outgoing = request(url, {
    method: 'POST',
    headers: { ...headers, 'content-length': Buffer.byteLength(body) },
  });
  outgoing.end(body);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  return answer;
}
