import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { answerWords } from '../../local/stand-ins/completion';
import { model, series } from './model-server-series';
import {
  bodyOf,
  messages,
  post,
  type RunningStandIn,
  readEvents,
  scrape,
  startStandIn,
} from './stand-in-process';

/** The usage of an answer in one piece; without `--enable-prompt-tokens-details` there are no details. */
const counted = (prompt_tokens: number, completion_tokens: number) => ({
  prompt_tokens,
  completion_tokens,
  total_tokens: prompt_tokens + completion_tokens,
  prompt_tokens_details: null,
});

describe('model server', () => {
  let server: RunningStandIn;
  before(async () => {
    server = await startStandIn('model-server', ['--model', model, '--name', 'vllm-0']);
  });
  after(() => server.stop());

  test('says what it is in its ready line and in every answer', async () => {
    assert.equal(server.ready.ready, true);
    assert.equal(server.ready.standIn, 'model-server');
    assert.equal(server.ready.name, 'vllm-0');
    for (const path of ['/health', '/version', '/v1/models', '/metrics', '/nowhere']) {
      const response = await fetch(server.url + path);
      assert.equal(response.headers.get('x-stand-in'), 'model-server', path);
      assert.equal(response.status, path === '/nowhere' ? 404 : 200, path);
    }
    assert.equal((await fetch(`${server.url}/v1/chat/completions`)).status, 405);
    const health = await fetch(`${server.url}/health`);
    assert.equal(health.headers.get('keep-alive'), 'timeout=3700', 'Envoy must close idle connections first');
    const models = await bodyOf(await fetch(`${server.url}/v1/models`));
    assert.equal(models.data[0].id, model);
  });

  test('counts tokens by the documented rule', async () => {
    const response = await post(`${server.url}/v1/chat/completions`, { model, messages });
    const answer = await bodyOf(response);
    assert.equal(response.status, 200);
    assert.equal(answer.object, 'chat.completion');
    assert.equal(answer.model, model);
    assert.deepEqual(answer.usage, counted(8, 12));
    assert.equal(answer.choices[0].finish_reason, 'stop');
    assert.equal(answer.choices[0].message.content, answerWords.join(''));
    // What vLLM 0.32 sends beside it is null here.
    for (const [part, names] of [
      [answer, 'service_tier prompt_logprobs prompt_token_ids kv_transfer_params ec_transfer_params metrics'],
      [answer.choices[0], 'logprobs stop_reason token_ids routed_experts'],
      [answer.choices[0].message, 'refusal annotations audio function_call reasoning'],
    ] as const) {
      for (const name of names.split(' ')) assert.equal(part[name], null, name);
    }

    const parts = [{ type: 'text', text: 'Hello' }, { type: 'image_url' }];
    const cut = await post(`${server.url}/v1/chat/completions`, {
      model,
      messages: [{ role: 'user', content: parts }],
      max_tokens: 5,
    });
    const cutAnswer = await bodyOf(cut);
    assert.deepEqual(cutAnswer.usage, counted(2, 5));
    assert.equal(cutAnswer.choices[0].finish_reason, 'length');

    const empty = await post(`${server.url}/v1/completions`, { model, prompt: '', max_tokens: 1 });
    const emptyAnswer = await bodyOf(empty);
    assert.deepEqual(emptyAnswer.usage, counted(1, 1));
    assert.equal(emptyAnswer.choices[0].text, answerWords[0]);
  });

  test('streams the role, a chunk for each token over several reads, the finish reason alone, and the usage', async () => {
    const response = await post(`${server.url}/v1/chat/completions`, {
      model,
      messages,
      stream: true,
      stream_options: { include_usage: true },
      max_completion_tokens: 9,
    });
    assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
    const reads: string[][] = [];
    for await (const batch of readEvents(response)) reads.push(batch);
    assert.ok(reads.length > 1, 'tokens were held back and sent in one piece');

    const events = reads.flat();
    assert.equal(events.pop(), '[DONE]');
    const chunks = events.map((event) => JSON.parse(event));
    const usage = chunks.pop();
    assert.deepEqual(usage.choices, []);
    assert.deepEqual(usage.usage, { prompt_tokens: 8, completion_tokens: 9, total_tokens: 17 });
    assert.deepEqual(chunks.shift().choices[0].delta, { role: 'assistant', content: '' });
    const end = chunks.pop();
    assert.deepEqual([end.choices[0].delta, end.choices[0].finish_reason], [{}, 'length']);
    assert.equal(end.system_fingerprint, undefined);
    assert.equal(usage.system_fingerprint, 'stand-in');
    assert.deepEqual(
      chunks.map((chunk) => chunk.choices[0].delta),
      answerWords.slice(0, 9).map((content) => ({ content })),
    );
    assert.ok(chunks.every((chunk) => chunk.choices[0].finish_reason === null));
    assert.ok(chunks.every((chunk) => chunk.id === usage.id));
  });

  test('streams a text completion without usage where none is asked for', async () => {
    const response = await post(`${server.url}/v1/completions`, {
      model,
      prompt: 'abcd',
      stream: true,
      max_tokens: 2,
    });
    const events: string[] = [];
    for await (const batch of readEvents(response)) events.push(...batch);
    assert.equal(events.at(-1), '[DONE]');
    const chunks = events.slice(0, -1).map((event) => JSON.parse(event));
    assert.deepEqual(
      chunks.map((chunk) => chunk.choices[0].text),
      answerWords.slice(0, 2),
    );
  });

  test('refuses an unknown model as vLLM does', async () => {
    const response = await post(`${server.url}/v1/chat/completions`, { model: 'other', messages });
    assert.equal(response.status, 404);
    const { error } = await bodyOf(response);
    assert.deepEqual([error.type, error.param, error.code], ['NotFoundError', 'model', 404]);
    assert.match(error.message, /`other` does not exist/);
  });

  const wrong: [string, string, unknown, string | null][] = [
    ['a body that is not JSON', 'chat/completions', undefined, null],
    ['a missing model', 'chat/completions', { messages }, 'model'],
    ['no messages', 'chat/completions', { model, messages: [] }, 'messages'],
    ['a stream that is no boolean', 'chat/completions', { model, messages, stream: 'yes' }, 'stream'],
    ['no tokens', 'chat/completions', { model, messages, max_tokens: 0 }, 'max_tokens'],
    ['token ids', 'completions', { model, prompt: [1, 2] }, 'prompt'],
  ];
  for (const [what, path, body, param] of wrong) {
    test(`refuses ${what}`, async () => {
      const response = await post(`${server.url}/v1/${path}`, body);
      assert.equal(response.status, 400);
      const { error } = await bodyOf(response);
      assert.deepEqual([error.type, error.param, error.code], ['BadRequestError', param, 400]);
    });
  }

  test('takes a body of more than 5 MB and records its size and hash', async () => {
    const content = 'x'.repeat(5_500_001);
    const body = JSON.stringify({ model, messages: [{ role: 'user', content }], max_tokens: 1 });
    const response = await fetch(`${server.url}/v1/chat/completions`, { method: 'POST', body });
    assert.equal((await bodyOf(response)).usage.prompt_tokens, 1_375_001);
    const record = (await server.requests()).requests.at(-1);
    assert.deepEqual(record?.body, {
      bytes: body.length,
      sha256: createHash('sha256').update(body).digest('hex'),
    });
  });

  test('records model, stream, status, usage, query and every value of a header', async () => {
    const { requests } = await server.requests();
    const last = requests.at(-1)?.seq ?? 0;
    const request = httpRequest(`${server.url}/v1/chat/completions?a=1&a=2`, {
      method: 'POST',
      headers: { 'X-Workload-App': 'ci', Via: ['one', 'two'] },
    });
    request.end(JSON.stringify({ model, messages, stream: false, max_tokens: 1 }));
    const [response] = await once(request, 'response');
    response.resume();
    await once(response, 'end');

    const { standIn, name, requests: records } = await server.requests(last);
    assert.deepEqual([standIn, name, records.length], ['model-server', 'vllm-0', 1]);
    const [record] = records;
    assert.ok(record);
    assert.equal(record.seq, last + 1);
    assert.ok(!Number.isNaN(Date.parse(record.time)));
    assert.deepEqual(
      [record.method, record.path, record.query],
      ['POST', '/v1/chat/completions', { a: ['1', '2'] }],
    );
    assert.deepEqual([record.headers['x-workload-app'], record.headers.via], [['ci'], ['one', 'two']]);
    assert.deepEqual(
      [record.model, record.stream, record.status, record.aborted],
      [model, false, 200, false],
    );
    assert.deepEqual(record.usage, { prompt_tokens: 8, completion_tokens: 1, total_tokens: 9 });

    const lines = readFileSync(server.recordFile, 'utf8').trimEnd().split('\n');
    assert.deepEqual(JSON.parse(lines.at(-1) ?? ''), record);
  });

  test('its metrics agree with the usage that it returned', async () => {
    const earlier = await scrape(server.url);
    const usages: Record<string, number>[] = [];
    for (const max_tokens of [3, 7, 20]) {
      const response = await post(`${server.url}/v1/chat/completions`, { model, messages, max_tokens });
      usages.push((await bodyOf(response)).usage);
    }
    const later = await scrape(server.url);
    const grown = (name: string) => (later.get(name) ?? Number.NaN) - (earlier.get(name) ?? Number.NaN);
    const sum = (key: string) => usages.reduce((total, usage) => total + (usage[key] ?? Number.NaN), 0);

    assert.equal(sum('completion_tokens'), 3 + 7 + 12);
    assert.equal(grown(series('prompt_tokens_total')), sum('prompt_tokens'));
    assert.equal(grown(series('prefix_cache_queries_total')), sum('prompt_tokens'));
    assert.equal(grown(series('generation_tokens_total')), sum('completion_tokens'));
    assert.equal(grown(series('request_success_total', 'finished_reason="length"')), 2);
    assert.equal(grown(series('request_success_total', 'finished_reason="stop"')), 1);
    assert.equal(grown(series('time_to_first_token_seconds_count')), 3);
    assert.equal(grown(series('inter_token_latency_seconds_count')), 2 + 6 + 11);
    for (const name of [
      'request_time_per_output_token_seconds',
      'e2e_request_latency_seconds',
      'request_queue_time_seconds',
      'request_prefill_time_seconds',
      'request_inference_time_seconds',
      'request_decode_time_seconds',
      'request_num_preemptions',
    ]) {
      assert.equal(grown(series(`${name}_count`)), 3, name);
    }
    for (const [name, tokens] of [
      ['request_prompt_tokens', sum('prompt_tokens')],
      ['request_prefill_kv_computed_tokens', sum('prompt_tokens')],
      ['request_generation_tokens', sum('completion_tokens')],
      ['request_params_max_tokens', 3 + 7 + 20],
      ['iteration_tokens_total', sum('prompt_tokens') + sum('completion_tokens')],
    ] as const) {
      assert.equal(grown(series(`${name}_sum`)), tokens, name);
    }
    assert.equal(
      grown(series('prompt_tokens_by_source_total', 'source="local_compute"')),
      sum('prompt_tokens'),
    );
    for (const idle of [
      'num_requests_running',
      'num_requests_waiting',
      'kv_cache_usage_perc',
      'num_preemptions_total',
    ]) {
      assert.equal(later.get(series(idle)), 0, idle);
    }
    assert.equal(later.get(series('prefix_cache_hits_total')), 0);
  });

  test('has the bucket bounds of vLLM', async () => {
    const names = [...(await scrape(server.url)).keys()];
    const bounds = (name: string) =>
      names
        .filter((key) => key.startsWith(`vllm:${name}_bucket{`))
        .map((key) => /le="([^"]+)"/.exec(key)?.[1]);
    const requestLatency =
      '0.3 0.5 0.8 1 1.5 2 2.5 5 10 15 20 30 40 50 60 120 240 480 960 1920 7680 +Inf'.split(' ');
    const interToken =
      '0.01 0.025 0.05 0.075 0.1 0.15 0.2 0.3 0.4 0.5 0.75 1 2.5 5 7.5 10 20 40 80 +Inf'.split(' ');
    assert.deepEqual(bounds('e2e_request_latency_seconds'), requestLatency);
    assert.deepEqual(bounds('request_queue_time_seconds'), requestLatency);
    assert.deepEqual(bounds('inter_token_latency_seconds'), interToken);
    assert.deepEqual(bounds('request_time_per_output_token_seconds'), interToken);
    assert.deepEqual(bounds('time_to_first_token_seconds').slice(0, 4), ['0.001', '0.005', '0.01', '0.02']);
    assert.deepEqual(bounds('request_num_preemptions'), '1 2 3 4 5 10 20 +Inf'.split(' '));
    assert.deepEqual(bounds('iteration_tokens_total').slice(0, 4), ['1', '8', '16', '32']);
    assert.deepEqual(bounds('request_prompt_tokens').slice(0, 6), ['1', '2', '5', '10', '20', '50']);
    const info = names.find((key) => key.startsWith('vllm:cache_config_info{'));
    assert.match(
      info ?? '',
      /block_size="16",.*engine="0",.*kv_cache_size_tokens="131072",num_gpu_blocks="8192"/,
    );
  });

  test('its admin interface pages, clears and checks what it is asked', async () => {
    const all = await server.requests();
    assert.equal(all.count, all.requests.length);
    assert.equal(all.dropped, 0);
    const last = all.requests.at(-1)?.seq ?? 0;
    assert.deepEqual((await server.requests(last)).requests, []);

    assert.equal((await fetch(`${server.admin}/healthz`)).headers.get('x-stand-in'), 'model-server');
    assert.equal((await fetch(`${server.admin}/requests?after=x`)).status, 400);
    assert.equal((await fetch(`${server.admin}/nowhere`)).status, 404);

    assert.equal((await fetch(`${server.admin}/requests`, { method: 'DELETE' })).status, 200);
    assert.equal((await server.requests()).count, 0);
    await fetch(`${server.url}/health`);
    assert.deepEqual(
      (await server.requests()).requests.map((record) => [record.seq, record.path]),
      [[last + 1, '/health']],
    );
  });
});
