import { type Fields, isFields, parsed } from './values';

/** How a body would be refused. */
export interface BodyRefusal {
  /** What vLLM 0.32 with a gpt-oss model answers. */
  readonly status: 400 | 404 | 500;
  /** Who refuses first: the gateway knows roles only, the rest is the engine's. */
  readonly layer: 'gateway' | 'engine';
  readonly path: string;
  readonly reason: string;
}

/** The roles that Envoy AI Gateway 1.0 and gpt-oss know. A Llama on vLLM takes any. */
const KNOWN_ROLES = ['system', 'developer', 'user', 'assistant', 'tool'];

/**
 * Whether a chat completion would be answered: what vLLM 0.32 refuses with a gpt-oss model, as its answers show.
 * It says nothing of what the model or the length of its context refuses.
 *
 * @param model The name that the engine serves. Default: any name is right.
 */
export function refusalOf(body: string, model?: string): BodyRefusal | undefined {
  const request = parsed(body);
  if (!isFields(request)) return refused(400, '', 'the body is no JSON object');
  if (model !== undefined && request.model !== model) return refused(404, 'model', 'there is no such model');
  return messagesRefusal(request.messages) ?? parametersRefusal(request);
}

function refused(
  status: BodyRefusal['status'],
  path: string,
  reason: string,
  layer: BodyRefusal['layer'] = 'engine',
): BodyRefusal {
  return { status, layer, path, reason };
}

function messagesRefusal(messages: unknown): BodyRefusal | undefined {
  if (!Array.isArray(messages)) return refused(400, 'messages', 'there is no list of messages');
  for (const [index, message] of messages.entries()) {
    const refusal = messageRefusal(message, `messages[${index}]`);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function messageRefusal(message: unknown, at: string): BodyRefusal | undefined {
  if (!isFields(message)) return refused(400, at, 'a message is an object');
  const { role } = message;
  if (typeof role !== 'string') return refused(400, `${at}.role`, 'a message has a role', 'gateway');
  if (!KNOWN_ROLES.includes(role))
    return refused(400, `${at}.role`, `nobody knows the role ${role}`, 'gateway');
  if ('name' in message && typeof message.name !== 'string') {
    return refused(400, `${at}.name`, 'a name is a text');
  }
  if (!isContent(message.content, role)) return refused(400, `${at}.content`, 'a content is a text or parts');
  if (role === 'tool' && typeof message.tool_call_id !== 'string') {
    return refused(400, `${at}.tool_call_id`, 'a result has the id of its call');
  }
  return callsRefusal(message.tool_calls, `${at}.tool_calls`);
}

function isContent(content: unknown, role: string): boolean {
  if (typeof content === 'string') return true;
  if (content === null || content === undefined) return role === 'assistant';
  return Array.isArray(content) && content.every((part) => isFields(part) && typeof part.type === 'string');
}

function callsRefusal(calls: unknown, at: string): BodyRefusal | undefined {
  if (calls === null || calls === undefined) return undefined;
  // The engine fails where it should refuse.
  if (!Array.isArray(calls)) return refused(500, at, 'calls are a list');
  const wrong = calls.findIndex((call) => !isCall(call));
  return wrong < 0
    ? undefined
    : refused(400, `${at}[${wrong}]`, 'a call has an id, the type function, a name and arguments as text');
}

function isCall(call: unknown): boolean {
  if (!isFields(call) || typeof call.id !== 'string' || call.type !== 'function') return false;
  const { function: named } = call;
  return isFields(named) && typeof named.name === 'string' && typeof named.arguments === 'string';
}

function parametersRefusal({ max_tokens: most, temperature }: Fields): BodyRefusal | undefined {
  if (most !== undefined && most !== null && !(Number.isInteger(most) && Number(most) >= 1)) {
    return refused(400, 'max_tokens', 'at least 1');
  }
  const isWrong =
    temperature !== undefined &&
    temperature !== null &&
    !(Number(temperature) >= 0 && Number(temperature) <= 2);
  return isWrong ? refused(400, 'temperature', 'from 0 to 2') : undefined;
}
