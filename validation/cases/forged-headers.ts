import { RESERVED_HEADERS } from '../../config';
import { questionText } from '../body';
import { type Case, NotApplicable } from '../case';
import type { Exchange } from '../exchange';
import { type Probe, whoSaw } from '../probe';
import type { Subject } from '../subjects';

/** A forged header, and a question on which it would show if it were believed. */
interface Forgery {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Ask what a model refuses with 400, so that a forged retry would reach the model again. */
  readonly refused?: true;
}

export const forgedHeaders: Case = {
  id: 'TC5',
  title: 'Forged headers change nothing',
  objective:
    'A client cannot use internal headers of the gateway to choose a route, an endpoint, a timeout or retries.',
  method:
    'As each workload with sufficient limits, and as an unknown identity: a request, and the same request with each ' +
    'of the internal headers of the gateway and Envoy, then with all of them.',
  expected: 'The same status, and the same upstreams, models and paths, as without the headers.',
  async run(probe) {
    const subjects = probe.suite.subjects.filter(({ ample }) => ample);
    if (subjects.length === 0)
      throw new NotApplicable('the limits of every workload of the platform are too small for it');
    for (const subject of subjects) await forge(probe, subject.name, subject);
    await forge(probe, probe.suite.stranger, subjects[0] as Subject);
  },
};

async function forge(probe: Probe, name: string, subject: Subject): Promise<void> {
  const ask = async ({ headers, refused, ...forgery }: Forgery) =>
    shape(
      await probe.ask({
        as: name,
        headers,
        body: questionText({ model: subject.asks, ...(refused && { maxTokens: 0 }) }),
        note: forgery.name,
      }),
    );
  const plain = await ask({ name: 'plainly', headers: {} });
  const refused = await ask({ name: 'for no tokens', headers: {}, refused: true });
  for (const forgery of forgeries(probe, subject)) {
    probe.same(`${name} ${forgery.name}`, forgery.refused ? refused : plain, await ask(forgery));
  }
}

function forgeries({ suite }: Probe, subject: Subject): Forgery[] {
  const other = suite.subjects.find(({ upstream }) => upstream.name !== subject.upstream.name) ?? subject;
  const steering: Record<(typeof RESERVED_HEADERS)[number], string> = {
    'x-ai-eg-model': other.asks,
    'x-ai-eg-original-path': '/v1/embeddings',
    'x-envoy-original-path': '/v1/embeddings',
    'x-gateway-destination-endpoint': new URL(other.upstream.url).host,
  };
  const timeOut = { 'x-envoy-upstream-rq-timeout-ms': '1', 'x-envoy-upstream-rq-per-try-timeout-ms': '1' };
  const retries = {
    'x-envoy-retry-on': '5xx,retriable-4xx,retriable-status-codes',
    'x-envoy-retriable-status-codes': '400,404,429',
    'x-envoy-max-retries': '3',
  };
  return [
    ...RESERVED_HEADERS.map((name) => ({ name: `with ${name}`, headers: { [name]: steering[name] } })),
    { name: 'with a forged time-out', headers: timeOut },
    { name: 'with forged retries', headers: retries, refused: true },
    { name: 'with all forged headers', headers: { ...steering, ...timeOut, ...retries } },
  ];
}

function shape(exchange: Exchange): string {
  return `${exchange.answer.status}, seen by ${whoSaw(exchange)}`;
}
