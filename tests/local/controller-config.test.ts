import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parsePlatform, planControllers } from '../../config';
import { EMBEDDED_CONFIG, GATEWAY_CONFIG } from '../../config/plan/controllers';
import { hostGatewayConfig, wantedControllers, withMcpSeed } from '../../local/controller-config';
import type { LiveObject } from '../../local/kube';
import { papersDocument } from '../config/papers-document';
import { newFolder } from './scratch';

test('a host changes of the planned configuration only who else is where', () => {
  const { gatewayConfig } = planControllers(parsePlatform(papersDocument()));
  const host = hostGatewayConfig(gatewayConfig, 6379);
  const changed = Object.keys(host).filter(
    (key) => JSON.stringify(host[key]) !== JSON.stringify(gatewayConfig[key]),
  );
  assert.deepEqual(changed.sort(), ['apiVersion', 'extensionManager', 'kind', 'provider', 'rateLimit']);
  assert.equal(host.extensionManager.maxMessageSize, '64Mi');
  assert.deepEqual(host.extensionManager.service.fqdn, { hostname: 'localhost', port: 1063 });
  assert.equal(host.rateLimit.backend.redis.url, 'redis://127.0.0.1:6379');
  assert.equal(host.rateLimit.failClosed, false);
});

test('without a limiter a host has none either', () => {
  const document = papersDocument(({ workloads }) => {
    delete workloads['terminal-bench-ci'].limits;
  });
  const { gatewayConfig } = planControllers(parsePlatform(document));
  assert.equal(hostGatewayConfig(gatewayConfig, 6379).rateLimit, undefined);
});

test('the seed that everybody knows is replaced by one that stays', () => {
  const folder = newFolder();
  const flags = ['--logLevel=info', '--mcpSessionEncryptionSeed=default-insecure-seed'];
  const [logLevel, seed] = withMcpSeed(flags, folder);
  assert.equal(logLevel, '--logLevel=info');
  assert.equal(seed, `--mcpSessionEncryptionSeed=${readFileSync(join(folder, 'mcp-seed'), 'utf8')}`);
  assert.match(seed ?? '', /=[0-9a-f]{64}$/);
  assert.deepEqual(withMcpSeed([], folder), [seed]);
  assert.deepEqual(withMcpSeed(['--mcpSessionEncryptionSeed=own'], folder), [
    '--mcpSessionEncryptionSeed=own',
  ]);
});

test('until all of the charts are there, what was wanted before goes on', async () => {
  const named = (name: string, data: Record<string, string>) => ({ metadata: { name }, data });
  const before = named(EMBEDDED_CONFIG.name, {
    [EMBEDDED_CONFIG.gatewayKey]: 'kind: EnvoyGateway',
    [EMBEDDED_CONFIG.flagsKey]: '--logLevel=info',
  });
  const chart = named(GATEWAY_CONFIG.name, { [GATEWAY_CONFIG.key]: 'kind: EnvoyGateway' });
  const wanted = (...objects: { readonly metadata: { readonly name: string } }[]) =>
    wantedControllers({
      get: async (_apiVersion, _kind, name) =>
        objects.find(({ metadata }) => metadata.name === name) as LiveObject | undefined,
    });
  assert.equal((await wanted(before))?.installed, false);
  assert.equal((await wanted(before, chart))?.installed, false);
  assert.equal(await wanted(chart), undefined);
});
