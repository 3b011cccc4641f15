import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { answerWords } from '../../local/stand-ins/completion';
import { model, series } from './model-server-series';
import {
  eventually,
  messages,
  post,
  type RunningStandIn,
  readEvents,
  scrape,
  startStandIn,
} from './stand-in-process';

const tenMinutes = '600000';

describe('model server whose second token is ten minutes away', () => {
  let server: RunningStandIn;
  before(async () => {
    server = await startStandIn('model-server', [
      '--model',
      model,
      '--token-delay',
      tenMinutes,
      '--keep-requests',
      '2',
    ]);
  });
  after(() => server.stop());

  test('sends the first token at once, and counts a client that leaves as abort', async () => {
    const client = new AbortController();
    const body = { model, messages, stream: true };
    const response = await post(`${server.url}/v1/chat/completions`, body, { signal: client.signal });
    const { value: firstRead } = await readEvents(response).next();
    const begun = (firstRead ?? []).map((event: string) => JSON.parse(event).choices[0].delta.content);
    // The role comes with the first token; they may be read apart.
    assert.deepEqual(begun, ['', answerWords[0]].slice(0, begun.length));

    const during = await scrape(server.url);
    assert.equal(during.get(series('num_requests_running')), 1);
    // 8 + 1 tokens are a block of 16; vLLM keeps one of the blocks for itself.
    assert.equal(during.get(series('kv_cache_usage_perc')), 1 / 8191);

    client.abort();
    const aborts = series('request_success_total', 'finished_reason="abort"');
    await eventually(async () => (await scrape(server.url)).get(aborts) === 1);
    const later = await scrape(server.url);
    assert.equal(later.get(series('num_requests_running')), 0);
    assert.equal(later.get(series('kv_cache_usage_perc')), 0);
    assert.equal(later.get(series('generation_tokens_total')), 1);
    assert.equal(later.get(series('prompt_tokens_total')), 8);
    assert.equal(later.get(series('e2e_request_latency_seconds_count')), 0);
  });

  test('records how far an aborted request came, and forgets the oldest', async () => {
    const client = new AbortController();
    const seen = (await server.requests()).count;
    const running = post(`${server.url}/v1/chat/completions`, { model, messages }, { signal: client.signal });
    const left = assert.rejects(running, { name: 'AbortError' });
    await eventually(async () => (await scrape(server.url)).get(series('generation_tokens_total')) === 2);
    client.abort();
    await left;
    await eventually(async () => (await server.requests()).requests.some((record) => record.aborted));

    const { requests, count, dropped } = await server.requests();
    const record = requests.find((one) => one.aborted);
    assert.equal(record?.status, null);
    assert.deepEqual(record?.usage, { prompt_tokens: 8, completion_tokens: 1, total_tokens: 9 });
    assert.ok(count > seen);
    assert.deepEqual([requests.length, dropped], [2, count - 2]);
    const lines = readFileSync(server.recordFile, 'utf8').trimEnd().split('\n');
    assert.equal(lines.length, count);
    const streamed = lines.map((line) => JSON.parse(line)).find((line) => line.stream === true);
    assert.deepEqual([streamed.status, streamed.aborted], [200, true]);
  });

  test('SIGTERM cuts what is under way, records it and exits with 0', async () => {
    const other = await startStandIn('model-server', ['--model', model, '--token-delay', tenMinutes]);
    const response = await post(`${other.url}/v1/chat/completions`, { model, messages, stream: true });
    const events = readEvents(response);
    await events.next();
    const cut = assert.rejects(events.next());
    assert.equal(await other.stop(), 0);
    await cut;
    const record = JSON.parse(readFileSync(other.recordFile, 'utf8'));
    assert.deepEqual([record.aborted, record.usage.completion_tokens], [true, 1]);
  });
});
