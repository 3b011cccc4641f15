import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fingerprint, redactHeaders, redactQuery } from '../../local/stand-ins/fingerprint';
import {
  credentialsOf,
  MALICIOUS_TOKEN,
  ROGUE_HEADERS,
  ROGUE_QUERY,
  tracesOf,
  withoutKeys,
} from '../../validation/credentials';
import type { RequestRecord } from '../../validation/records';

function recordOf(headers: Record<string, string>, query = ''): RequestRecord {
  const values = Object.entries(headers).map(([name, value]) => [name, [value]] as [string, string[]]);
  return {
    seq: 1,
    ended: '2026-01-01T00:00:00.000Z',
    method: 'POST',
    path: '/v1/chat/completions',
    query: redactQuery(new URLSearchParams(query)),
    headers: redactHeaders(Object.fromEntries(values)),
    body: { bytes: 0, sha256: '' },
    model: null,
    status: 200,
    usage: null,
  };
}

const traces = (record: RequestRecord) => tracesOf(MALICIOUS_TOKEN, record, [ROGUE_HEADERS.cookie]);

test('the token is found in every place in which the suite sends it', () => {
  for (const [name, value] of Object.entries(ROGUE_HEADERS)) {
    assert.deepEqual(traces(recordOf({ [name]: value })), [`header ${name}`]);
  }
  assert.deepEqual(traces(recordOf({}, ROGUE_QUERY.slice(1))), ['query key']);
});

test('the token is found in clear in a header that is no credential, and in the path', () => {
  const original = { 'x-envoy-original-path': `/v1/chat/completions${ROGUE_QUERY}` };
  assert.deepEqual(traces(recordOf(original)), ['header x-envoy-original-path']);
  assert.deepEqual(traces({ ...recordOf({}), path: `/${MALICIOUS_TOKEN}` }), ['path']);
});

test('another credential is not taken for the token', () => {
  assert.deepEqual(traces(recordOf({ authorization: 'Bearer another', cookie: 'session=another' })), []);
});

test('credentials are told as fingerprints, and nothing else is', () => {
  assert.deepEqual(credentialsOf(recordOf({ authorization: 'Bearer k', accept: '*/*' }, 'key=q&x=1')), {
    authorization: [{ scheme: 'Bearer', ...fingerprint('k') }],
    key: [fingerprint('q')],
  });
});

test('no text of a value has a key in it, wherever it stood', () => {
  const key = fc.string({ minLength: 12, unit: 'grapheme' });
  fc.assert(
    fc.property(key, key, fc.string(), (one, other, text) => {
      fc.pre(!'(the key of one)(the key of other)'.includes(one));
      const value = {
        said: `${text}${one}${text}`,
        list: [{ [one]: `${other}${one}` }],
        count: 1,
        none: null,
      };
      const clean = withoutKeys(value, { one, other });
      const texts = [
        clean.said,
        ...clean.list.flatMap((entry) => [...Object.keys(entry), ...Object.values(entry)]),
      ];
      assert.ok(texts.every((part) => !part.includes(one)));
      assert.equal(clean.count, 1);
      assert.equal(clean.none, null);
    }),
  );
});

test('an empty key changes nothing', () => {
  assert.deepEqual(withoutKeys({ said: 'text' }, { model: '' }), { said: 'text' });
});
