import assert from 'node:assert/strict';
import { test } from 'node:test';
import { App } from 'cdk8s';
import { parsePlatform, requiredSecrets } from '../../config';
import { platformCharts } from '../../constructs';
import { checkManifests } from '../../policies';
import { type Draft, papersDocument } from '../config/papers-document';
import { assertGolden, field, manifests, only } from './support';

/** The layer in which an existing cluster gets its controllers. */
function layer(settings: Draft = {}) {
  const platform = parsePlatform(
    papersDocument((document) => {
      document.cluster = { existing: { context: 'prod' } };
      document.controllers = settings;
    }),
  );
  const secrets = Object.fromEntries(requiredSecrets(platform).map(({ name }) => [name, `value of ${name}`]));
  return manifests(platformCharts(new App(), platform, { secrets }).controllers);
}

test('what the charts leave to others', () => {
  const objects = layer({ mcpSeedSecret: 'mcp-seed' });
  assertGolden('controllers-layer', objects);
  assert.deepEqual(checkManifests(objects), []);
});

test('a budget that is counted elsewhere needs no Redis here, but its password', () => {
  const objects = layer({ redisUrl: 'rediss://redis.example.com:6379', redisPasswordSecret: 'redis' });
  assert.ok(!objects.some(({ kind }) => kind === 'Deployment'));
  assert.deepEqual(field(only(objects, 'Secret'), 'stringData'), { password: 'value of redis' });
});

test('one controller has no disruption budget: it would block every drain', () => {
  assert.ok(!layer({ replicas: 1 }).some(({ kind }) => kind === 'PodDisruptionBudget'));
});

test('a cluster whose controllers are somebody else’s gets nothing', () => {
  assert.deepEqual(layer({ install: false }), []);
});

test('the embedded datacenter is told the same configuration', () => {
  const { controllers } = platformCharts(new App(), parsePlatform(papersDocument()), {
    secrets: { 'gemini-api-key': 'key' },
  });
  const { data } = only(manifests(controllers), 'ConfigMap') as Draft;
  assert.equal(JSON.parse(data['envoy-gateway.yaml']).rateLimit.failClosed, false);
  assert.ok(data['ai-gateway-controller.flags'].split('\n').includes('--maxRecvMsgSize=67108864'));
});
