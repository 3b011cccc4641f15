import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPrivateHost } from '../../base/hosts';

test('private is what no public resolver answers for, by name or address', () => {
  for (const host of [
    'redis',
    'vllm.ai.svc',
    'vllm.ai.svc.cluster.local',
    'Models.Internal',
    '10.1.2.3',
    '::1',
    'fd00::1',
  ]) {
    assert.ok(isPrivateHost(host), host);
  }
});

test('public is every other name and address', () => {
  for (const host of ['api.openai.com', 'internal.example.com', '8.8.8.8', '2001:4860:4860::8888']) {
    assert.ok(!isPrivateHost(host), host);
  }
});
