import { callId, callsOf } from '../calls';
import type { RecordedMessage } from '../session';

/**
 * The messages as they have to stand on the wire: results follow the calls that they answer. In a dialect of ATIF they
 * are written down as they come, before the step that made the calls. A result whose call is nowhere stays where it
 * is, as text of the user.
 */
export function inWireOrder(messages: readonly RecordedMessage[]): readonly RecordedMessage[] {
  const results = new Map<string, RecordedMessage[]>();
  for (const message of messages) {
    const id = resultId(message);
    if (id !== undefined) results.set(id, [...(results.get(id) ?? []), message]);
  }
  const known = new Set(messages.flatMap(calledIds));
  return messages.flatMap((message) => {
    const id = resultId(message);
    if (id !== undefined) return known.has(id) ? [] : [asText(message)];
    return [message, ...[...new Set(calledIds(message))].flatMap((called) => takeFrom(results, called))];
  });
}

/** A call id that occurs twice is answered once. */
function takeFrom(results: Map<string, RecordedMessage[]>, id: string): readonly RecordedMessage[] {
  const found = results.get(id) ?? [];
  results.delete(id);
  return found;
}

function resultId({ fields }: RecordedMessage): string | undefined {
  return fields.role === 'tool' && typeof fields.tool_call_id === 'string' ? fields.tool_call_id : undefined;
}

const calledIds = ({ fields }: RecordedMessage): readonly string[] =>
  (callsOf(fields.tool_calls) ?? []).flatMap((call) => callId(call) ?? []);

const asText = ({ fields, ...rest }: RecordedMessage): RecordedMessage => ({
  ...rest,
  fields: { role: 'user', content: fields.content },
});
