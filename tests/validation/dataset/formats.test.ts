import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Random } from '../../../scripts/sessions/random';
import * as records from '../../../scripts/sessions/records';
import { formatOf } from '../../../validation/dataset/formats';
import type { Reading } from '../../../validation/dataset/session';
import { type Fields, isFields, listOf } from '../../../validation/dataset/values';

const SIZE = { turns: 3, characters: 40 };
const random = () => new Random(7);

function read(record: Fields, name = 'file'): Reading & { title: string } {
  const format = formatOf(record);
  assert.ok(format, 'no format knows it');
  return { title: format.title, ...format.read(record, { name, folders: [], ordinal: 4 }) };
}

const roles = ({ sessions: [session] }: Reading) =>
  session?.messages.map(({ fields }) => `${fields.role ?? fields.from}`).join(' ');

describe('formats', () => {
  test('an answer tree of ToolBench: its branches, with the functions as tools', () => {
    const reading = read(records.toolbenchAnswer(random(), 'Find a film.', SIZE), 'G1-7');
    assert.equal(reading.title, 'ToolBench answer tree');
    assert.deepEqual(
      reading.sessions.map(({ id, messages }) => [id, messages.length]),
      [
        ['G1-7/0', 3],
        ['G1-7/1', 5],
        ['G1-7/2', 7],
        ['G1-7/3', 6],
      ],
    );
    assert.equal(reading.sessions[0]?.tools?.length, 2);
    assert.match(reading.sessions[0]?.task ?? '', /^find-a-film-[0-9a-f]{12}$/);
  });

  test('an answer without train_messages is dropped with its reason', () => {
    const { dropped } = read({ answer_generation: { valid_data: false, query: 'q', function: [] } });
    assert.deepEqual(dropped, ['valid_data is false: there are no train_messages']);
  });

  test('rows of ToolBench: the query is the task, whatever their step', () => {
    const rows = records.toolbenchRows(random(), 'Find a film.', SIZE);
    const tasks = new Set(rows.map((row) => read(row).sessions[0]?.task));
    assert.equal(tasks.size, 1);
    const [tree] = read(records.toolbenchAnswer(random(), 'Find  a film. ', SIZE)).sessions;
    assert.deepEqual([...tasks], [tree?.task]);
    assert.equal(roles(read(rows[1] as Fields)), 'system user assistant function assistant');
  });

  test('rows of ToolBench as columns, and ShareGPT which is none', () => {
    const columns = { from: ['user', 'assistant'], value: ['q', 'a'] };
    assert.equal(roles(read({ id: 'Step 2: q', conversations: columns })), 'user assistant');
    assert.equal(formatOf({ id: 'x', conversations: [{ from: 'human', value: 'q' }] }), undefined);
  });

  test('a row of SWE-rebench, its trajectory as a list or as text', () => {
    const row = records.sweRebenchRow(random(), 'owner__repo-1', 2, SIZE);
    for (const given of [row, { ...row, trajectory: JSON.stringify(row.trajectory) }]) {
      const reading = read(given);
      assert.equal(reading.title, 'SWE-rebench OpenHands trajectories');
      assert.equal(reading.sessions[0]?.task, 'owner__repo-1');
      assert.equal(roles(reading), 'system user assistant tool assistant tool assistant tool');
    }
  });

  test('a row of SWE-agent: the task without the number of the run', () => {
    const reading = read(records.sweAgentRow(random(), 'owner__repo-12_5', 0, SIZE));
    assert.equal(reading.title, 'SWE-agent trajectories');
    assert.equal(reading.sessions[0]?.task, 'owner__repo-12');
    assert.equal(`${reading.sessions[0]?.messages[0]?.fields.content}`.startsWith('You are'), true);
  });

  test('a row of CoderForge: the task without the run, the licence in one spelling', () => {
    const row = records.coderForgeRow(random(), 'owner__repo-3', 1, SIZE);
    const reading = read({ ...row, license: 'apache-2.0' });
    assert.equal(reading.title, 'CoderForge trajectories');
    assert.deepEqual(
      [reading.sessions[0]?.task, reading.sessions[0]?.licence],
      ['owner__repo-3', 'Apache-2.0'],
    );
    assert.deepEqual(read({ ...row, reward: -1 }).dropped, ['reward -1, which is not documented']);
    assert.deepEqual(read({ ...row, messages: '[{' }).dropped, ['messages are no JSON text of a list']);
  });

  test('a row of Terminal-Bench: what a call printed answers it', () => {
    const reading = read(records.terminalRow(random(), 'regex-log', 1, SIZE));
    assert.equal(reading.title, 'Terminal-Bench table of trajectories');
    assert.equal(roles(reading), 'user assistant tool assistant tool assistant tool');
    const [, answer, result] = reading.sessions[0]?.messages ?? [];
    const [call] = listOf(answer?.fields.tool_calls) ?? [];
    assert.equal(isFields(call) && call.id, result?.fields.tool_call_id);
  });

  test('a row of Terminal-Bench without steps is dropped, in each of its spellings', () => {
    for (const steps of [null, 'null', '[]', []]) {
      assert.deepEqual(read({ task_name: 't', trial_id: 'x', steps }).dropped, ['a row without steps']);
    }
  });

  test('a row of Terminal-Bench whose steps begin with the agent begins with the instruction', () => {
    const steps = JSON.stringify([
      { src: 'agent', msg: 'a', tools: null, obs: 'seen' },
      { src: 'agent', msg: 'b' },
    ]);
    const reading = read({ task_name: 't', trial_id: 'x', instruction: 'Do it.', steps });
    assert.equal(roles(reading), 'user assistant user assistant');
  });

  test('records of any kind are read without a failure', () => {
    const wrong = [null, 1, 'None', [], {}, [null, 1, 'x'], [{}], '[{}]', { results: 3 }];
    const shapes: readonly ((value: unknown) => Fields)[] = [
      (value) => ({ answer_generation: { train_messages: value, function: value, query: value } }),
      (value) => ({ id: value, conversations: value }),
      (value) => ({ schema_version: value, steps: value, agent: value }),
      (value) => ({
        schema_version: '1.4',
        steps: [{ source: 'agent', message: value, tool_calls: value, observation: value, timestamp: value }],
      }),
      (value) => ({ task_name: value, trial_id: value, steps: value, instruction: value }),
      (value) => ({ instance_id: value, trajectory: value, tools: value, eval_logs: value }),
      (value) => ({ trajectory_id: value, messages: value, tools: value, license: value, reward: value }),
      (value) => ({
        task: 'Task: x\npyautogui.click()',
        ocr: {},
        box: value,
        image: value,
        icon: value,
        color: value,
      }),
    ];
    for (const shape of shapes) {
      for (const value of wrong) {
        const format = formatOf(shape(value));
        const reading = format?.read(shape(value), { name: 'x', folders: [], ordinal: 0 });
        for (const session of reading?.sessions ?? []) assert.equal(typeof session.task, 'string');
      }
    }
  });
});
