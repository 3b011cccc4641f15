import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { supervised } from './shared-supervisor';
import type { Exported } from './supervised';

const LAYERS = ['crds', 'controllers', 'serving', 'observability', 'gateway'];

const BUNDLE = 'vcf-ai:index:Bundle';

/** Of every object: its type with those of its parents, its name, and what was asked for. */
function objectsOf(resources: readonly Exported[]): [identity: string, inputs: unknown][] {
  return resources
    .filter(({ type }) => type.startsWith('kubernetes:') || type.endsWith(':Manifests') || type === BUNDLE)
    .flatMap(({ urn, type, inputs = {} }): [string, unknown][] => {
      // The name of the stack is no part of it.
      const identity = urn.split('::').slice(2).join('::');
      if (type === BUNDLE)
        return Object.entries(inputs.hashes).map(([key, hash]) => [`${identity} ${key}`, hash]);
      // Who applies the object is chosen by chance.
      const { __fieldManager: _, ...asked } = inputs;
      return [[identity, asked]];
    })
    .sort(([a], [b]) => a.localeCompare(b));
}

describe('one platform as two stacks', () => {
  const project = supervised;

  before(async () => {
    await project.boot();
    project.restore();
    if (project.whole !== undefined) return;
    await project.update();
    project.whole = await project.resources();
    await project.destroy();
  });

  test('a stack with the cluster and one with the rest are together what one stack was [two-stacks]', async () => {
    await project.addStack('rest', (platform) => {
      platform.layers = LAYERS;
      platform.clusterStack = 'base';
    });
    await project.addStack('base', (platform) => {
      platform.layers = ['cluster'];
    });
    assert.match(
      await project.refusesUpdate({ stack: 'rest' }),
      /clusterStack: stack \S+\/base has no cluster/,
    );
    await project.update({ stack: 'base' });
    await project.update({ stack: 'rest' });
    await project.answers();
    await project.unchanged({ stack: 'base' });
    await project.unchanged({ stack: 'rest' });
    const [base, rest] = [
      await project.resources({ stack: 'base' }),
      await project.resources({ stack: 'rest' }),
    ];
    assert.ok(objectsOf(rest).length > 100, `${objectsOf(rest).length} objects`);
    assert.deepEqual(objectsOf([...base, ...rest]), objectsOf(project.whole ?? []));
  });

  test('the two go in the other order, and leave nothing', async () => {
    await project.destroy({ stack: 'rest' });
    await project.destroy({ stack: 'base' });
    await project.isEmpty('base', 'rest');
  });
});
