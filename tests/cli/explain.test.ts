import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explain } from '../../cli/explain';

test('a rule about many objects holds where they are seen together', () => {
  assert.match(explain('r13', 'local'), /checked by: check and preview\n/);
});

test('a rule says why, from where, and what to do', () => {
  const text = explain('r02', 'local');
  assert.match(text, /^R02: Envoy runs one worker for each CPU/);
  assert.match(text, /source: .*40997/);
  assert.match(text, /fix: set concurrency/);
  assert.match(text, /checked by: check, preview and cluster/);
});

test('a field says what it takes, its default, and what the stack has, with the line', () => {
  const text = explain('gateway.bufferLimit', 'local');
  assert.match(text, /^gateway\.bufferLimit\n {2}what: /);
  assert.match(text, /default: "/);
  assert.match(text, /in local: /);
  assert.match(explain('workloads.swe-rebench-ide.limits', 'local'), /in local: .*Pulumi\.local\.yaml:\d+/);
});

test('a field that the capacity of the gateway follows from says it', () => {
  const capacity = /capacity: one Envoy answers 1954 requests at once: 75 % of \(memory 4Gi - 512Mi\)/;
  for (const name of ['memory', 'bufferLimit', 'expectedRequestSize']) {
    assert.match(explain(`gateway.${name}`, 'local'), capacity);
  }
  assert.doesNotMatch(explain('gateway.cpu', 'local'), /capacity:/);
});

test('an object says its layer, its construct, what it names and who names it', () => {
  const text = explain('envoyproxy/ai-gateway/ai-gateway', 'local');
  assert.match(text, /layer: gateway/);
  assert.match(text, /construct: gateway\//);
  assert.match(text, /created at: .*\.ts:\d+:\d+/);
  assert.match(text, /named by: gateway\/ai-gateway\/ai-gateway/);
  assert.match(text, /rules: .*R02/);
});

test('refuses what is none of them, with what was probably meant', () => {
  assert.throws(() => explain('gatewy', 'local'), /not a rule, a field .*\(use gateway\)/);
  assert.throws(
    () => explain('envoyproxy/ai-gateway/ai-gatway', 'local'),
    /local has no such object \(use envoyproxy/,
  );
});

test('an admission policy and the definition of a kind are objects of the stack too', () => {
  const policy = explain('validatingadmissionpolicy/ai-platform-serving-pod', 'local');
  assert.match(policy, /layer: serving/);
  const definition = explain('customresourcedefinition/gateways.gateway.networking.k8s.io', 'local');
  assert.match(definition, /layer: crds/);
});
