import { randomBytes } from 'node:crypto';
import { answerWords } from './completion';
import type { Question } from './openai';

/** What an answer of vLLM's says beside its words. */
export interface Told {
  /** Tokens of the prompt that were found in the cache; 0 where nobody asked for it. */
  readonly cachedTokens: number;
}

/** In place of vLLM's version and the hash of its configuration. */
const FINGERPRINT = 'stand-in';

/** The word of a token, from 1; longer answers start over. */
const wordOf = (token: number): string => answerWords[(token - 1) % answerWords.length] ?? '';

const counts = (promptTokens: number, completionTokens: number) => ({
  prompt_tokens: promptTokens,
  total_tokens: promptTokens + completionTokens,
  completion_tokens: completionTokens,
});

/** Absent where nothing is known, as vLLM has it with `--enable-prompt-tokens-details`. */
const cachedDetails = ({ cachedTokens }: Told) => (cachedTokens > 0 ? { cached_tokens: cachedTokens } : null);

/** An answer in one piece: the members that vLLM 0.32 sends, also those that are always null here. */
export function wholeAnswer(question: Question, told: Told): object {
  const { api, promptTokens, completionTokens, finishReason } = question;
  const words = Array.from({ length: completionTokens }, (_, index) => wordOf(index + 1)).join('');
  const end = { logprobs: null, finish_reason: finishReason, stop_reason: null, token_ids: null };
  const choice =
    api === 'chat'
      ? { index: 0, message: message(words), ...end, routed_experts: null }
      : { index: 0, text: words, ...end, prompt_logprobs: null, prompt_token_ids: null };
  return {
    ...envelope(question, api === 'chat' ? 'chat.completion' : 'text_completion'),
    choices: [choice],
    service_tier: null,
    system_fingerprint: FINGERPRINT,
    usage: { ...counts(promptTokens, completionTokens), prompt_tokens_details: cachedDetails(told) },
    ...(api === 'chat' && { prompt_logprobs: null, prompt_token_ids: null, prompt_text: null }),
    kv_transfer_params: null,
    ...(api === 'chat' && { ec_transfer_params: null, metrics: null }),
  };
}

const message = (content: string) => ({
  role: 'assistant',
  content,
  refusal: null,
  annotations: null,
  audio: null,
  function_call: null,
  reasoning: null,
});

/**
 * The events of a stream, as vLLM 0.32 sends them. A chat begins with a chunk that has the role and no text, together
 * with the first token, and ends with one that has the finish reason alone; a text completion has neither. The
 * fingerprint is in the last chunk, which is that of the usage where there is one.
 *
 * @param tokens Each time how many there are now.
 */
export async function* answerEvents(question: Question, tokens: AsyncIterable<number>, told: () => Told) {
  const { api, includeUsage, promptTokens, completionTokens } = question;
  const head = envelope(question, api === 'chat' ? 'chat.completion.chunk' : 'text_completion');
  const fingerprint = { system_fingerprint: FINGERPRINT };
  const chunk = (made: number, said: object, end: object = {}, beside: object = {}) =>
    JSON.stringify({
      ...head,
      choices: [{ index: 0, ...said, logprobs: null, finish_reason: null, ...end }],
      ...beside,
      ...(question.continuousUsage && { usage: counts(promptTokens, made) }),
    });
  const end = { finish_reason: question.finishReason, stop_reason: null, token_ids: null };
  const last = includeUsage ? {} : fingerprint;
  for await (const made of tokens) {
    const word = wordOf(made);
    if (api === 'text') {
      const isLast = made === completionTokens;
      yield chunk(made, { text: word }, isLast ? end : {}, isLast ? last : {});
      continue;
    }
    if (made === 1) {
      const role = { delta: { role: 'assistant', content: '' } };
      yield chunk(0, role, {}, { prompt_token_ids: null, prompt_text: null });
    }
    yield chunk(made, { delta: { content: word } }, { token_ids: null });
  }
  if (api === 'chat') yield chunk(completionTokens, { delta: {} }, end, last);
  if (!includeUsage) return;
  const details = cachedDetails(told());
  const usage = {
    ...counts(promptTokens, completionTokens),
    ...(details && { prompt_tokens_details: details }),
  };
  yield JSON.stringify({ ...head, choices: [], usage, ...fingerprint });
}

function envelope({ api, model }: Question, object: string) {
  const prefix = api === 'chat' ? 'chatcmpl' : 'cmpl';
  return {
    id: `${prefix}-${randomBytes(8).toString('hex')}`,
    object,
    created: Math.floor(Date.now() / 1000),
    model,
  };
}
