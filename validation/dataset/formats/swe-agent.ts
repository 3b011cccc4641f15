import { type Format, nothingBut, only } from '../session';
import { rowsOf, stringOf } from '../values';

/** SWE-agent's trajectories: `{role: system | user | ai, text, system_prompt}`; calls are text in the answers. */
export const sweAgent: Format = {
  name: 'swe-agent',
  title: 'SWE-agent trajectories',
  profile: 'D',
  attribution: 'SWE-agent trajectories, Nebius, CC-BY-4.0',
  columns: ['instance_id', 'model_name', 'trajectory'],
  recognises: (record) => {
    if (!('trajectory' in record)) return false;
    const first = rowsOf(record.trajectory)?.[0];
    return first === undefined ? 'eval_logs' in record || 'generated_patch' in record : 'text' in first;
  },
  read: (record, { ordinal, key }) => {
    const messages = rowsOf(record.trajectory);
    if (messages === undefined) return nothingBut('trajectory is no list of messages');
    if (messages.length === 0) return nothingBut('an empty trajectory');
    const id = stringOf(record.instance_id) ?? key ?? `row-${ordinal}`;
    return only({
      // A task has several rows, and no row has an id of its own.
      id: `${id}/${ordinal}`,
      // Some copies number the runs: `tomerfiliba__plumbum-366_17`.
      task: id.replace(/(-\d+)_\d+$/, '$1'),
      messages: messages.map(({ role, text, system_prompt: instructions }) => ({
        fields: { role, content: stringOf(text) ?? stringOf(instructions) ?? null },
      })),
    });
  },
};
