import type { Agent, OutgoingHttpHeaders } from 'node:http';
import { WORKLOAD_HEADER } from '../config';
import { usageOf } from './answer';
import { type Body, textBody } from './body';
import { credentialsOf } from './credentials';
import type { Check, CounterEvidence, Evidence, ExchangeEvidence } from './evidence';
import type { Exchange } from './exchange';
import { type Sample, seriesName } from './metrics';
import { NOBODY } from './readings';
import type { Suite } from './suite';

/** A request to the gateway. */
export interface Ask {
  /** Values of the identity header, one line each; undefined sends none. */
  readonly as?: string | readonly string[] | undefined;
  /** Default `/v1/chat/completions`. */
  readonly path?: string;
  /** Default: none, and then the method is GET. */
  readonly body?: string | Body;
  readonly headers?: OutgoingHttpHeaders;
  /** What is special about the request, for the evidence: `with x-ai-eg-model`. */
  readonly note?: string;
  readonly agent?: Agent;
  readonly onRead?: (bytes: Buffer) => void;
}

/** How much of an answer that is a refusal goes into the evidence, in characters. */
const SAID = 200;

/** What one case asks, checks and leaves as evidence. */
export class Probe {
  readonly checks: Check[] = [];
  private readonly exchanges: ExchangeEvidence[] = [];
  private readonly counters: CounterEvidence[] = [];
  private readonly notes: string[] = [];

  constructor(readonly suite: Suite) {}

  get evidence(): Evidence {
    const { exchanges, counters, notes } = this;
    return { exchanges, counters, notes };
  }

  /** Asks the gateway; what an answer costs is booked on the identity that asked. */
  async ask(ask: Ask): Promise<Exchange> {
    const { as, path = '/v1/chat/completions', body, note } = ask;
    const identities = as === undefined ? [] : [as].flat();
    const exchange = await this.exchange(
      [body ? 'POST' : 'GET', path, describe(identities), note].filter(Boolean).join(' '),
      {
        ...ask,
        what: 'the gateway',
        url: this.suite.target.gateway + path,
        headers: { ...ask.headers, ...(identities.length > 0 && { [WORKLOAD_HEADER]: identities }) },
      },
    );
    const usage = usageOf(exchange.answer) ?? exchange.seen.at(-1)?.usage;
    if (exchange.answer.status === 200 && usage) this.suite.spending.add(identities.join() || NOBODY, usage);
    return exchange;
  }

  /** Asks an upstream past the gateway. */
  askDirectly(what: string, ask: { url: string; body: string; headers?: OutgoingHttpHeaders; note: string }) {
    return this.exchange(`POST ${ask.url} ${ask.note}`, { ...ask, what });
  }

  private async exchange(
    request: string,
    { what, url, body, headers, agent, onRead }: Ask & { readonly what: string; readonly url: string },
  ): Promise<Exchange> {
    const { client, records } = this.suite;
    const answer = await client.send({
      ...{ what, url },
      headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
      ...(body && { body: typeof body === 'string' ? textBody(body) : body }),
      ...(agent && { agent }),
      ...(onRead && { onRead }),
    });
    const exchange = { answer, seen: await records.next() };
    this.exchanges.push(evidenceOf(request, exchange));
    return exchange;
  }

  /** Passes where both texts are the same. */
  same(what: string, expected: string | number, actual: string | number): void {
    this.that(what, `${expected}`, `${actual}`, `${expected}` === `${actual}`);
  }

  that(what: string, expected: string, actual: string, passed: boolean): void {
    this.checks.push({ what, expected, actual, passed });
  }

  note(text: string): void {
    this.notes.push(text);
  }

  /** Leaves every series of two moments as evidence. */
  count({ before, after }: { readonly before: readonly Sample[]; readonly after: readonly Sample[] }): void {
    const find = (samples: readonly Sample[], series: string) =>
      samples.find((sample) => seriesName(sample) === series)?.value ?? null;
    for (const series of new Set([...before, ...after].map(seriesName))) {
      this.counters.push({ series, before: find(before, series), after: find(after, series) });
    }
  }
}

function describe(identities: readonly string[]): string {
  if (identities.length === 0) return 'without identity';
  return `as ${identities.map((identity) => identity || '(empty)').join(' and ')}`;
}

function evidenceOf(request: string, { answer, seen }: Exchange): ExchangeEvidence {
  const usage = usageOf(answer);
  return {
    request,
    status: answer.status,
    milliseconds: Math.round(answer.milliseconds * 10) / 10,
    ...(usage && { usage }),
    ...(answer.status !== 200 && { said: answer.text.slice(0, SAID) }),
    seen: seen.map((sighting) => ({
      upstream: sighting.upstream,
      seq: sighting.seq,
      method: sighting.method,
      path: sighting.path,
      model: sighting.model,
      status: sighting.status,
      bytes: sighting.body.bytes,
      sha256: sighting.body.sha256,
      credentials: credentialsOf(sighting),
    })),
  };
}

/** Who saw an exchange and as what: `gemini as gemini-2.5-flash at /v1beta/openai/chat/completions`; or `nobody`. */
export function whoSaw({ seen }: Exchange): string {
  if (seen.length === 0) return 'nobody';
  return seen
    .map(({ upstream, model, path }) => `${upstream} as ${model ?? 'no model'} at ${path}`)
    .join(', ');
}
