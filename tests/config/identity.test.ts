import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CREDENTIAL_HEADERS, RESERVED_HEADER_PREFIX, RESERVED_HEADERS, WORKLOAD_HEADER } from '../../config';

test('the identity header reaches the routes: it is not among the headers that the gateway drops', () => {
  const dropped: readonly string[] = [...RESERVED_HEADERS, ...CREDENTIAL_HEADERS];
  assert.ok(!dropped.includes(WORKLOAD_HEADER));
  assert.ok(!WORKLOAD_HEADER.startsWith(RESERVED_HEADER_PREFIX));
});

test('header names are lower case, as Envoy compares them', () => {
  for (const name of [WORKLOAD_HEADER, RESERVED_HEADER_PREFIX, ...RESERVED_HEADERS, ...CREDENTIAL_HEADERS]) {
    assert.equal(name, name.toLowerCase());
  }
});
