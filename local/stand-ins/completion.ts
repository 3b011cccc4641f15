import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Exchange, json, type Reply } from './http';
import { type Question, usageOf } from './openai';

/** How long a token takes. Real time passes, so that a client sees tokens arrive one by one. */
export interface Pace {
  readonly firstTokenMs: number;
  readonly tokenMs: number;
}

/** What a stand-in says, a token a word; longer answers start over. */
export const answerWords = 'This text comes from a stand-in; no model or GPU was used.'.split(/(?= )/);

/** Answers a question at the given pace, whole or as a stream; stops when the client leaves. */
export async function complete(question: Question, pace: Pace, exchange: Exchange): Promise<Reply> {
  const tokens = generate(question, pace, exchange);
  if (question.stream) return { events: stream(question, tokens) };
  const words: string[] = [];
  for await (const token of tokens) words.push(token);
  return json(whole(question, words.join('')));
}

async function* generate(question: Question, pace: Pace, exchange: Exchange): AsyncGenerator<string> {
  for (let made = 0; made < question.completionTokens; made += 1) {
    await sleep(made === 0 ? pace.firstTokenMs : pace.tokenMs, undefined, { signal: exchange.signal });
    exchange.usage = usageOf(question.promptTokens, made + 1);
    yield answerWords[made % answerWords.length] ?? '';
  }
}

function whole(question: Question, answer: string) {
  const chat = question.api === 'chat';
  const said = chat ? { message: { role: 'assistant', content: answer } } : { text: answer };
  return {
    ...envelope(question, chat ? 'chat.completion' : 'text_completion'),
    choices: [{ index: 0, ...said, logprobs: null, finish_reason: question.finishReason }],
    usage: usageOf(question.promptTokens, question.completionTokens),
  };
}

/** One token a chunk: the role comes with the first, the finish reason with the last. */
async function* stream(question: Question, tokens: AsyncIterable<string>): AsyncGenerator<string> {
  const chat = question.api === 'chat';
  const head = envelope(question, chat ? 'chat.completion.chunk' : 'text_completion');
  let sent = 0;
  for await (const content of tokens) {
    sent += 1;
    const role = sent === 1 ? { role: 'assistant' } : {};
    const said = chat ? { delta: { ...role, content } } : { text: content };
    const finish_reason = sent === question.completionTokens ? question.finishReason : null;
    const usage = question.continuousUsage ? { usage: usageOf(question.promptTokens, sent) } : {};
    yield JSON.stringify({
      ...head,
      choices: [{ index: 0, ...said, logprobs: null, finish_reason }],
      ...usage,
    });
  }
  if (question.includeUsage) {
    const usage = usageOf(question.promptTokens, question.completionTokens);
    yield JSON.stringify({ ...head, choices: [], usage });
  }
}

function envelope(question: Question, object: string) {
  const prefix = question.api === 'chat' ? 'chatcmpl' : 'cmpl';
  return {
    id: `${prefix}-${randomUUID()}`,
    object,
    created: Math.floor(Date.now() / 1000),
    model: question.model,
  };
}
