import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { LiveObject } from '../../local/kube';
import { conditionsOf, countsOf, type Facts, type PoolState } from '../../local/supervisor/conditions';
import { CONTROL_PLANE, NOTES, nodeOf, type Pool, poolsOf } from '../../local/supervisor/pools';
import { type Machine, nextStep } from '../../local/supervisor/rollout';
import { GPU_CLASS } from '../../local/supervisor/vm-classes';

const NOW = '2026-01-01T00:00:00Z';

const cluster = (change: (topology: Record<string, unknown>) => void = () => {}): LiveObject => {
  const topology = {
    version: 'v1.34.2+vmware.2',
    controlPlane: { replicas: 3 },
    variables: [
      { name: 'vmClass', value: 'guaranteed-large' },
      { name: 'storageClass', value: 'gold' },
    ],
    workers: {
      machineDeployments: [
        { class: 'node-pool', name: 'system', replicas: 2 },
        {
          class: 'node-pool',
          name: 'gpu',
          replicas: 1,
          rollout: { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } },
          deletion: { nodeDrainTimeoutSeconds: 600 },
          variables: {
            overrides: [
              { name: 'vmClass', value: GPU_CLASS },
              {
                name: 'node',
                value: { labels: { pool: 'gpu' }, taints: [{ key: 'a', effect: 'NoSchedule' }] },
              },
            ],
          },
        },
      ],
    },
  };
  change(topology);
  return {
    apiVersion: 'cluster.x-k8s.io/v1beta2',
    kind: 'Cluster',
    metadata: { name: 'ai', namespace: 'team' },
    spec: { topology },
  };
};

const poolOf = (name: string, of = cluster()) => poolsOf(of).find((pool) => pool.name === name) as Pool;

describe('the pools of a Cluster', () => {
  test('are its control plane and its machine deployments, with overrides before shared variables', () => {
    const [master, system, gpu] = poolsOf(cluster());
    assert.deepEqual(
      [master, system, gpu].map((pool) => [pool?.name, pool?.replicas, pool?.vmClass, pool?.size?.gpus]),
      [
        [CONTROL_PLANE, 3, 'guaranteed-large', 0],
        ['system', 2, 'guaranteed-large', 0],
        ['gpu', 1, GPU_CLASS, 4],
      ],
    );
    assert.deepEqual([gpu?.maxSurge, gpu?.maxUnavailable, gpu?.drainSeconds], [0, 1, 600]);
    assert.deepEqual([system?.maxSurge, system?.maxUnavailable, system?.drainSeconds], [1, 0, undefined]);
  });

  test('a pool of the autoscaler has its least size', () => {
    const pool = poolOf(
      'system',
      cluster((topology) => {
        topology.workers = {
          machineDeployments: [
            {
              name: 'system',
              metadata: {
                annotations: { 'cluster.x-k8s.io/cluster-api-autoscaler-node-group-min-size': '4' },
              },
            },
          ],
        };
      }),
    );
    assert.equal(pool.replicas, 4);
  });

  test('a release, a VM class or a volume is a new template; a label is none', () => {
    const before = poolOf('gpu').fingerprint;
    const changed = (change: (deployment: Record<string, unknown>) => void) =>
      poolOf(
        'gpu',
        cluster((topology) => {
          const { machineDeployments } = topology.workers as {
            machineDeployments: Record<string, unknown>[];
          };
          change(machineDeployments[1] as Record<string, unknown>);
        }),
      ).fingerprint;
    const override = (name: string, value: unknown) =>
      changed((deployment) => {
        const variables = deployment.variables as { overrides: object[] };
        variables.overrides.push({ name, value });
      });
    assert.equal(override('node', { labels: { pool: 'other' } }), before);
    assert.notEqual(override('vmClass', 'best-effort-large'), before);
    assert.notEqual(override('volumes', [{ name: 'images', capacity: '300Gi' }]), before);
    const upgraded = cluster((topology) => {
      topology.version = 'v1.35.1+vmware.1';
    });
    assert.notEqual(poolOf('gpu', upgraded).fingerprint, before);
  });

  test('a node has the labels, the taints, the GPUs and the release of its pool', () => {
    const pool = poolOf('gpu');
    assert.ok(pool.size);
    const { metadata, spec, status } = nodeOf(cluster(), pool, pool.size, 'ai-gpu-0');
    assert.equal(metadata.labels?.pool, 'gpu');
    assert.deepEqual(spec.taints, [{ key: 'a', effect: 'NoSchedule' }]);
    assert.equal(status.capacity['nvidia.com/gpu'], '4');
    assert.equal(status.nodeInfo.kubeletVersion, 'v1.34.2+vmware.2');
    assert.equal(metadata.annotations?.[NOTES.cluster], 'ai');
  });

  test('a VM class that is not linked to the namespace has no size', () => {
    const pool = poolOf(
      'system',
      cluster((topology) => {
        topology.variables = [{ name: 'vmClass', value: 'somebody-elses' }];
      }),
    );
    assert.equal(pool.size, undefined);
  });
});

