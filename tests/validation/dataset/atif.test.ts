import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Random } from '../../../scripts/sessions/random';
import { atifTrajectory } from '../../../scripts/sessions/records';
import { atif } from '../../../validation/dataset/formats/atif';
import { unroll } from '../../../validation/dataset/unroll';
import type { Fields } from '../../../validation/dataset/values';

const ORIGIN = { name: 'trajectory', folders: ['agent', 'regex-log__Ab3xY', 'job'], ordinal: 0 };

function turnsOf(record: Fields, part = 0) {
  const session = atif.read(record, ORIGIN).sessions[part];
  assert.ok(session);
  const made = unroll(session, atif, { app: 'ci', roleFunction: 'user' });
  assert.ok('unrolled' in made);
  const messages = made.unrolled.messages.map((text) => JSON.parse(text.toString()));
  return { ...made.unrolled, messages };
}

const time = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const called = (id: string) => ({ id, name: 'Bash', arguments: { command: 'ls' } });

/** Results are steps of the system with times of their own, before the step that made the calls. */
const DIALECT = {
  schema_version: '1.4',
  session_id: 's',
  agent: { name: 'a', model: 'm' },
  steps: [
    { step_id: 1, timestamp: time(0), source: 'user', message: 'Do it.' },
    {
      ...{ step_id: 2, timestamp: time(10), source: 'system', message: 'Tool result for c1' },
      observation: { type: 'tool_result', content: 'listing', result: { success: true, output: 'listing' } },
    },
    { step_id: 3, timestamp: time(12), source: 'agent', message: 'Look.', tool_calls: [called('c1')] },
    {
      ...{ step_id: 4, timestamp: time(15), source: 'system', message: 'Tool result for c2' },
      observation: { type: 'tool_result', result: { success: false, error: 'denied' } },
    },
    { step_id: 5, timestamp: time(20), source: 'agent', message: 'Write.', tool_calls: [called('c2')] },
    { step_id: 6, timestamp: time(30), source: 'user', message: 'More.' },
    { step_id: 7, timestamp: time(33), source: 'agent', message: 'Done.' },
  ],
};

describe('ATIF', () => {
  test('results follow the calls that they answer, wherever a dialect has them', () => {
    const { messages } = turnsOf(DIALECT);
    assert.deepEqual(
      messages.map(({ role, content }) => [role, content]),
      [
        ['user', 'Do it.'],
        ['assistant', 'Look.'],
        ['tool', 'listing'],
        ['assistant', 'Write.'],
        ['tool', 'denied'],
        ['user', 'More.'],
      ],
    );
    assert.equal(messages[1].tool_calls[0].function.arguments, '{"command":"ls"}');
  });

  test('a pause is recorded where the input has a time, and an upper bound where only answers have', () => {
    assert.deepEqual(
      turnsOf(DIALECT).turns.map(({ pause, pauseSource }) => [pause, pauseSource]),
      [
        [null, 'modelled'],
        // c1 was answered before its step was written down: from step 3 to step 5 is all that is known.
        [8, 'upperBound'],
        [10, 'recorded'],
      ],
    );
  });

  test('the standard form has one time a step: every pause is an upper bound', () => {
    const { turns, messages, tools } = turnsOf(
      atifTrajectory(new Random(1), 's', { turns: 3, characters: 30 }),
    );
    assert.deepEqual(
      turns.map(({ pause, pauseSource }) => [pause, pauseSource]),
      [
        [null, 'modelled'],
        [7, 'upperBound'],
        [7, 'upperBound'],
      ],
    );
    assert.deepEqual(
      messages.map(({ role }) => role),
      ['user', 'assistant', 'tool', 'assistant', 'tool'],
    );
    assert.equal(JSON.parse(`${tools}`)[0].type, 'function');
  });

  test('without times, and with times that run backwards, a law has to say', () => {
    const without = { ...DIALECT, steps: DIALECT.steps.map(({ timestamp: _timestamp, ...step }) => step) };
    const backwards = {
      ...DIALECT,
      steps: DIALECT.steps.map((step, index) => ({ ...step, timestamp: time(40 - index) })),
    };
    for (const record of [without, backwards]) {
      assert.deepEqual(
        new Set(turnsOf(record).turns.map(({ pauseSource }) => pauseSource)),
        new Set(['modelled']),
      );
    }
  });

  test('copied context is left out, and a step without a model is no turn', () => {
    const { dropped } = atif.read(
      { ...DIALECT, steps: [{ ...DIALECT.steps[0], is_copied_context: true }, ...DIALECT.steps] },
      ORIGIN,
    );
    assert.deepEqual(dropped, ['a step that is a copy of context']);
    const steps = DIALECT.steps.map((step) => (step.step_id === 5 ? { ...step, llm_call_count: 0 } : step));
    assert.equal(turnsOf({ ...DIALECT, steps }).turns.length, 2);
  });

  test('trajectories of subagents are sessions of their own', () => {
    const record = { ...DIALECT, subagent_trajectories: [{ ...DIALECT, session_id: 'below' }] };
    assert.equal(atif.read(record, ORIGIN).sessions.length, 2);
    assert.equal(turnsOf(record, 1).session, 'terminal-bench/regex-log/below');
  });

  test('ids that are used again answer the call before them', () => {
    const steps = ['one', 'two'].flatMap((seen) => [
      { source: 'assistant', content: `call ${seen}`, tool_calls: [called('c0')] },
      { source: 'tool', tool_call_id: 'c0', content: seen },
    ]);
    const record = {
      schema_version: '1.4',
      steps: [{ source: 'user', message: 'q' }, ...steps, { source: 'agent', message: 'end' }],
    };
    assert.deepEqual(
      turnsOf(record).messages.map(({ content }) => content),
      ['q', 'call one', 'one', 'call two', 'two'],
    );
  });

  test('the task is in the name of the file or of the trial, or else in what is asked', () => {
    const task = (name: string, folders: readonly string[]) =>
      atif.read(DIALECT, { name, folders, ordinal: 0 }).sessions[0]?.task;
    assert.equal(task('regex-log.trajectory', []), 'regex-log');
    assert.equal(task('trajectory', ['agent', 'fix-git__1a2B']), 'fix-git');
    assert.match(task('trajectory', ['data']) ?? '', /^do-it-[0-9a-f]{12}$/);
  });
});
