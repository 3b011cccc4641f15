import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fingerprint } from '../../local/stand-ins/recorder';
import { newFolder } from './scratch';
import { bodyOf, messages, post, type RunningStandIn, readEvents, startStandIn } from './stand-in-process';

describe('provider', () => {
  const key = 'AIza-the-real-key-of-the-provider';
  const rogue = 'a-key-that-an-agent-made-up';
  const gemini = 'gemini-2.5-flash';
  const keyed = { headers: { authorization: `Bearer ${key}` } };
  let provider: RunningStandIn;
  let chat: string;
  before(async () => {
    provider = await startStandIn('provider', ['--model', gemini, '--token-delay', '1'], {
      STAND_IN_API_KEY: key,
    });
    chat = `${provider.url}/v1beta/openai/chat/completions`;
  });
  after(() => provider.stop());

  test('answers with the right key, whole and streamed', async () => {
    const response = await post(chat, { model: gemini, messages }, keyed);
    assert.equal(response.headers.get('x-stand-in'), 'provider');
    assert.deepEqual((await bodyOf(response)).usage, {
      prompt_tokens: 8,
      completion_tokens: 12,
      total_tokens: 20,
    });

    const asked = {
      model: `models/${gemini}`,
      messages,
      stream: true,
      stream_options: { include_usage: true },
    };
    const events: string[] = [];
    for await (const batch of readEvents(await post(chat, asked, keyed))) events.push(...batch);
    assert.equal(events.length, 12 + 2);
    assert.equal(JSON.parse(events[12] ?? '').usage.total_tokens, 20);

    const models = await bodyOf(await fetch(`${provider.url}/v1beta/openai/models`, keyed));
    assert.deepEqual(
      models.data.map((one: { id: string }) => one.id),
      [`models/${gemini}`],
    );
  });

  const credentials: [string, Record<string, string>][] = [
    ['no key', {}],
    ['another key', { authorization: `Bearer ${rogue}` }],
    ['the key under another scheme', { authorization: `Basic ${key}` }],
    ['the key in another header', { 'x-api-key': key }],
  ];
  for (const [what, headers] of credentials) {
    test(`refuses ${what}`, async () => {
      for (const response of [
        await post(chat, { model: gemini, messages }, { headers }),
        await fetch(`${provider.url}/v1beta/openai/models`, { headers }),
      ]) {
        assert.equal(response.status, 400);
        const [{ error }] = await bodyOf(response);
        assert.deepEqual([error.code, error.status], [400, 'INVALID_ARGUMENT']);
        assert.match(error.message, /key/);
      }
    });
  }

  test('refuses the right key beside another', async () => {
    const request = httpRequest(chat, {
      method: 'POST',
      headers: { Authorization: [`Bearer ${key}`, `Bearer ${rogue}`] },
    });
    request.end('{}');
    const [response] = await once(request, 'response');
    response.resume();
    assert.equal(response.statusCode, 400);
    const record = (await provider.requests()).requests.at(-1);
    assert.deepEqual(record?.headers.authorization, [
      { scheme: 'Bearer', ...fingerprint(key) },
      { scheme: 'Bearer', ...fingerprint(rogue) },
    ]);
  });

  test('refuses a model that it does not have', async () => {
    const response = await post(chat, { model: 'gpt-oss-120b', messages }, keyed);
    assert.equal(response.status, 404);
    assert.equal((await bodyOf(response))[0].error.status, 'NOT_FOUND');
  });

  test('keeps fingerprints of credentials and none of them in clear', async () => {
    const secrets: Record<string, string> = {
      'x-api-key': 'clear-1',
      'api-key': 'clear-2',
      'x-goog-api-key': 'clear-3',
      cookie: 'session=clear-4',
      'proxy-authorization': 'Basic clear-5',
    };
    const headers = { ...secrets, ...keyed.headers };
    await fetch(`${provider.url}/v1beta/openai/models?key=clear-6&page=2`, { headers });
    const record = (await provider.requests()).requests.at(-1);
    assert.deepEqual(record?.headers.authorization, [{ scheme: 'Bearer', ...fingerprint(key) }]);
    assert.deepEqual(record?.headers['x-goog-api-key'], [fingerprint('clear-3')]);
    assert.deepEqual(record?.headers['proxy-authorization'], [
      { scheme: 'Basic', ...fingerprint('clear-5') },
    ]);
    assert.deepEqual(record?.query, { key: [fingerprint('clear-6')], page: ['2'] });

    const bytes = readFileSync(provider.recordFile, 'utf8');
    for (const secret of [key, rogue, 'clear-']) assert.ok(!bytes.includes(secret), secret);
    assert.equal(statSync(provider.recordFile).mode & 0o777, 0o600);
  });

  test('takes the key from a file too', async () => {
    const file = join(newFolder(), 'key');
    writeFileSync(file, `${key}\n`);
    const other = await startStandIn('provider', [
      '--model',
      gemini,
      '--prefix',
      '/v1/',
      '--api-key-file',
      file,
    ]);
    assert.equal((await fetch(`${other.url}/v1/models`, keyed)).status, 200);
    assert.equal(await other.stop(), 0);
  });
});
