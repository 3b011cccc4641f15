import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkManifests, formatFindings } from '../../policies';
import { papersDocument } from '../config/papers-document';
import { field, only, platformManifests } from './support';

/** The objects of the paper's platform with another model of its own, which pass every schema and rule. */
function serving(name: string, vllm: object) {
  const objects = platformManifests(
    papersDocument((draft) => {
      draft.cluster = { existing: { context: 'prod' } };
      draft.gateway.replicas = 2;
      draft.models[name] = { vllm };
      draft.workloads[name] = { model: name };
    }),
  );
  assert.equal(formatFindings(checkManifests(objects)), '');
  return objects;
}

test('a model that grows is scaled by the requests that wait for it, and by no fixed number [autoscaler]', () => {
  const prometheus = 'http://prometheus.monitoring.svc:9090';
  const objects = serving('gpt-oss-20b', {
    tensorParallelSize: 1,
    autoscale: { maxReplicas: 3, prometheus },
  });
  const { metadata, spec } = only(objects, 'ScaledObject');
  assert.equal(metadata.name, 'gpt-oss-20b');
  assert.equal(field(spec, 'maxReplicaCount'), 3);
  assert.match(
    `${field(spec, 'triggers.0.metadata.query')}`,
    /num_requests_waiting\{model_name="gpt-oss-20b"\}/,
  );
  const deployment = objects.find(
    (object) => object.kind === 'Deployment' && object.metadata.name === 'gpt-oss-20b',
  );
  assert.equal(field(deployment, 'spec.replicas'), undefined);
});

test('a model larger than a node is groups of pods, one process group each [leader-worker-groups]', () => {
  const objects = serving('qwen3-235b', {
    model: 'Qwen/Qwen3-235B-A22B',
    tensorParallelSize: 4,
    pipelineParallelSize: 2,
    maxModelLen: 32768,
  });
  const { metadata, spec } = only(objects, 'LeaderWorkerSet');
  assert.equal(metadata.name, 'qwen3-235b');
  assert.equal(field(spec, 'leaderWorkerTemplate.size'), 2);
  assert.ok(!objects.some(({ kind, metadata: { name } }) => kind === 'Deployment' && name === 'qwen3-235b'));
});
