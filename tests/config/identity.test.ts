import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CREDENTIAL_HEADERS, IDENTITY_HEADERS, RESERVED_HEADER_PREFIX, RESERVED_HEADERS } from '../../config';

test('the identity headers reach the routes: they are not among the headers that the gateway drops', () => {
  const dropped: readonly string[] = [...RESERVED_HEADERS, ...CREDENTIAL_HEADERS];
  for (const name of IDENTITY_HEADERS) {
    assert.ok(!dropped.includes(name));
    assert.ok(!name.startsWith(RESERVED_HEADER_PREFIX));
  }
});

test('header names are lower case, as Envoy compares them', () => {
  for (const name of [
    ...IDENTITY_HEADERS,
    RESERVED_HEADER_PREFIX,
    ...RESERVED_HEADERS,
    ...CREDENTIAL_HEADERS,
  ]) {
    assert.equal(name, name.toLowerCase());
  }
});
