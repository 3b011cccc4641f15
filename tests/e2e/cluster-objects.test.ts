import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { synthesize } from '../../cli/synth';
import { Cluster } from './cluster';
import { beginControlPlane, shared, withDefinitions } from './shared';

// biome-ignore lint/suspicious/noExplicitAny: objects are edited as no type would let them
type Draft = any;

/** What a stack gives the Supervisor. */
const objectsOf = (stack: string): Draft[] =>
  synthesize(stack)
    .filter(({ layer }) => layer === 'cluster')
    .map(({ manifest }) => structuredClone(manifest));

const clusterOf = (stack: string): Draft => objectsOf(stack).find(({ kind }) => kind === 'Cluster');

describe('the Cluster objects, by the real API server and the CRDs of Cluster API', () => {
  let cluster: Cluster;

  before(async () => {
    await beginControlPlane();
    cluster = new Cluster(shared.state);
    await withDefinitions(cluster);
    for (const name of ['ai-dev', 'ai-staging', 'ai-prod']) {
      await cluster.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    }
  });

  for (const stack of ['dev', 'staging', 'prod']) {
    test(`${stack}: the API server takes every object, unknown fields being errors, without a warning [api-server-takes-clusters]`, async () => {
      const objects = objectsOf(stack);
      assert.ok(objects.some(({ kind }) => kind === 'Cluster'));
      for (const object of objects) assert.deepEqual(await cluster.dryRun(object), [], object.kind);
    });
  }

  test('refuses a field of v1beta1', async () => {
    const object = clusterOf('prod');
    object.spec.topology.workers.machineDeployments[0].nodeDrainTimeout = '10m';
    await assert.rejects(
      cluster.dryRun(object),
      /nodeDrainTimeout: field not declared in schema|unknown field/,
    );
  });

  test('refuses an empty map, which Cluster API takes for a mistake', async () => {
    const object = clusterOf('prod');
    object.spec.topology.workers.machineDeployments[0].deletion = {};
    await assert.rejects(cluster.dryRun(object), /should have at least 1 properties/);
  });

  test('refuses two pools of one name', async () => {
    const object = clusterOf('prod');
    const { machineDeployments } = object.spec.topology.workers;
    machineDeployments.push(structuredClone(machineDeployments[0]));
    await assert.rejects(cluster.dryRun(object), /duplicate entries for key|Duplicate value/);
  });
});
