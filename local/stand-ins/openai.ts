import { tokensIn } from './engine/prompt';
import { Refusal } from './http';
import type { Usage } from './recorder';

/**
 * A chat or text completion that was asked for, with its token counts. They follow a fixed rule, so that anybody
 * can compute them by hand:
 * - prompt tokens: the characters of all message contents (or of the prompt) divided by 4, rounded up, at least
 *   1. A character is a UTF-16 code unit; of a content in parts, the `text` parts count;
 * - completion tokens: the length of the stand-in's answer, or `max_completion_tokens` / `max_tokens` if smaller.
 */
export interface Question {
  readonly api: 'chat' | 'text';
  readonly model: string;
  readonly stream: boolean;
  /** `stream_options.include_usage`: a chunk with the usage follows the last token. */
  readonly includeUsage: boolean;
  /** Every chunk tells the usage so far, as vLLM does with `--enable-force-include-usage`. */
  readonly continuousUsage: boolean;
  /** All message contents, or the prompt, one after another. */
  readonly promptText: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** The request's own limit of tokens; undefined where it has none. */
  readonly maxTokens: number | undefined;
  /** `length` where the request's limit cut the answer short. */
  readonly finishReason: 'stop' | 'length';
}

export function usageOf(promptTokens: number, completionTokens: number): Usage {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}

/** Reads a request body; throws a `Refusal` with status 400 for what a server of the OpenAI API refuses too. */
export function readQuestion(
  api: Question['api'],
  body: unknown,
  answerTokens: number,
  forceUsage = false,
): Question {
  if (!isObject(body)) throw new Refusal(400, 'the body is not a JSON object');
  const { model, stream = false, stream_options: streamOptions } = body;
  if (typeof model !== 'string') throw new Refusal(400, 'model must be a string', 'model');
  if (typeof stream !== 'boolean') throw new Refusal(400, 'stream must be true or false', 'stream');
  const maxTokens = tokenLimit(body);
  const limit = maxTokens ?? answerTokens;
  const promptText = textOf(api, body);
  const options: Record<string, unknown> = isObject(streamOptions) ? streamOptions : {};
  const includeUsage = options.include_usage === true;
  return {
    api,
    model,
    stream,
    includeUsage: includeUsage || forceUsage,
    continuousUsage: forceUsage || (includeUsage && options.continuous_usage_stats === true),
    promptText,
    promptTokens: tokensIn(promptText.length),
    completionTokens: Math.min(limit, answerTokens),
    maxTokens,
    finishReason: limit < answerTokens ? 'length' : 'stop',
  };
}

function tokenLimit(body: Record<string, unknown>): number | undefined {
  for (const name of ['max_completion_tokens', 'max_tokens']) {
    const limit = body[name];
    if (limit === undefined || limit === null) continue;
    if (!Number.isInteger(limit) || Number(limit) < 1) {
      throw new Refusal(400, `${name} must be a whole number of at least 1`, name);
    }
    return Number(limit);
  }
  return undefined;
}

function textOf(api: Question['api'], { messages, prompt }: Record<string, unknown>): string {
  if (api === 'chat') {
    if (!Array.isArray(messages) || messages.length === 0 || !messages.every(isObject)) {
      throw new Refusal(400, 'messages must be a list of at least one message', 'messages');
    }
    return messages.map(({ content }) => contentText(content)).join('');
  }
  const prompts = Array.isArray(prompt) ? prompt : [prompt];
  if (prompts.length === 0 || !prompts.every((one) => typeof one === 'string')) {
    throw new Refusal(400, 'prompt must be a string or a list of strings', 'prompt');
  }
  return prompts.join('');
}

function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part) => (isObject(part) && typeof part.text === 'string' ? part.text : '')).join('');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
