import assert from 'node:assert/strict';
import { test } from 'node:test';
import { complaints, podsOf, unschedulable } from '../../stacks/diagnosis';

test('a condition that is not as it should be is a complaint, with its reason and message', () => {
  const conditions = [
    { type: 'Accepted', status: 'True', reason: 'Accepted', message: 'fine' },
    { type: 'Programmed', status: 'False', reason: 'AddressNotAssigned', message: 'no addresses' },
  ];
  assert.deepEqual(complaints({ conditions }), ['Programmed=False (AddressNotAssigned): no addresses']);
  assert.deepEqual(complaints(undefined), []);
});

test('a failure that did not happen is none', () => {
  assert.deepEqual(complaints({ conditions: [{ type: 'ReplicaFailure', status: 'False' }] }), []);
  assert.deepEqual(
    complaints({ conditions: [{ type: 'ReplicaFailure', status: 'True', message: 'quota' }] }),
    ['ReplicaFailure=True: quota'],
  );
});

test('a pod without a node names itself and what the scheduler lacks', () => {
  const metadata = { namespace: 'ai-serving', name: 'gpt-oss-120b-1' };
  const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable' };
  const message = '0/3 nodes are available: 3 Insufficient nvidia.com/gpu.';
  assert.equal(
    unschedulable({ metadata, status: { conditions: [{ ...condition, message }] } }),
    `pod ai-serving/gpt-oss-120b-1 is not scheduled: ${message}`,
  );
  const scheduled = { type: 'PodScheduled', status: 'True' };
  assert.equal(unschedulable({ metadata, status: { conditions: [scheduled] } }), undefined);
});

test('the pods of a Deployment are those that it selects, of a Job those with its name, and no others', () => {
  const metadata = { name: 'gpt-oss-120b', namespace: 'ai' };
  const pods = '/api/v1/namespaces/ai/pods';
  const spec = { selector: { matchLabels: { app: 'vllm', instance: 'gpt-oss-120b' } } };
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec };
  const selector = (path = '') => [
    path.split('?')[0],
    new URL(path, 'http://api').searchParams.get('labelSelector'),
  ];
  assert.deepEqual(selector(podsOf(deployment)), [pods, 'app=vllm,instance=gpt-oss-120b']);
  const job = { apiVersion: 'batch/v1', kind: 'Job', metadata };
  assert.deepEqual(selector(podsOf(job)), [pods, 'batch.kubernetes.io/job-name=gpt-oss-120b']);
  // Envoy Gateway runs the pods of a Gateway in a namespace of its own.
  assert.deepEqual(selector(podsOf({ apiVersion: 'v1', kind: 'Gateway', metadata })), [
    '/api/v1/pods',
    `gateway.envoyproxy.io/owning-gateway-name=${metadata.name},gateway.envoyproxy.io/owning-gateway-namespace=${metadata.namespace}`,
  ]);
  assert.equal(podsOf({ apiVersion: 'v1', kind: 'ConfigMap', metadata }), undefined);
});
