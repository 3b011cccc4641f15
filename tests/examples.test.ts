import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import { placeholder } from '../cli/rendered';
import { loadStack } from '../cli/stack';
import { synthesize } from '../cli/synth';
import { PROVIDERS, requiredSecrets } from '../config';
import { thousandWorkloads } from '../examples/thousand-workloads/generate';
import { checkManifests, formatFindings } from '../policies';
import { providerModels } from './e2e/provider-cases';
import { deploymentOrder, exampleFolder, exampleNames } from './examples';

const EXAMPLES_TABLE = /^\| \[([\w-]+)\]\(examples\/\1\/\) \|/gm;

test('an example and a test with the real Envoy have every kind of provider', () => {
  const { models } = loadStack('local', exampleFolder('every-provider')).platform;
  const shown = models.flatMap((model) => (model.kind === 'provider' ? [model.provider] : []));
  const tried = Object.values(providerModels('')).map(({ provider }) => provider);
  const all = Object.keys(PROVIDERS).sort();
  assert.deepEqual([...new Set(shown)].sort(), all);
  assert.deepEqual([...new Set(tried)].sort(), all);
});

describe('examples', () => {
  for (const name of exampleNames) {
    test(`${name}: its document is sound, and every object passes schemas and rules without a finding`, () => {
      const objects = synthesize('local', exampleFolder(name)).filter(({ layer }) => layer !== 'crds');
      const manifests = objects.map(({ manifest }) => manifest);
      assert.equal(formatFindings(checkManifests(manifests)), '');
    });

    test(`${name}: every secret of its stack is in a Secret, and nowhere else`, () => {
      const objects = synthesize('local', exampleFolder(name)).map(({ manifest }) => manifest);
      const { platform } = loadStack('local', exampleFolder(name));
      const text = (kept: (kind: string) => boolean) =>
        JSON.stringify(objects.filter(({ kind }) => kept(kind)));
      const [within, outside] = [text((kind) => kind === 'Secret'), text((kind) => kind !== 'Secret')];
      for (const secret of requiredSecrets(platform)) {
        const mark = placeholder(secret.name, 'local');
        assert.ok(within.includes(mark), `${secret.name} is in no Secret`);
        assert.ok(!outside.includes(mark), `${secret.name} is outside of Secrets`);
      }
    });

    test(`${name}: runs on the embedded datacenter, and its README says what it shows`, () => {
      assert.equal(loadStack('local', exampleFolder(name)).platform.cluster.kind, 'local');
      const readme = readFileSync(join(exampleFolder(name), 'README.md'), 'utf8');
      assert.match(readme, /^# \S/);
      for (const section of ['## Try it', '## In production']) assert.ok(readme.includes(section), section);
    });
  }

  test('thousand-workloads: its document is what its script writes [thousand-workloads-document]', () => {
    const file = join(exampleFolder('thousand-workloads'), 'Pulumi.local.yaml');
    assert.equal(readFileSync(file, 'utf8'), thousandWorkloads());
  });

  test('all of them are deployed one after another', () => {
    assert.deepEqual([...deploymentOrder].sort(), exampleNames);
  });

  test('the README lists each of them', () => {
    const readme = readFileSync(resolve(__dirname, '../README.md'), 'utf8');
    const listed = [...readme.matchAll(EXAMPLES_TABLE)].map(([, name]) => name).sort();
    assert.deepEqual(listed, exampleNames);
  });
});
