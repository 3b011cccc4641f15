import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Cpu, type Duration, Memory, parsePlatform, planCluster, type VksCluster } from '../../config';
import { fits, type Pod, packNodes, roomOf } from '../../config/plan/nodes';
import type { Draft } from './papers-document';
import { vksDocument } from './vks-document';

function planOf(edit?: (vks: Draft, document: Draft) => void) {
  const platform = parsePlatform(vksDocument(edit));
  return planCluster(platform, platform.cluster as VksCluster);
}

function poolOf(name: string, edit?: (vks: Draft, document: Draft) => void) {
  const pool = planOf(edit).pools.find((candidate) => candidate.name === name);
  assert.ok(pool);
  return pool;
}

const seconds = (duration: Duration) => duration.seconds;

test('the GPU pool has a node for each model server with four GPUs', () => {
  const { size, maxSurge, taints, labels } = poolOf('gpu', (_, document) => {
    document.models['gpt-oss-120b'].vllm = {
      tensorParallelSize: 4,
      replicas: 3,
      weights: { pvc: { accessMode: 'ReadWriteMany' } },
    };
  });
  assert.deepEqual(size, { kind: 'fixed', replicas: 3 });
  assert.equal(maxSurge, 0);
  assert.deepEqual(taints, [{ key: 'nvidia.com/gpu', value: 'present', effect: 'NoSchedule' }]);
  assert.deepEqual(labels, { 'vcf-ai-platform/pool': 'gpu' });
});

test('two model servers with two GPUs each share a node', () => {
  const { size } = poolOf('gpu', (_, document) => {
    document.models['gpt-oss-120b'].vllm = { strategy: 'throughput' };
  });
  assert.deepEqual(size, { kind: 'fixed', replicas: 1 });
});

test('the GPU pool grows with its models', () => {
  const { size } = poolOf('gpu', (_, document) => {
    document.models['gpt-oss-120b'].vllm = {
      autoscale: { maxReplicas: 4, prometheus: 'http://prometheus.monitoring.svc:9090' },
    };
  });
  assert.deepEqual(size, { kind: 'autoscaled', min: 1, max: 4 });
});

test('the gateway pool has room for the Envoy that comes before another leaves', () => {
  // 4 CPUs leave 3.42: one Envoy of 2 CPUs with its processor a node, and three of them at a rollout of two.
  const { size } = poolOf('gateway', (_, document) => {
    Object.assign(document.gateway, { cpu: 2, replicas: 2 });
  });
  assert.deepEqual(size, { kind: 'fixed', replicas: 3 });
});

test('without a gateway pool the system pool carries the Envoys', () => {
  const without = planOf((vks, document) => {
    Object.assign(document.gateway, { cpu: 4, replicas: 2 });
    delete vks.pools.gateway;
    vks.pools.system = { vmClass: 'guaranteed-2xlarge' };
  });
  assert.deepEqual(
    without.pools.map(({ name }) => name),
    ['system', 'gpu'],
  );
  // Three Envoys of 4.51 CPUs at a rollout, one a node of 7.41, and the rest beside them.
  assert.deepEqual(without.pools[0]?.size, { kind: 'fixed', replicas: 3 });
});

test('a node waits for the longest answer of its pods before it goes', () => {
  const edit = (_: Draft, document: Draft) => {
    document.gateway.requestTimeout = '30m';
  };
  // 15 s until routers know, 30 min, 15 s to end; and two minutes for the node.
  assert.equal(seconds(poolOf('gpu', edit).drain), 1830 + 120);
  // 30 min, 15 s until load balancers know, 5 min of Envoy Gateway's; and two minutes.
  assert.equal(seconds(poolOf('gateway', edit).drain), 1815 + 300 + 120);
});

test('nodes of the control plane and of replacements count for the addresses', () => {
  // Control plane 3 + 1, system 3 + 1, gateway 2 + 1, GPU 1.
  const { mostNodes, addressedNodes } = planOf((_, document) => {
    document.gateway.replicas = 1;
  });
  assert.equal(mostNodes, 4 + 4 + 3 + 1);
  assert.equal(addressedNodes, 256);
});

const room = fc.record({
  millicores: fc.integer({ min: 1000, max: 64_000 }),
  bytes: fc.integer({ min: 1, max: 512 }).map((gib) => gib * 2 ** 30),
  gpus: fc.constantFrom(0, 1, 2, 4, 8),
});

