import assert from 'node:assert/strict';
import { test } from 'node:test';
import { traceOf } from './trace-of';

const times = (trace: Awaited<ReturnType<typeof traceOf>>) =>
  [...(trace.requests?.times ?? [])].map((time) => Number(time.toFixed(9)));

test('Azure: 100 ns digits, with or without a zone and more columns', async () => {
  const first = await traceOf([
    'TIMESTAMP,ContextTokens,GeneratedTokens',
    '2023-11-16 18:17:03.9799600,4808,10',
    '2023-11-16 18:17:03.9799601,3180,8',
    '2023-11-16 18:17:05.0000000,110,27',
  ]);
  assert.deepEqual([first.format, first.lines], ['Azure LLM inference trace', 3]);
  assert.deepEqual(times(first), [0, 1e-7, 1.02004]);
  const later = await traceOf([
    'TIMESTAMP,NumImages,ContextTokens,GeneratedTokens',
    '2024-05-10 00:00:00.009930+00:00,0,2162,5',
    '2024-05-10 00:00:01+00:00,0,2399,6',
  ]);
  assert.deepEqual(times(later), [0, 0.99007]);
});

test('BurstGPT: by name, with the two columns of its third file or without', async () => {
  const short = await traceOf([
    'Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type',
    '5,ChatGPT,400,18,418,Conversation log',
    '45,ChatGPT,1000,0,1000,API log',
  ]);
  assert.deepEqual(times(short), [0, 40]);
  assert.deepEqual([short.requests?.failed, short.requests?.sessions], [1, undefined]);
  const long = await traceOf([
    'Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,Log Type',
    '100.0,a,43,GPT-4,900,400,1300,Conversation log',
    '101.0,,2,GPT-4,900,400,1300,API log',
    '150.0,b,5,ChatGPT,30,29,59,Conversation log',
    '163.0,a,4,GPT-4,900,400,1300,Conversation log',
    '152.0,b,1,ChatGPT,30,29,59,Conversation log',
  ]);
  assert.equal(long.requests?.outOfOrder, 1);
  const { sessions, turns, pauses, overlapping } = long.requests?.sessions ?? assert.fail('no sessions');
  // Of a: 163 - (100 + 43). The second turn of b began before the answer of the first had ended.
  assert.deepEqual([sessions, turns, [...pauses], overlapping], [2, 4, [20], 1]);
});

test('Mooncake: milliseconds, and blocks that a prompt before had begun with', async () => {
  const record = (timestamp: number, ...hash_ids: number[]) =>
    JSON.stringify({ timestamp, input_length: 1000, output_length: 5, hash_ids });
  const trace = await traceOf([
    record(0, 0, 1, 2),
    record(0, 0, 1, 3),
    record(3000, 9, 1, 2),
    record(2999, 0),
  ]);
  assert.deepEqual([trace.format, times(trace)], ['Mooncake trace', [0, 0, 2.999, 3]]);
  // 0 and 1 of the second, 0 of the last; behind 9, nothing that was seen before is of use.
  assert.deepEqual(trace.requests?.blocks, { blocks: 10, seen: 3 });
});

const event = (event_type: string, second: string) => ({
  event_type,
  timestamp: `2026-06-01T05:40:${second}Z`,
});

test('TraceLab: the pause ends with the slowest of parallel tools, and began with the end of the answer', async () => {
  const round = (...timing_events: object[]) => JSON.stringify({ session_id: 's', timing_events, tools: [] });
  const trace = await traceOf([
    round(event('user_message', '20'), event('text', '22.5'), event('tool_call', '23')),
    round(
      event('tool_result', '23.2'),
      event('tool_result', '31'),
      event('reasoning', '33'),
      event('text', '34'),
    ),
    round(event('user_message', '50'), event('text', '55')),
  ]);
  assert.deepEqual([trace.format, times(trace)], ['TraceLab rounds', [0, 11, 30]]);
  assert.deepEqual([...(trace.requests?.sessions?.pauses ?? [])], [8, 16]);
});

test('TraceLab: a round without its inputs begins with the last result of the round before', async () => {
  const tools = [
    { result_at: '2026-06-01T05:40:29Z' },
    { result_at: '2026-06-01T05:40:25Z' },
    { result_at: null },
  ];
  const trace = await traceOf([
    JSON.stringify({
      session_id: 's',
      timing_events: [event('user_message', '20'), event('tool_call', '22')],
      tools,
    }),
    JSON.stringify({ session_id: 's', timing_events: [event('text', '33')] }),
    JSON.stringify({ session_id: 't', timing_events: [event('text', '33')] }),
  ]);
  assert.deepEqual([...(trace.requests?.sessions?.pauses ?? [])], [7]);
  assert.deepEqual(trace.dropped, [{ why: 'no time of an input in timing_events', lines: 1, first: [3] }]);
});

test('ServeGen: windows with and without a law', async () => {
  const trace = await traceOf(['0,0,0,,0,0', '600,0.5,2.5,Gamma,0.16,12.5', '1200,1.25,1.4,Weibull,0.8,0.7']);
  assert.equal(trace.requests, undefined);
  assert.deepEqual(trace.windows, [
    { from: 0, rate: 0, cv: 0, law: null },
    { from: 600, rate: 0.5, cv: 2.5, law: { family: 'gamma', shape: 0.16 } },
    { from: 1200, rate: 1.25, cv: 1.4, law: { family: 'weibull', shape: 0.8 } },
  ]);
});

test('any file of times: alone, in a column, in a field', async () => {
  assert.deepEqual(times(await traceOf(['0.25', '1', '4.125'])), [0, 0.75, 3.875]);
  assert.deepEqual(times(await traceOf(['id,time', 'a,1700000000000', 'b,1700000000250'])), [0, 0.25]);
  const named = await traceOf(['id;wann', 'a;5', 'b;7'], { column: 'wann', unit: 'ms' });
  assert.deepEqual([named.format, times(named)], ['CSV, times in wann', [0, 0.002]]);
  const numbered = await traceOf(['a,9', 'b,10'], { column: '2' });
  assert.deepEqual(times(numbered), [0, 1]);
  const line = (second: string) => JSON.stringify({ msg: 'x', start_time: `2026-01-01T00:00:${second}Z` });
  assert.deepEqual(times(await traceOf([line('01'), line('00.5')])), [0, 0.5]);
  const nested = await traceOf(['{"at":{"s":3}}', '{"at":{"s":4}}'], { column: 'at.s' });
  assert.deepEqual([nested.format, times(nested)], ['JSON Lines, times in at.s', [0, 1]]);
});
