import { type Format, nothingBut, only, untimed } from '../session';
import { type Fields, listOf, rowsOf, stringOf } from '../values';

/** Messages and tools, which are lists or JSON text of lists. */
function trajectory(messages: unknown, tools: unknown) {
  return { messages: rowsOf(messages), tools: listOf(tools) };
}

/** SWE-rebench by OpenHands: messages of the OpenAI API, each with the keys of all, the absent ones null. */
export const sweRebench: Format = {
  name: 'swe-rebench',
  title: 'SWE-rebench OpenHands trajectories',
  profile: 'D',
  attribution: 'SWE-rebench OpenHands trajectories, Nebius, CC-BY-4.0',
  columns: ['trajectory_id', 'instance_id', 'trajectory', 'tools'],
  recognises: (record) => {
    if (!('trajectory' in record)) return false;
    const first = rowsOf(record.trajectory)?.[0];
    return first === undefined ? 'tools' in record : 'content' in first;
  },
  read: (record, { ordinal, key }) => {
    const { messages, tools } = trajectory(record.trajectory, record.tools);
    if (messages === undefined) return nothingBut('trajectory is no list of messages');
    if (messages.length === 0) return nothingBut('an empty trajectory');
    const id = stringOf(record.trajectory_id) ?? key ?? `row-${ordinal}`;
    const task = stringOf(record.instance_id) ?? id;
    return only({ id: `${task}/${id}`, task, messages: untimed(messages), ...(tools && { tools }) });
  },
};

/** CoderForge: as above, with `messages` and `tools` as JSON text and arguments as objects. */
export const coderForge: Format = {
  name: 'coderforge',
  title: 'CoderForge trajectories',
  profile: 'E',
  attribution: 'CoderForge-Preview, Together AI, licence by row',
  columns: ['trajectory_id', 'messages', 'tools', 'reward', 'license'],
  recognises: (record) => 'messages' in record && ('trajectory_id' in record || 'finish_reason' in record),
  read: (record, { ordinal, key }) => {
    // About 0.3 % of the rows, and the publisher does not say what it means.
    if (Number(record.reward) < 0) return nothingBut('reward -1, which is not documented');
    const { messages, tools } = trajectory(record.messages, record.tools);
    if (messages === undefined) return nothingBut('messages are no JSON text of a list');
    if (messages.length === 0) return nothingBut('empty messages');
    const id = stringOf(record.trajectory_id) ?? key ?? `row-${ordinal}`;
    const licence = licenceOf(record);
    return only({
      id,
      task: id.replace(/_run\d+$/, ''),
      messages: untimed(messages),
      ...(tools && { tools }),
      ...(licence !== undefined && { licence }),
    });
  },
};

/** Columns of one licence are spelt in several ways: `apache-2.0`, `Apache-2.0`. */
function licenceOf({ license }: Fields): string | undefined {
  const written = stringOf(license)?.trim();
  return written?.toLowerCase().startsWith('apache') ? 'Apache-2.0' : written;
}
