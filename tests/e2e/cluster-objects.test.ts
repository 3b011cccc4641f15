import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { synthesize } from '../../cli/synth';
import { crdManifests } from '../../constructs/crds';
import { until } from '../../local/until';
import { Cluster } from './cluster';
import { Project } from './project';

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

// biome-ignore lint/suspicious/noExplicitAny: objects are edited as no type would let them
type Draft = any;

/** What a stack gives the Supervisor. */
const objectsOf = (stack: string): Draft[] =>
  synthesize(stack)
    .filter(({ layer }) => layer === 'cluster')
    .map(({ manifest }) => structuredClone(manifest));

const clusterOf = (stack: string): Draft => objectsOf(stack).find(({ kind }) => kind === 'Cluster');

describe('the Cluster objects, by the real API server and the CRDs of Cluster API', () => {
  const project = new Project();
  let cluster: Cluster;

  before(async () => {
    const { code, text } = await project.up('--control-plane-only');
    assert.equal(code, 0, text);
    cluster = new Cluster(project.state);
    for (const definition of crdManifests(['cluster.x-k8s.io'])) {
      await cluster.create(DEFINITIONS, definition);
      const established = async () => {
        const { status } = await cluster.get(`${DEFINITIONS}/${definition.metadata.name}`);
        return status?.conditions?.some(
          ({ type, status: is }: Draft) => type === 'Established' && is === 'True',
        );
      };
      assert.ok(await until(established, 30), definition.metadata.name);
    }
    for (const name of ['ai-dev', 'ai-staging', 'ai-prod']) {
      await cluster.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    }
  });
  after(() => project.close());

  for (const stack of ['dev', 'staging', 'prod']) {
    test(`${stack}: the API server takes every object, unknown fields being errors, without a warning`, async () => {
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
