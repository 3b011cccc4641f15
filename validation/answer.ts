import { createParser } from 'eventsource-parser';
import type { Answer } from './client';

/** Tokens as the OpenAI API counts them. */
export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

/** The data of every server-sent event of a text, in order. */
export function eventsOf(text: string): string[] {
  const events: string[] = [];
  const parser = createParser({ onEvent: ({ data }) => events.push(data) });
  parser.feed(text);
  return events;
}

export function isStream({ headers }: Answer): boolean {
  return headers['content-type']?.startsWith('text/event-stream') === true;
}

/**
 * What the answer says that it cost, without the details of some engines; undefined where it does not say. In a stream
 * only the last data counts.
 */
export function usageOf(answer: Answer): Usage | undefined {
  const last = isStream(answer) ? eventsOf(answer.text).findLast((data) => data !== '[DONE]') : answer.text;
  const usage: unknown = field(parseJson(last ?? ''), 'usage');
  if (!isUsage(usage)) return undefined;
  const { prompt_tokens, completion_tokens, total_tokens } = usage;
  return { prompt_tokens, completion_tokens, total_tokens };
}

/** A member of a JSON object; undefined for anything else. */
export function field(json: unknown, name: string): unknown {
  return typeof json === 'object' && json !== null ? Reflect.get(json, name) : undefined;
}

/** Undefined for what is not JSON: a gateway's own refusals are plain text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isUsage(value: unknown): value is Usage {
  return ['prompt_tokens', 'completion_tokens', 'total_tokens'].every(
    (name) => typeof field(value, name) === 'number',
  );
}
