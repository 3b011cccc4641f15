import { setTimeout as sleep } from 'node:timers/promises';
import { answerWords, type Pace } from '../completion';
import { type Exchange, Refusal, type Reply, type WholeReply } from '../http';
import { usageOf } from '../openai';

/** How one cloud's API speaks. */
export interface Dialect {
  /** Throws a `Refusal` unless the request carries exactly the credential that this cloud takes. */
  authenticate(exchange: Exchange): void;
  /** Undefined for a path that this API does not have. */
  answer(exchange: Exchange): Reply | Promise<Reply> | undefined;
  refuse(refusal: Refusal): WholeReply;
}

/** What a dialect answers with. */
export interface Voice {
  /** Tokens of an answer, a token a word. */
  readonly words: readonly string[];
  readonly pace: Pace;
}

export function voiceOf(answerTokens: number, pace: Pace): Voice {
  const words = Array.from({ length: answerTokens }, (_, i) => answerWords[i % answerWords.length] ?? '');
  return { words, pace };
}

/** Counts a request: a token for four characters of text, as `openai.ts` does; one at least. */
export function count(exchange: Exchange, { words }: Voice) {
  const usage = usageOf(Math.max(1, Math.ceil(textLength(exchange.json) / 4)), words.length);
  exchange.usage = usage;
  return usage;
}

const TEXT_FIELDS = ['content', 'text', 'input', 'query'];

function textLength(value: unknown, field = ''): number {
  if (typeof value === 'string') return TEXT_FIELDS.includes(field) ? value.length : 0;
  if (Array.isArray(value)) return value.reduce((sum, one) => sum + textLength(one, field), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce((sum, [name, one]) => sum + textLength(one, name), 0);
}

/** The words, at their pace. */
export async function* speak({ words, pace }: Voice, { signal }: Exchange): AsyncGenerator<string> {
  for (const [i, word] of words.entries()) {
    await sleep(i === 0 ? pace.firstTokenMs : pace.tokenMs, undefined, { signal });
    yield word;
  }
}

/** Exactly one credential in a header, and the right one: a client's beside it is found out. */
export function takesKey(header: string, expected: string, status: number, message: string) {
  return ({ headers }: Exchange): void => {
    const given = headers[header] ?? [];
    if (given.length !== 1 || given[0] !== expected) throw new Refusal(status, message);
  };
}
