import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import { load } from 'js-yaml';
import { check } from '../cli/check';
import { loadStack } from '../cli/stack';
import { PLATFORM_KEY, type Platform, programSecrets, requiredSecrets } from '../config';

const root = resolve(__dirname, '..');
const ENVIRONMENTS = ['dev', 'staging', 'prod'];

const textOf = (stack: string) => readFileSync(join(root, `Pulumi.${stack}.yaml`), 'utf8');
const platformOf = (stack: string) => loadStack(stack, root).platform;
const secretsOf = (platform: Platform) =>
  [...requiredSecrets(platform), ...programSecrets(platform)].map(({ name }) => name);

for (const stack of ENVIRONMENTS) {
  describe(stack, () => {
    test('nothing is found in it but the secrets that are not there yet', async () => {
      const { findings } = await check({ stack });
      const others = findings.filter(
        ({ severity, problem }) =>
          severity === 'error' || !problem.startsWith(`stack ${stack} has no secret `),
      );
      assert.deepEqual(others, []);
    });

    test('its head says how every secret is set, and none is in it', () => {
      const text = textOf(stack);
      const head = text.slice(0, text.indexOf('\nconfig:'));
      for (const name of secretsOf(platformOf(stack))) assert.match(head, new RegExp(`\\b${name}\\b`));
      const { config, ...rest } = load(text) as { config: object };
      assert.deepEqual(Object.keys(config), [PLATFORM_KEY]);
      assert.deepEqual(rest, {});
    });
  });
}

test('no two environments share a cluster, a vSphere Namespace or a network of pods', () => {
  const clusters = ENVIRONMENTS.map((stack) => {
    const { cluster } = platformOf(stack);
    assert.equal(cluster.kind, 'vks');
    return cluster.kind === 'vks' ? cluster : undefined;
  });
  for (const one of ['name', 'namespace', 'network'] as const) {
    const values = clusters.map((cluster) =>
      one === 'name' ? cluster?.name : one === 'namespace' ? cluster?.namespace.name : cluster?.network.pods,
    );
    assert.equal(new Set(values).size, ENVIRONMENTS.length, one);
  }
});

test('development has no GPUs, staging one set of them, production several and one to spare', () => {
  const pools = Object.fromEntries(
    ENVIRONMENTS.map((stack) => {
      const { cluster } = platformOf(stack);
      return [stack, cluster.kind === 'vks' ? cluster.pools.gpu : undefined];
    }),
  );
  assert.equal(pools.dev, undefined);
  assert.equal(pools.staging?.hostGroups, 1);
  assert.equal(pools.staging?.maxSurge, 0);
  assert.equal(pools.prod?.hostGroups, 4);
  assert.equal(pools.prod?.maxSurge, 1);
});
