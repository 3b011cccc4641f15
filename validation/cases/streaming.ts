import { setTimeout as sleep } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import { field, isStream, parseJson, usageOf } from '../answer';
import { questionText } from '../body';
import { type Case, NotApplicable } from '../case';
import type { Exchange } from '../exchange';
import type { Probe } from '../probe';
import type { Subject } from '../subjects';

/** Longer than any stand-in's answer, and short for a model. */
const MAX_TOKENS = 32;

/** A buffering gateway fails every time; one that streams may be taken for one on a machine that is very busy. */
const ATTEMPTS = 3;

export const streaming: Case = {
  id: 'TC6',
  title: 'Streaming',
  objective: 'Tokens reach the client while the model is still generating, and the stream reports its usage.',
  method:
    'A streamed request as each workload with sufficient limits. While the answer arrives, the upstream is asked again ' +
    'and again whether it has recorded the request, which it does only when its answer is complete: tokens that arrived ' +
    'before a negative answer were forwarded before the end. No clock is involved.',
  expected:
    'An event stream that ends with [DONE], in several pieces; at least half of the tokens arrive before the upstream is done; the usage at the end equals the recorded usage of the upstream.',
  async run(probe) {
    const subjects = probe.suite.subjects.filter(({ ample }) => ample);
    if (subjects.length === 0)
      throw new NotApplicable('the limits of every workload of the platform are too small for it');
    for (const subject of subjects) judge(probe, subject, await stream(probe, subject));
  },
};

interface Stream {
  readonly exchange: Exchange;
  /** When each chunk with a token arrived, in milliseconds on a clock that never goes back. */
  readonly tokens: readonly number[];
  readonly reads: number;
  readonly done: boolean;
  /** How many tokens had arrived when the upstream still was not done. */
  readonly early: number;
}

async function stream(probe: Probe, subject: Subject): Promise<Stream> {
  for (let attempt = 1; ; attempt += 1) {
    const made = await streamOnce(probe, subject);
    if (isEarly(made) || attempt === ATTEMPTS) return made;
  }
}

async function streamOnce(probe: Probe, { name, asks }: Subject): Promise<Stream> {
  const tokens: number[] = [];
  let reads = 0;
  let done = false;
  const decoder = new TextDecoder();
  const parser = createParser({
    onEvent({ data }) {
      if (data === '[DONE]') done = true;
      else if (hasToken(data)) tokens.push(performance.now());
    },
  });
  const answering = probe.ask({
    as: name,
    body: questionText({ model: asks, maxTokens: MAX_TOKENS, stream: true, includeUsage: true }),
    note: 'as a stream',
    onRead(bytes) {
      reads += 1;
      parser.feed(decoder.decode(bytes, { stream: true }));
    },
  });
  let over = false;
  const ended = answering.then(
    () => {
      over = true;
    },
    () => {
      over = true;
    },
  );
  let early = 0;
  while (!over) {
    const arrived = tokens.length;
    const recorded = await probe.suite.records.peek();
    if (recorded.length > 0) break;
    early = arrived;
    await Promise.race([sleep(1), ended]);
  }
  return { exchange: await answering, tokens, reads, done, early };
}

/** The first chunk of an engine has the role and no text, the last the reason of the end alone. */
function hasToken(data: string): boolean {
  const choices = field(parseJson(data), 'choices');
  const content = Array.isArray(choices) ? field(field(choices[0], 'delta'), 'content') : undefined;
  return typeof content === 'string' && content !== '';
}

function isEarly({ tokens, early }: Stream): boolean {
  return tokens.length > 1 && early * 2 >= tokens.length;
}

function judge(probe: Probe, { name }: Subject, made: Stream): void {
  const { exchange, tokens, reads, done, early } = made;
  const [first = 0] = tokens;
  const last = tokens.at(-1) ?? 0;
  probe.note(
    `${name}: ${tokens.length} chunks in ${reads} pieces; the last came ${Math.round(last - first)} ms after the ` +
      `first; ${early} had come when the upstream was not done yet`,
  );
  const type = isStream(exchange.answer) ? 'an event stream' : `${exchange.answer.headers['content-type']}`;
  probe.same(`${name}: answer`, '200, an event stream', `${exchange.answer.status}, ${type}`);
  probe.same(`${name}: end`, '[DONE]', done ? '[DONE]' : 'none');
  probe.that(`${name}: pieces`, 'more than 1', `${reads}`, reads > 1);
  const half = `at least ${Math.max(1, Math.ceil(tokens.length / 2))} of ${tokens.length}`;
  probe.that(`${name}: chunks before the upstream was done`, half, `${early}`, isEarly(made));
  const recorded = exchange.seen.map(({ usage }) => JSON.stringify(usage)).join(' ');
  probe.same(`${name}: usage`, recorded || 'a record', JSON.stringify(usageOf(exchange.answer)) ?? 'none');
}
