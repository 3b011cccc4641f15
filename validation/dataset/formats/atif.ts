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

/** Sources of answers and of results, by the names that dialects have for them as well. */
const AGENTS = ['agent', 'assistant', 'model'];
const TOOLS = ['tool', 'environment'];

function messagesOf(step: Fields): RecordedMessage[] {
  const time = timeOf(step);
  const calls = callsOf(step.tool_calls);
  const source = `${step.source ?? step.role ?? 'user'}`.toLowerCase();
  const content = step.message ?? step.content ?? null;
  if (AGENTS.includes(source)) {
    const answer: RecordedMessage = {
      fields: {
        role: 'assistant',
        content,
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
  if (TOOLS.includes(source))
    return [{ fields: result(stringOf(step.tool_call_id ?? step.source_call_id), content), ...time }];
  return [{ fields: { role: source === 'system' ? 'system' : 'user', content: content ?? '' }, ...time }];
}

/** What a call returned; without its id it is text of the user. */
function result(id: string | undefined, content: unknown): Fields {
  return {
    ...(id === undefined ? { role: 'user' } : { role: 'tool', tool_call_id: id }),
    content: content ?? '',
  };
}

/** The results of an observation, with the ids that the record or the order of the calls has. */
function resultsOf(step: Fields, calls: readonly Fields[]): Fields[] {
  const { observation } = step;
  const ids = calls.map(callId);
  if (typeof observation === 'string') return [result(ids[0], observation)];
  if (!isFields(observation)) return [];
  const results = listOf(observation.results)?.filter(isFields);
  if (results === undefined) return [dialectResult(step, observation, ids[0])];
  return results.map((each, index) => result(stringOf(each.source_call_id) ?? ids[index], each.content));
}

/** `{type, content, result: {success, output | error}}`, whose call is named in the step's message. */
function dialectResult(step: Fields, observation: Fields, callOfStep: string | undefined): Fields {
  const inner = isFields(observation.result) ? observation.result : {};
  const [, named] = /\bfor\s+(\S+)\s*$/.exec(contentOf(step.message).text) ?? [];
  const ids = [observation.source_call_id, observation.tool_call_id, named, callOfStep].map(stringOf);
  return result(
    ids.find((id) => id !== undefined),
    observation.content ?? inner.output ?? inner.error,
  );
}
