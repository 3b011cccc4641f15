/** A message of a chat, as the OpenAI API has it. */
export interface ChatMessage {
  readonly role: (typeof ROLES)[number];
  readonly content: string;
}

/** Roles of which it is known how they are written. Calls of tools depend on the tools, which a sample does not have. */
export const ROLES = ['system', 'developer', 'user', 'assistant'] as const;

/** Counts a text in the vocabulary of the model; text that looks like a special token is text. */
export type CountTokens = (text: string) => number;

/** `<|start|>`, the role, `<|message|>` and `<|end|>`: every role is one token. */
const MESSAGE = 4;

/** `<|channel|>` and the name of a channel, `analysis` or `final`. */
const CHANNEL = 2;

/** `<|start|>assistant`, with which every prompt ends. */
const ANSWER_BEGINS = 2;

/** `<|message|>`, and what ends the message. */
const WITHIN = 2;

const INSTRUCTIONS = '# Instructions\n\n';

/** What every prompt begins with. A date of any day has the same number of tokens. */
const SYSTEM = [
  'You are ChatGPT, a large language model trained by OpenAI.',
  'Knowledge cutoff: 2024-06',
  'Current date: 2026-11-29',
  '',
  'Reasoning: medium',
  '',
  '# Valid channels: analysis, commentary, final. Channel must be included for every message.',
].join('\n');

/**
 * Tokens of a prompt in the harmony format of gpt-oss, as vLLM 0.32 counts them (vllm/entrypoints/openai/parser/
 * harmony_utils.py): its own system message, each message with 4 tokens around its text, of the assistant 6, and
 * 2 that begin the answer. Instructions, which are messages of the developer and a system message at the beginning, have a
 * heading of their own.
 */
export function promptTokens(messages: readonly ChatMessage[], count: CountTokens): number {
  const each = messages.map(({ role, content }, index) => {
    if (role === 'assistant') return content === '' ? 0 : MESSAGE + CHANNEL + count(content);
    const instructs = role === 'developer' || (role === 'system' && index === 0);
    return MESSAGE + count(instructs ? INSTRUCTIONS + content : content);
  });
  return MESSAGE + count(SYSTEM) + each.reduce((sum, tokens) => sum + tokens, 0) + ANSWER_BEGINS;
}

/**
 * Tokens of an answer: what the model thinks in the channel `analysis`, if it does, then the text in the channel `final`.
 * The token that ends an answer counts; an answer that was cut at its limit does not have it.
 */
export function answerTokens(text: string, reasoning: string, count: CountTokens): number {
  const thinks = reasoning === '' ? 0 : CHANNEL + WITHIN + count(reasoning) + ANSWER_BEGINS;
  return thinks + CHANNEL + WITHIN + count(text);
}
