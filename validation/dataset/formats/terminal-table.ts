import { callArguments, callName } from '../calls';
import { contentOf } from '../content';
import { type Format, nothingBut, only, type RecordedMessage } from '../session';
import { type Fields, isFields, jsonText, listOf, stringOf } from '../values';

/**
 * The table of Terminal-Bench trajectories: `steps` is JSON text of `{src, msg, tools, obs}`, without times and without
 * ids of calls; what a call printed stands in the step of the call.
 */
export const terminalTable: Format = {
  name: 'terminal-bench',
  title: 'Terminal-Bench table of trajectories',
  profile: 'B',
  attribution: 'terminalbench-trajectories, Yoonho Lee, Apache-2.0',
  columns: ['task_name', 'instruction', 'trial_name', 'trial_id', 'steps'],
  recognises: (record) =>
    'steps' in record && ['trial_id', 'trial_name', 'task_name'].some((column) => column in record),
  read: (record, { ordinal, key }) => {
    const steps = listOf(record.steps)?.filter(isFields);
    if (steps === undefined || steps.length === 0) return nothingBut('a row without steps');
    const id = stringOf(record.trial_id) ?? stringOf(record.trial_name) ?? key ?? `row-${ordinal}`;
    const task = stringOf(record.task_name) ?? id.replace(/__.*$/, '');
    const messages = steps.flatMap((step, index) => messagesOf(step, index));
    const instruction = stringOf(record.instruction);
    const answered = messages.findIndex(({ fields }) => fields.role === 'assistant');
    const isAsked = messages.slice(0, Math.max(0, answered)).some(({ fields }) => fields.role === 'user');
    if (instruction !== undefined && !isAsked) {
      messages.unshift({ fields: { role: 'user', content: instruction } });
    }
    return only({ id: `${task}/${id}`, task, messages });
  },
};

function messagesOf(step: Fields, index: number): RecordedMessage[] {
  const source = `${step.src ?? step.source ?? ''}`.toLowerCase();
  const { text } = contentOf(step.msg ?? step.message);
  const seen = contentOf(step.obs ?? step.observation).text;
  if (source !== 'agent' && source !== 'assistant') {
    const role = source === 'system' ? 'system' : 'user';
    return [text, seen].filter((content) => content !== '').map((content) => ({ fields: { role, content } }));
  }
  const calls = (listOf(step.tools) ?? []).map((call, at) => callOf(call, `call_${index}_${at}`));
  const messages: RecordedMessage[] = [];
  if (text !== '' || calls.length > 0) {
    messages.push({
      fields: { role: 'assistant', content: text, ...(calls.length > 0 && { tool_calls: calls }) },
    });
  }
  // What all calls of a step printed is one text: it answers the last of them.
  for (const [at, { id }] of calls.entries()) {
    const content = at === calls.length - 1 ? seen : '';
    messages.push({ fields: { role: 'tool', tool_call_id: id, content } });
  }
  if (calls.length === 0 && seen !== '') messages.push({ fields: { role: 'user', content: seen } });
  return messages;
}

/** What the table has of a call differs by agent: a name, a command, or an object of either. */
function callOf(call: unknown, id: string) {
  if (!isFields(call)) return { id, function: { name: 'run', arguments: jsonText({ command: call }) } };
  const { name: _name, id: _id, type: _type, tool: _tool, fn: _fn, function: _function, ...rest } = call;
  return { id, function: { name: callName(call) ?? 'run', arguments: callArguments(call) ?? rest } };
}