const machine = (name: string, fingerprint: string, rest: Partial<Machine> = {}): Machine => ({
  name,
  fingerprint,
  ready: true,
  draining: false,
  drained: false,
  ...rest,
});

describe('one step of a pool', () => {
  const pool = { name: 'gpu', replicas: 2, fingerprint: 'new', maxSurge: 1, maxUnavailable: 0 };

  test('makes what is missing, and nothing when all is there', () => {
    assert.deepEqual(nextStep('ai', pool, []), {
      create: ['ai-gpu-new-0', 'ai-gpu-new-1'],
      drain: [],
      remove: [],
    });
    const there = ['ai-gpu-new-0', 'ai-gpu-new-1'].map((name) => machine(name, 'new'));
    assert.deepEqual(nextStep('ai', pool, there), { create: [], drain: [], remove: [] });
  });

  test('with a surge a new machine comes before an old one leaves', () => {
    const old = [machine('a', 'old'), machine('b', 'old')];
    assert.deepEqual(nextStep('ai', pool, old), { create: ['ai-gpu-new-0'], drain: [], remove: [] });
    const joined = [...old, machine('ai-gpu-new-0', 'new')];
    assert.deepEqual(nextStep('ai', pool, joined), { create: [], drain: ['a'], remove: [] });
  });

  test('without a surge an old machine leaves before a new one comes', () => {
    const tight = { ...pool, replicas: 1, maxSurge: 0, maxUnavailable: 1 };
    assert.deepEqual(nextStep('ai', tight, [machine('a', 'old')]).drain, ['a']);
    const draining = machine('a', 'old', { draining: true });
    assert.deepEqual(nextStep('ai', tight, [draining]), { create: [], drain: [], remove: [] });
    assert.deepEqual(nextStep('ai', tight, [{ ...draining, drained: true }]).remove, ['a']);
    assert.deepEqual(nextStep('ai', tight, []).create, ['ai-gpu-new-0']);
  });

  test('a smaller pool gives up its newest machine', () => {
    const three = [0, 1, 10].map((index) => machine(`ai-gpu-new-${index}`, 'new'));
    assert.deepEqual(nextStep('ai', pool, three).drain, ['ai-gpu-new-10']);
  });

  test('any rollout ends, within its surge and never below what must work', () => {
    const pools = fc.record({
      name: fc.constant('p'),
      fingerprint: fc.constant('new'),
      replicas: fc.integer({ min: 0, max: 5 }),
      maxSurge: fc.integer({ min: 0, max: 2 }),
      maxUnavailable: fc.integer({ min: 0, max: 2 }),
    });
    fc.assert(
      fc.property(pools, fc.integer({ min: 0, max: 6 }), (of, before) => {
        fc.pre(of.maxSurge + of.maxUnavailable > 0);
        let machines = Array.from({ length: before }, (_, i) => machine(`old-${i}`, 'old'));
        const settled = () => {
          const step = nextStep('ai', of, machines);
          return step.create.length + step.drain.length + step.remove.length === 0;
        };
        for (
          let i = 0;
          i < 100 && !(settled() && machines.every(({ ready, draining }) => ready && !draining));
          i++
        ) {
          const working = machines.filter(({ ready, draining }) => ready && !draining).length;
          const step = nextStep('ai', of, machines);
          const left = machines
            .filter(({ name }) => !step.remove.includes(name))
            .map((one) => ({
              ...one,
              ready: true,
              draining: one.draining || step.drain.includes(one.name),
              drained: one.draining,
            }));
          const made = step.create.map((name) => machine(name, 'new', { ready: false }));
          machines = [...left, ...made];
          const limit = Math.max(before, of.replicas + of.maxSurge);
          assert.ok(machines.length <= limit, `${machines.length} machines are more than ${limit}`);
          const least = Math.min(working, Math.max(0, of.replicas - of.maxUnavailable));
          const now = left.filter(({ draining }) => !draining).length;
          assert.ok(now >= least, `${now} working machines are fewer than ${least}`);
        }
        assert.equal(machines.length, of.replicas);
        assert.ok(machines.every(({ fingerprint }) => fingerprint === 'new'));
      }),
    );
  });
});

