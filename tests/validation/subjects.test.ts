import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePlatform } from '../../config';
import { strangerTo, subjectsOf } from '../../validation/subjects';
import type { Target, Upstream } from '../../validation/target';
import { platformWith } from './platform';

const upstream = (name: string, kind: string): Upstream => ({
  ...{ name, kind, url: 'http://127.0.0.1:2', admin: 'http://127.0.0.1:3' },
  standIn: true,
});
const targetOf = (...upstreams: Upstream[]): Target => ({ gateway: 'http://127.0.0.1:1', upstreams });

const usual = targetOf(upstream('gpt-oss-120b', 'model-server'), upstream('gemini', 'provider'));

test('each workload of the shipped document has its upstream, path and model', () => {
  const subjects = subjectsOf(platformWith(), usual).map(
    ({ name, upstream: { name: served }, path, model, ample }) => [...[name, served, path, model, ample]],
  );
  assert.deepEqual(subjects, [
    ['swe-rebench-ide', 'gpt-oss-120b', '/v1/chat/completions', 'gpt-oss-120b', false],
    ['terminal-bench-ci', 'gpt-oss-120b', '/v1/chat/completions', 'gpt-oss-120b', true],
    ['toolbench-agent', 'gemini', '/v1beta/openai/chat/completions', 'gemini-2.5-flash', true],
  ]);
});

test('a provider is also known by the name of its model, and its prefix can be said', () => {
  const named = { ...upstream('gemini-flash', 'provider'), prefix: '/elsewhere/' };
  const subjects = subjectsOf(platformWith(), targetOf(upstream('gpt-oss-120b', 'model-server'), named));
  assert.equal(subjects.at(-1)?.path, '/elsewhere/chat/completions');
});

test('only buckets that can be used up are to be used up, one for each Envoy', () => {
  const platform = (requestsPerMinute: number, replicas: number) =>
    parsePlatform({
      cluster: { existing: { context: 'prod' } },
      models: { 'gpt-oss-120b': { vllm: {} } },
      workloads: { only: { model: 'gpt-oss-120b', limits: { requestsPerMinute } } },
      gateway: { replicas },
    });
  const only = (requestsPerMinute: number, replicas: number) =>
    subjectsOf(platform(requestsPerMinute, replicas), usual)[0];
  assert.equal(only(6, 3)?.bucket, 2);
  assert.equal(only(6, 3)?.ample, false);
  assert.equal(only(600, 3)?.bucket, undefined);
  assert.equal(only(600, 3)?.ample, true);
});

test('a small token budget leaves no room for the ordinary questions', () => {
  const small = platformWith({
    'terminal-bench-ci': { model: 'gpt-oss-120b', limits: { tokensPerHour: 1000 } },
  });
  assert.deepEqual(
    subjectsOf(small, usual)
      .filter(({ ample }) => ample)
      .map(({ name }) => name),
    ['toolbench-agent'],
  );
});

test('the unknown identity is never a workload', () => {
  assert.equal(strangerTo(platformWith()), 'unknown-guest');
  assert.equal(strangerTo(platformWith({ 'unknown-guest': { model: 'gemini-flash' } })), 'unknown-guest-too');
});

test('refuses an upstream of the right name and the wrong kind', () => {
  assert.throws(
    () =>
      subjectsOf(
        platformWith(),
        targetOf(upstream('gpt-oss-120b', 'provider'), upstream('gemini', 'provider')),
      ),
    /no recording upstream for the model gpt-oss-120b; known are: gpt-oss-120b \(provider\), gemini \(provider\)/,
  );
});
