import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePlatform, planControllers, refuseFeature, requiredSecrets } from '../../config';
import versions from '../../versions.json';
import { assertGolden } from './golden';
import { type Draft, papersDocument } from './papers-document';
import { refuses } from './refused';

const inCluster = (edit: (document: Draft) => void = () => {}) =>
  parsePlatform(
    papersDocument((document) => {
      document.cluster = { existing: { context: 'prod' } };
      edit(document);
    }),
  );

test('an existing cluster gets two of each controller, the embedded datacenter has its own', () => {
  assert.deepEqual(inCluster().controllers, { install: true, aiGatewayVersion: '1.0.0', replicas: 2 });
  const { controllers, cluster } = parsePlatform(papersDocument());
  assert.deepEqual(controllers, { install: false, aiGatewayVersion: '1.0.0', replicas: 1 });
  assert.ok(versions.tools.kubernetes.startsWith(`${cluster.kubernetesVersion}.`));
});

test('the values of both charts [controller-values]', () => {
  const { gatewayValues, aiGatewayValues } = planControllers(
    inCluster((document) => {
      document.controllers = { mcpSeedSecret: 'mcp-seed' };
    }),
  );
  assertGolden('controllers', { 'gateway-helm': gatewayValues, 'ai-gateway-helm': aiGatewayValues });
});

test('labels of the metrics are those of the document', () => {
  const { aiGatewayFlags } = planControllers(
    inCluster(({ gateway }) => {
      gateway.metricLabels = { team: 'x-team' };
    }),
  );
  assert.match(aiGatewayFlags.metricsRequestHeaderAttributes ?? '', /(^|,)x-team:team(,|$)/);
});

test('both ends of the extension manager take messages of the same size [extension-message-size]', () => {
  const { gatewayConfig, aiGatewayValues } = planControllers(inCluster()) as Draft;
  assert.equal(gatewayConfig.extensionManager.maxMessageSize, '64Mi');
  assert.equal(aiGatewayValues.controller.maxRecvMsgSize, String(64 * 1024 * 1024));
});

test('without a token budget there is no limiter, and no Redis', () => {
  const plan = planControllers(
    inCluster(({ workloads }) => {
      delete workloads['terminal-bench-ci'].limits;
    }),
  );
  assert.equal(plan.redis, false);
  assert.equal(plan.gatewayConfig.rateLimit, undefined);
});

test("somebody else's Redis: no Redis of our own, TLS by its scheme, its password by reference", () => {
  const platform = inCluster((document) => {
    document.controllers = { redisUrl: 'rediss://redis.example.com:6380', redisPasswordSecret: 'redis' };
  });
  const { redis, gatewayConfig } = planControllers(platform) as Draft;
  assert.equal(redis, false);
  assert.deepEqual(gatewayConfig.rateLimit.backend.redis, { url: 'redis.example.com:6380', tls: {} });
  const [{ name, valueFrom }] = gatewayConfig.provider.kubernetes.rateLimitDeployment.container.env;
  assert.deepEqual([name, valueFrom.secretKeyRef.key], ['REDIS_AUTH', 'password']);
  assert.ok(requiredSecrets(platform).some(({ at }) => at.join('.') === 'controllers.redisPasswordSecret'));
});

test('a gate names the version that it takes', () => {
  const old = { aiGatewayVersion: '1.0.0', kubernetesVersion: '1.32' } as const;
  assert.deepEqual(refuseFeature('streamIdleTimeout', old), {
    problem: 'AI Gateway 1.0.0 does not support an idle timeout on a rule of an AIGatewayRoute',
    fix: 'set controllers.aiGatewayVersion to 1.1.0',
  });
  assert.equal(refuseFeature('streamIdleTimeout', { ...old, aiGatewayVersion: '1.1.0' }), undefined);
  assert.match(
    refuseFeature('nativeSidecars', old)?.problem ?? '',
    /Kubernetes 1\.32 does not support a sidecar/,
  );
  assert.equal(refuseFeature('nativeSidecars', { ...old, kubernetesVersion: '1.100' }), undefined);
});

const existing = (document: Draft, settings: object) => {
  document.cluster = { existing: { context: 'prod', ...settings } };
};

test('refuses a Kubernetes that is too old [kubernetes-too-old]', () => {
  refuses(
    (document) => existing(document, { kubernetesVersion: '1.31' }),
    'cluster.existing.kubernetesVersion',
    /Kubernetes 1\.31 is older than 1\.32/,
  );
});

test('refuses a Kubernetes version that YAML read as a number', () => {
  refuses(
    (document) => existing(document, { kubernetesVersion: 1.4 }),
    'cluster.existing.kubernetesVersion',
    /in quotes: YAML reads 1\.40 without quotes as the number 1\.4/,
  );
});

test('refuses an AI Gateway that nobody tried', () => {
  refuses(
    (document) => {
      existing(document, {});
      document.controllers = { aiGatewayVersion: '1.2.0' };
    },
    'controllers.aiGatewayVersion',
    /"1\.2\.0" is not a version that this platform is made for/,
  );
});

test('refuses to call the embedded AI Gateway another version', () => {
  refuses(
    (document) => {
      document.controllers = { aiGatewayVersion: '1.1.0' };
    },
    'controllers.aiGatewayVersion',
    /the embedded datacenter runs AI Gateway 1\.0\.0/,
  );
});

test('refuses two of a controller that is one process', () => {
  refuses(
    (document) => {
      document.controllers = { replicas: 2 };
    },
    'controllers.replicas',
    /one process for each controller/,
  );
});

test("refuses somebody else's Redis in the embedded datacenter", () => {
  refuses(
    (document) => {
      document.controllers = { redisUrl: 'redis://redis.example.com:6379' };
    },
    'controllers.redisUrl',
    /its own Redis/,
  );
});

test('refuses a password in the URL of Redis without repeating it', () => {
  refuses(
    (document) => {
      document.controllers = { redisUrl: 'redis://user:pass@redis.example.com:6379' };
    },
    'controllers.redisUrl',
    /^the value is not a URL such as .*redisPasswordSecret/,
  );
});

test('refuses a password for no Redis', () => {
  refuses(
    (document) => {
      existing(document, {});
      document.controllers = { redisPasswordSecret: 'redis' };
    },
    'controllers.redisUrl',
    /required/,
  );
});
