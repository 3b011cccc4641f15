import { Refusal } from './http';

/** The roles that gpt-oss' prompt format (Harmony) has; other models' templates take any. */
const HARMONY_ROLES: readonly unknown[] = ['user', 'assistant', 'system', 'developer', 'tool'];

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isContent = (value: unknown): boolean => typeof value === 'string' || Array.isArray(value);

const invalid = (at: string, what: string) =>
  new Refusal(400, `1 validation error:\n  {'loc': 'body.${at}', 'msg': '${what}'}`);

/**
 * Refuses messages that vLLM 0.32 refuses, as seen on one that was asked: a message without a role or a user without a
 * content, a name that is null, arguments of a tool call that are no text; and for gpt-oss an unknown role, `function`
 * included, which a Llama takes. What it takes though it looks wrong is taken: arguments that are no JSON, a tool's answer
 * without a call, unknown fields.
 *
 * @param harmony Whether the model has gpt-oss' prompt format.
 * @throws Refusal with 400; with 500 for `tool_calls` that are a text, on which vLLM stumbles.
 */
export function refuseMessages(messages: readonly unknown[], harmony: boolean): void {
  for (const [index, message] of messages.entries()) refuseMessage(message, `messages.${index}`, harmony);
}

function refuseMessage(message: unknown, at: string, harmony: boolean): void {
  if (!isFields(message)) throw invalid(at, 'Input should be a valid dictionary');
  const { role, content, name, tool_calls: calls } = message;
  if (typeof role !== 'string') throw invalid(`${at}.role`, 'Field required');
  if (name === null) throw invalid(`${at}.name`, 'Input should be a valid string');
  if (role !== 'assistant' && !isContent(content))
    throw invalid(`${at}.content`, 'Input should be a valid string');
  if (typeof calls === 'string') throw new Refusal(500, "'str' object has no attribute 'get'");
  if (Array.isArray(calls)) refuseCalls(calls, `${at}.tool_calls`);
  if (!harmony || HARMONY_ROLES.includes(role)) return;
  throw new Refusal(
    400,
    `1 validation error for Author\nrole\n  Input should be 'user', 'assistant', 'system', 'developer' or 'tool' [type=enum, input_value='${role}', input_type=str]`,
  );
}

function refuseCalls(calls: readonly unknown[], at: string): void {
  for (const [index, call] of calls.entries()) {
    const made = isFields(call) && isFields(call.function) ? call.function : undefined;
    if (typeof made?.arguments === 'string') continue;
    throw invalid(`${at}.${index}.function.arguments`, 'Input should be a valid string');
  }
}