describe('the conditions of a Cluster', () => {
  const stateOf = (name: string, machines: readonly Machine[]): PoolState => ({
    pool: poolOf(name),
    machines,
  });
  const of = (name: string, count: number, rest: Partial<Machine> = {}) =>
    stateOf(
      name,
      Array.from({ length: count }, (_, i) => machine(`${name}-${i}`, poolOf(name).fingerprint, rest)),
    );
  const facts: Facts = {
    generation: 3,
    version: 'v1.34.2+vmware.2',
    infrastructure: true,
    initialized: true,
    controlPlane: of(CONTROL_PLANE, 3),
    workers: [of('system', 2), of('gpu', 1)],
  };
  const judged = (change: Partial<Facts>) =>
    Object.fromEntries(conditionsOf({ ...facts, ...change }, [], NOW).map((c) => [c.type, c]));

  test('a whole Cluster is Available, and nothing of it is on its way', () => {
    const conditions = judged({});
    for (const type of ['Available', 'WorkersAvailable', 'TopologyReconciled', 'InfrastructureReady'])
      assert.equal(conditions[type]?.status, 'True', type);
    for (const type of ['RollingOut', 'ScalingUp', 'ScalingDown', 'Deleting'])
      assert.equal(conditions[type]?.status, 'False', type);
    assert.ok(Object.values(conditions).every(({ observedGeneration }) => observedGeneration === 3));
  });

  test('provisioned is not available: its API server may not answer yet', () => {
    const { Available, InfrastructureReady } = judged({
      initialized: false,
      controlPlane: of(CONTROL_PLANE, 0),
    });
    assert.equal(InfrastructureReady?.status, 'True');
    assert.equal(Available?.status, 'False');
    assert.match(Available?.message ?? '', /^stand-in: .*its API server does not answer yet/);
  });

  test('a GPU pool without surge is Available without its node, and ScalingUp says that it is not there', () => {
    const { Available, ScalingUp } = judged({ workers: [of('system', 2), of('gpu', 0)] });
    assert.equal(Available?.status, 'True');
    assert.deepEqual([ScalingUp?.status, ScalingUp?.message], ['True', 'stand-in: gpu']);
  });

  test('a rollout leaves it Available, and says for which pools it goes on', () => {
    const old = stateOf('gpu', [machine('a', 'old')]);
    const { Available, RollingOut, TopologyReconciled } = judged({ workers: [of('system', 2), old] });
    assert.equal(Available?.status, 'True');
    assert.deepEqual([RollingOut?.status, RollingOut?.message], ['True', 'stand-in: gpu']);
    assert.deepEqual([TopologyReconciled?.status, TopologyReconciled?.reason], ['False', 'ClusterUpgrading']);
  });

  test('a VM class that is not linked is named where somebody looks', () => {
    const { size: _, ...pool } = poolOf('system');
    const { Available } = judged({ workers: [{ pool, machines: [] }] });
    assert.match(Available?.message ?? '', /no VM class guaranteed-large is linked to the vSphere Namespace/);
  });

  test('a condition that stays keeps the time of its last change', () => {
    const before = conditionsOf(facts, [], NOW);
    const later = conditionsOf({ ...facts, workers: [of('system', 1), of('gpu', 1)] }, before, 'later');
    const times = Object.fromEntries(later.map((c) => [c.type, c.lastTransitionTime]));
    assert.deepEqual([times.InfrastructureReady, times.WorkersAvailable], [NOW, 'later']);
  });

  test('nodes are counted as a Cluster counts them', () => {
    assert.deepEqual(countsOf([of('system', 1), stateOf('gpu', [machine('a', 'old', { draining: true })])]), {
      desiredReplicas: 3,
      replicas: 2,
      readyReplicas: 1,
      availableReplicas: 1,
      upToDateReplicas: 1,
    });
  });
});
