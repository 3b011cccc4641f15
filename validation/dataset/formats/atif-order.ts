import { callId, callsOf } from '../calls';
import type { RecordedMessage } from '../session';

/**
 * The messages as they have to stand on the wire: results follow the calls that they answer. In a dialect of ATIF they
 * are written down as they come, before the step that made the calls. A result whose call is nowhere stays where it
 * is, as text of the user. Ids may be used again by later steps: a result that follows a call of its id stays.
 */
export function inWireOrder(messages: readonly RecordedMessage[]): readonly RecordedMessage[] {
  const later = new Set(messages.flatMap(calledIds));
  const called = new Set<string>();
  const early = new Map<string, RecordedMessage[]>();
  return messages.flatMap((message) => {
    const id = resultId(message);
    if (id !== undefined) {
      if (called.has(id)) return [message];
      if (!later.has(id)) return [asText(message)];
      early.set(id, [...(early.get(id) ?? []), message]);
      return [];
    }
    const ids = calledIds(message);
    const answered = ids.flatMap((each) => early.get(each) ?? []);
    for (const each of ids) {
      called.add(each);
      early.delete(each);
    }
    return [message, ...answered];
  });
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
