import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { describe, test } from 'node:test';
import { clouds } from '../../local/named-services';
import { AWS_ACCESS_KEY_ID, cloud, type DialectName } from '../../local/stand-ins/cloud';
import type { Exchange, Reply } from '../../local/stand-ins/http';
import { refuseSignature } from '../../local/stand-ins/signature';

const KEY = 'the-right-key';
const BODY = { model: 'any', max_tokens: 5, messages: [{ role: 'user', content: 'Count to three' }] };

function exchangeOf(path: string, headers: Record<string, string>, json: unknown = BODY): Exchange {
  const [target = '', query = ''] = path.split('?');
  return {
    method: 'POST',
    path: target,
    query: new URLSearchParams(query),
    body: Buffer.from(JSON.stringify(json)),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    json,
    signal: new AbortController().signal,
  };
}

async function ask(dialect: DialectName, exchange: Exchange): Promise<Reply> {
  const standIn = cloud({ dialect, key: KEY, answerTokens: 3, pace: { firstTokenMs: 0, tokenMs: 0 } });
  try {
    return (await standIn.otherwise?.(exchange)) as Reply;
  } catch (error) {
    return standIn.refuse(error as never);
  }
}

const PATHS: readonly [DialectName, string, Record<string, string>][] = [
  ['openai', '/v1/chat/completions', { authorization: `Bearer ${KEY}` }],
  ['azure', '/openai/deployments/d/chat/completions?api-version=2024-10-21', { 'api-key': KEY }],
  ['azure', '/openai/v1/chat/completions', { 'api-key': KEY }],
  ['anthropic', '/v1/messages', { 'x-api-key': KEY }],
  ['cohere', '/v2/rerank', { authorization: `Bearer ${KEY}` }],
  [
    'vertex',
    '/v1/projects/p/locations/l/publishers/google/models/m:generateContent',
    { authorization: `Bearer ${KEY}` },
  ],
];

describe('every dialect takes its own credential and no other:', () => {
  for (const [dialect, path, credential] of PATHS) {
    test(`${dialect} ${path}`, async () => {
      assert.equal(Reflect.get(await ask(dialect, exchangeOf(path, credential)), 'status'), 200);
      for (const headers of [{}, { authorization: `Basic ${KEY}` }, { 'x-goog-api-key': KEY }]) {
        assert.equal(Reflect.get(await ask(dialect, exchangeOf(path, headers)), 'status'), 401);
      }
    });
  }
});

test('a path of another cloud is not found', async () => {
  const reply = await ask('openai', exchangeOf('/v1/messages', { authorization: `Bearer ${KEY}` }));
  assert.equal(Reflect.get(reply, 'status'), 404);
});

test('Azure wants a version, Claude on a cloud its own', async () => {
  const azure = await ask('azure', exchangeOf('/openai/deployments/d/chat/completions', { 'api-key': KEY }));
  assert.equal(Reflect.get(azure, 'status'), 404);
  const path = '/v1/projects/p/locations/l/publishers/anthropic/models/m:rawPredict';
  const headers = { authorization: `Bearer ${KEY}` };
  const bare = await ask('vertex', exchangeOf(path, headers));
  assert.equal(Reflect.get(bare, 'status'), 400);
  const said = { ...BODY, anthropic_version: 'vertex-2023-10-16' };
  assert.equal(Reflect.get(await ask('vertex', exchangeOf(path, headers, said)), 'status'), 200);
});

test('the token endpoint refuses what no service account signed', async () => {
  assert.equal(Reflect.get(await ask('vertex', exchangeOf('/token', {})), 'status'), 400);
});

/** A signature by the steps of AWS's documentation, for one path without a query. */
function sign(path: string, body: string, secret: string, host: string): Record<string, string> {
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const date = '20260102T030405Z';
  const scope = '20260102/us-east-1/bedrock/aws4_request';
  const canonical = `POST\n${path}\n\nhost:${host}\nx-amz-date:${date}\n\nhost;x-amz-date\n${hash(body)}`;
  const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, '20260102'), 'us-east-1'), 'bedrock'), 'aws4_request');
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${date}\n${scope}\n${hash(canonical)}`).toString('hex');
  return {
    'x-amz-date': date,
    authorization: `AWS4-HMAC-SHA256 Credential=${AWS_ACCESS_KEY_ID}/${scope}, SignedHeaders=host;x-amz-date, Signature=${signature}`,
  };
}

test('a signature holds for one key, one host, one path and one body', () => {
  const host = 'bedrock-runtime.us-east-1.amazonaws.com';
  const path = '/model/nova/converse';
  const text = JSON.stringify(BODY);
  const keys = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: KEY };
  const signed = sign(path, text, KEY, host);
  assert.equal(refuseSignature(exchangeOf(path, signed), keys, host), undefined);
  const mismatch = /does not match/;
  assert.match(refuseSignature(exchangeOf(path, signed), keys, 'vpce.amazonaws.com') ?? '', mismatch);
  assert.match(refuseSignature(exchangeOf('/model/other/converse', signed), keys, host) ?? '', mismatch);
  assert.match(refuseSignature(exchangeOf(path, signed, {}), keys, host) ?? '', mismatch);
  const other = sign(path, text, 'another-key', host);
  assert.match(refuseSignature(exchangeOf(path, other), keys, host) ?? '', mismatch);
  const stranger = { ...keys, accessKeyId: 'SOMEBODY' };
  assert.match(refuseSignature(exchangeOf(path, signed), stranger, host) ?? '', /token included/);
  assert.match(refuseSignature(exchangeOf(path, {}), keys, host) ?? '', /exactly one AWS4/);
});

test('every cloud says itself what its key is worth', () => {
  for (const { key } of clouds) assert.match(key, /not-a-secret/);
});
