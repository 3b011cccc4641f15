import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { test } from 'node:test';
import { extAuth } from '../../local/stand-ins/ext-auth';
import type { Exchange, Reply, StandIn, WholeReply } from '../../local/stand-ins/http';
import { identityProvider } from '../../local/stand-ins/identity-provider';
import { spansOf } from '../../local/stand-ins/spans';

const exchange = (json: unknown, authorization?: string): Exchange => ({
  headers: authorization === undefined ? {} : { authorization: [authorization] },
  method: 'POST',
  path: '/',
  query: new URLSearchParams(),
  body: Buffer.alloc(0),
  json,
  signal: new AbortController().signal,
});

async function ask(standIn: StandIn, route: string, given: Exchange): Promise<WholeReply> {
  const reply: Reply | undefined = await standIn.routes[route]?.(given);
  assert.ok(reply && 'body' in reply);
  return reply;
}

test('an identity provider signs any claims with the key that it shows', async () => {
  const idp = identityProvider();
  const { access_token: token } = JSON.parse(
    (await ask(idp, 'POST /token', exchange({ azp: 'batch', exp: 7 }))).body,
  );
  const [jwk] = JSON.parse((await ask(idp, 'GET /jwks', exchange(undefined))).body).keys;
  const [head, claims, signature] = token.split('.');
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  const signed = Buffer.from(`${head}.${claims}`);
  const proof = Buffer.from(signature, 'base64url');
  assert.ok(verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, proof));
  assert.deepEqual(JSON.parse(Buffer.from(claims, 'base64url').toString()), { azp: 'batch', exp: 7 });
});

test('refuses claims that are no object', async () => {
  await assert.rejects(ask(identityProvider(), 'POST /token', exchange(['azp'])), /as a JSON object/);
});

test('an authorization service says who a key belongs to, and knows no other', async () => {
  const service = extAuth({ clients: { k1: { workload: 'batch', tenant: 'acme' } } });
  const known = await ask(service, 'POST /check', exchange(undefined, 'Bearer k1'));
  assert.equal(known.status, 200);
  assert.deepEqual(known.headers, { 'x-workload-app': 'batch', 'x-tenant': 'acme' });
  for (const given of [undefined, 'Bearer k2', 'Basic k1', 'Bearer toString']) {
    assert.equal((await ask(service, 'POST /check', exchange(undefined, given))).status, 401);
  }
});

/** A protobuf field with a length. */
const field = (number: number, ...parts: (string | Buffer)[]) => {
  const value = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const { length } = value;
  return Buffer.concat([
    Buffer.from([(number << 3) | 2]),
    Buffer.from(length < 128 ? [length] : [(length & 127) | 128, length >> 7]),
    value,
  ]);
};

test('spans are read with their names and texts, whatever lies between', () => {
  const text = 'x'.repeat(300);
  const attribute = (key: string, value: Buffer) => field(9, field(1, key), field(2, value));
  const count = Buffer.from([(3 << 3) | 0, 0xac, 0x02]);
  const span = field(
    2,
    ...[
      field(1, 'trace-id'),
      field(5, 'ChatCompletion'),
      Buffer.from([(7 << 3) | 1, 1, 2, 3, 4, 5, 6, 7, 8]),
    ],
    ...[attribute('input.value', field(1, text)), attribute('count', count)],
  );
  const request = field(1, field(1, 'resource'), field(2, field(1, 'scope'), span, span));
  const read = { name: 'ChatCompletion', attributes: { 'input.value': text } };
  assert.deepEqual(spansOf(request), [read, read]);
});
