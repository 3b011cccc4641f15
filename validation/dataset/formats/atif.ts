import { callId, callsOf } from '../calls';
import { contentOf } from '../content';
import { namePart, taskOfText } from '../naming';
import {
  type Format,
  nothingBut,
  type Origin,
  type Reading,
  type RecordedMessage,
  type Session,
} from '../session';
import { type Fields, isFields, listOf, stringOf } from '../values';
import { inWireOrder } from './atif-order';

/** Names of files that say nothing of their task. */
const COMMON_NAMES = ['trajectory', 'trajectories', 'atif', 'agent', 'data'];

/**
 * The Agent Trajectory Interchange Format of Harbor, ATIF-v1.0 to v1.8, and the dialect that is met as well: versions
 * without `ATIF-v`, calls `{id, name, arguments}`, and results as steps of the system that stand before the step
 * which made the calls.
 */
export const atif: Format = {
  name: 'terminal-bench',
  title: 'ATIF trajectory',
  profile: 'B',
  attribution: 'Terminal-Bench 2.0 tasks, Apache-2.0; trajectories: the licence of who ran them',
  columns: ['schema_version', 'session_id', 'trajectory_id', 'agent', 'steps', 'extra'],
  recognises: ({ steps, schema_version: version, agent }) =>
    steps !== undefined && (version !== undefined || isFields(agent)),
  read: (record, origin) => readTrajectory(record, origin),
};

function readTrajectory(record: Fields, origin: Origin): Reading {
  const steps = listOf(record.steps)?.filter(isFields);
  if (steps === undefined) return nothingBut('steps are no list');
  if (steps.length === 0) return nothingBut('a trajectory without steps');
  const id =
    stringOf(record.session_id) ?? stringOf(record.trajectory_id) ?? `${origin.name}-${origin.ordinal}`;
  const isNew = steps.filter((step) => step.is_copied_context !== true);
  const messages = inWireOrder(isNew.flatMap(messagesOf));
  const task = taskName(origin) ?? taskOfText(firstOfUser(messages) ?? id);
  const agent = isFields(record.agent) ? record.agent : {};
  const tools = listOf(agent.tool_definitions);
  const session: Session = {
    id: `${task}/${namePart(id)}`,
    task,
    messages,
    ...(tools && { tools }),
  };
  const below = (listOf(record.subagent_trajectories) ?? [])
    .filter(isFields)
    .map((each, index) => readTrajectory(each, { ...origin, name: `${origin.name}-sub-${index}` }));
  const copied = steps.length - isNew.length;
  return {
    sessions: [session, ...below.flatMap(({ sessions }) => sessions)],
    dropped: [
      ...Array.from({ length: copied }, () => 'a step that is a copy of context'),
      ...below.flatMap(({ dropped }) => dropped),
    ],
  };
}

/** The task by the file `<task>.trajectory.json`, or by the folder of a Harbor trial, `<task>__<random>`. */
function taskName({ name, folders }: Origin): string | undefined {
  const own = name.replace(/[._-]?trajectory$/i, '').replace(/-sub-\d+$/, '');
  if (own !== '' && !COMMON_NAMES.includes(own.toLowerCase())) return own.replace(/__\w+$/, '');
  return folders.find((folder) => /^.+__\w+$/.test(folder))?.replace(/__\w+$/, '');
}

function firstOfUser(messages: readonly RecordedMessage[]): string | undefined {
  const first = messages.find(({ fields }) => fields.role === 'user');
  return first && stringOf(contentOf(first.fields.content).text);
}

function timeOf({ timestamp }: Fields): { time: number } | undefined {
  const time =
    typeof timestamp === 'number' ? timestamp * (timestamp < 1e11 ? 1000 : 1) : Date.parse(`${timestamp}`);
  return Number.isFinite(time) ? { time } : undefined;
}

function messagesOf(step: Fields): RecordedMessage[] {
  const time = timeOf(step);
  const calls = callsOf(step.tool_calls);
  if (step.source === 'agent') {
    const answer: RecordedMessage = {
      fields: {
        role: 'assistant',
        content: step.message ?? null,
        reasoning_content: step.reasoning_content,
        ...(calls && { tool_calls: calls }),
      },
      ...time,
      ...(step.llm_call_count === 0 && { asked: false }),
    };
    // What its calls returned has no time but that of the step, which is not when it was ready.
    return [answer, ...resultsOf(step, calls ?? []).map((fields) => ({ fields }))];
  }
  const results = resultsOf(step, []);
  if (results.length > 0) return results.map((fields) => ({ fields, ...time }));
  return [
    { fields: { role: step.source === 'system' ? 'system' : 'user', content: step.message ?? '' }, ...time },
  ];
}

/** The results of an observation: tool messages, with ids where the record or the order of the calls has them. */
function resultsOf(step: Fields, calls: readonly Fields[]): Fields[] {
  const { observation } = step;
  if (!isFields(observation)) return [];
  const results = listOf(observation.results)?.filter(isFields);
  if (results === undefined) return [dialectResult(step, observation, calls)];
  return results.map((result, index) => {
    const id = stringOf(result.source_call_id) ?? (calls[index] && callId(calls[index]));
    const { content } = result;
    return id === undefined
      ? { role: 'user', content: content ?? '' }
      : { role: 'tool', tool_call_id: id, content: content ?? '' };
  });
}

/** `{type, content, result: {success, output | error}}`, whose call is named in the step's message. */
function dialectResult(step: Fields, observation: Fields, calls: readonly Fields[]): Fields {
  const result = isFields(observation.result) ? observation.result : {};
  const content = observation.content ?? result.output ?? result.error ?? '';
  const [, named] = /\bfor\s+(\S+)\s*$/.exec(contentOf(step.message).text) ?? [];
  const id =
    stringOf(observation.source_call_id) ??
    stringOf(observation.tool_call_id) ??
    named ??
    (calls[0] && callId(calls[0]));
  return id === undefined ? { role: 'user', content } : { role: 'tool', tool_call_id: id, content };
}
