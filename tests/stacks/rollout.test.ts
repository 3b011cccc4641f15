import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { V1DeploymentStatus } from '@kubernetes/client-node';
import { rolloutOf } from '../../stacks/rollout';

const rollout = (status: V1DeploymentStatus, replicas = 2) =>
  rolloutOf({
    metadata: { generation: 3 },
    spec: { replicas, selector: {}, template: {} },
    status: { observedGeneration: 3, ...status },
  });

const progressing = (reason: string, status = 'True') => ({
  conditions: [{ type: 'Progressing', status, reason, message: 'as it is' }],
});
const complete = progressing('NewReplicaSetAvailable');

test('a rollout is done when every replica is of the last version and was available once', () => {
  assert.deepEqual(rollout({ replicas: 2, updatedReplicas: 2, availableReplicas: 2, ...complete }), {
    ended: true,
  });
  // One that failed since is not the rollout's fault.
  assert.equal(
    rollout({ replicas: 2, updatedReplicas: 2, unavailableReplicas: 1, ...complete }).lacks,
    undefined,
  );
  assert.equal(rollout({ ...complete }, 0).lacks, undefined);
});

test('a new ReplicaSet without a replica is no rollout, whatever the condition of the one before says', () => {
  assert.deepEqual(rollout({ replicas: 1, updatedReplicas: 0, availableReplicas: 1, ...complete }), {
    lacks: '0 of 2 replicas have the new version',
    ended: false,
  });
});

test('what is under way says what it lacks', () => {
  assert.match(
    rollout({ observedGeneration: 2, replicas: 2, updatedReplicas: 2, ...complete }).lacks ?? '',
    /not observed/,
  );
  assert.match(
    rollout({ replicas: 3, updatedReplicas: 2, ...complete }).lacks ?? '',
    /1 replicas have an older/,
  );
  assert.deepEqual(rollout({ replicas: 2, updatedReplicas: 2, ...progressing('ReplicaSetUpdated') }), {
    lacks: 'ReplicaSetUpdated: as it is',
    ended: false,
  });
});

test('a rollout past its deadline has ended, with the reason', () => {
  assert.deepEqual(
    rollout({ replicas: 2, updatedReplicas: 1, ...progressing('ProgressDeadlineExceeded', 'False') }),
    {
      lacks: 'ProgressDeadlineExceeded: as it is',
      ended: true,
    },
  );
});
