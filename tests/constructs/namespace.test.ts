import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Namespace } from '../../constructs';
import { chart, field, manifests, only } from './support';

const ENFORCED = 'pod-security.kubernetes.io/enforce';

test('a namespace enforces the restricted Pod Security Standard [namespace-shape]', () => {
  const scope = chart();
  new Namespace(scope, 'ai-serving');
  const { metadata } = only(manifests(scope), 'Namespace');
  assert.equal(metadata.name, 'ai-serving');
  assert.equal(metadata.labels?.[ENFORCED], 'restricted');
});

test('a namespace may enforce another standard under another name', () => {
  const scope = chart();
  new Namespace(scope, 'namespace', { name: 'gpu-operator', podSecurity: 'privileged' });
  const namespace = only(manifests(scope), 'Namespace');
  assert.equal(field(namespace, 'metadata.name'), 'gpu-operator');
  assert.equal(namespace.metadata.labels?.[ENFORCED], 'privileged');
});