const podsFor = fc
  .tuple(
    room,
    fc.array(fc.tuple(fc.double({ min: 0, max: 1 }), fc.double({ min: 0, max: 1 }), fc.nat(8)), {
      maxLength: 60,
    }),
  )
  .map(([node, shares]) => ({
    node,
    pods: shares.map(
      ([cpu, memory, gpus], index): Pod => ({
        name: `pod-${index}`,
        millicores: Math.floor((Number.isNaN(cpu) ? 0 : cpu) * node.millicores),
        bytes: Math.floor((Number.isNaN(memory) ? 0 : memory) * node.bytes),
        gpus: Math.min(gpus, node.gpus),
      }),
    ),
  }));

test('every pod is on one node, no node holds more than it has, and no two nodes could be one', () => {
  fc.assert(
    fc.property(podsFor, ({ node, pods }) => {
      const nodes = packNodes(pods, node);
      assert.deepEqual(
        nodes
          .flat()
          .map(({ name }) => name)
          .sort(),
        pods.map(({ name }) => name).sort(),
      );
      const sums = nodes.map((placed) => ({
        millicores: placed.reduce((all, pod) => all + pod.millicores, 0),
        bytes: placed.reduce((all, pod) => all + pod.bytes, 0),
        gpus: placed.reduce((all, pod) => all + pod.gpus, 0),
      }));
      for (const taken of sums) assert.ok(fits(taken, node));
      // At least as many as the scarcest resource takes.
      for (const resource of ['millicores', 'bytes', 'gpus'] as const) {
        const asked = pods.reduce((all, pod) => all + pod[resource], 0);
        if (asked > 0) assert.ok(nodes.length >= Math.ceil(asked / node[resource]));
      }
      // First fit: what a later node holds found no room in an earlier one.
      for (const [later, placed] of nodes.entries()) {
        for (const earlier of sums.slice(0, later)) {
          const together = {
            millicores: earlier.millicores + (placed[0]?.millicores ?? 0),
            bytes: earlier.bytes + (placed[0]?.bytes ?? 0),
            gpus: earlier.gpus + (placed[0]?.gpus ?? 0),
          };
          assert.ok(!fits(together, node));
        }
      }
    }),
  );
});

test('a larger node has more room, and never more than it has', () => {
  const sizes = fc.tuple(fc.integer({ min: 1, max: 128 }), fc.integer({ min: 1, max: 1024 }));
  const of = ([cpus, gib]: [number, number]) => ({
    name: 'any',
    cpus: Cpu.cores(cpus),
    memory: Memory.gibibytes(gib),
    gpus: 0,
    create: false,
  });
  fc.assert(
    fc.property(sizes, ([cpus, gib]) => {
      const small = roomOf(of([cpus, gib]));
      const large = roomOf(of([cpus + 1, gib + 1]));
      assert.ok(small.millicores <= cpus * 1000 && small.bytes <= gib * 2 ** 30);
      assert.ok(small.millicores >= 0 && small.bytes >= 0);
      assert.ok(large.millicores >= small.millicores && large.bytes >= small.bytes);
    }),
  );
});

test('what is planned holds the platform, whatever its size [node-pools-hold-platform]', () => {
  const sizes = fc.record({
    cpu: fc.integer({ min: 1, max: 24 }),
    envoys: fc.integer({ min: 1, max: 12 }),
    servers: fc.integer({ min: 1, max: 6 }),
    controllers: fc.integer({ min: 1, max: 3 }),
  });
  fc.assert(
    fc.property(sizes, ({ cpu, envoys, servers, controllers }) => {
      const plan = planOf((vks, document) => {
        Object.assign(document.gateway, { cpu, replicas: envoys, memory: '8Gi' });
        document.controllers = { replicas: controllers };
        for (const workload of Object.values(document.workloads)) delete (workload as Draft).limits;
        vks.pools.gateway = { vmClass: 'guaranteed-8xlarge' };
        document.models['gpt-oss-120b'].vllm = {
          replicas: servers,
          weights: { pvc: { accessMode: 'ReadWriteMany' } },
        };
      });
      const [, gateway, gpu] = plan.pools;
      assert.deepEqual(gpu?.size, { kind: 'fixed', replicas: servers });
      // A node keeps 0.15 of its 32 CPUs for the system and 0.5 for daemons; 8.28 GiB of 117.5 are one Envoy.
      const perNode = Math.min(Math.floor(31_350 / (cpu * 1000 + 510)), 14);
      const pods = envoys + Math.ceil(envoys / 4);
      const nodes = Math.max(Math.ceil(pods / perNode), envoys > 1 ? 2 : 1);
      assert.deepEqual(gateway?.size, { kind: 'fixed', replicas: nodes });
      assert.ok(plan.mostNodes <= plan.addressedNodes);
    }),
    { numRuns: 30 },
  );
});
