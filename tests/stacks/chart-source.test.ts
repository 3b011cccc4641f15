import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { parsePlatform, planControllers } from '../../config';
import { offlineSource, sourceOf } from '../../stacks/chart-source';
import { papersDocument } from '../config/papers-document';
import { mistakeOf } from '../config/refused';
import { newFolder } from '../local/scratch';

const own = process.env.VCF_AI_CHARTS;
const { gatewayChart, aiGatewayChart } = planControllers(
  parsePlatform(
    papersDocument((document) => {
      document.cluster = { existing: { context: 'prod' } };
      document.controllers = { aiGatewayVersion: '1.1.0' };
    }),
  ),
);
const operatorChart = {
  reference: 'gpu-operator',
  repository: 'https://charts.example.com',
  version: 'v1.2.3',
};

beforeEach(() => {
  delete process.env.VCF_AI_CHARTS;
});

after(() => {
  if (own !== undefined) process.env.VCF_AI_CHARTS = own;
});

test('a cluster gets the published charts in their pinned versions', () => {
  assert.deepEqual(sourceOf(gatewayChart, false), {
    chart: 'oci://docker.io/envoyproxy/gateway-helm',
    version: 'v1.8.3',
  });
  assert.deepEqual(sourceOf(aiGatewayChart, false), {
    chart: 'oci://docker.io/envoyproxy/ai-gateway-helm',
    version: 'v1.1.0',
  });
  const { reference, ...published } = operatorChart;
  assert.deepEqual(offlineSource(operatorChart, 'cluster.vks.gpuOperator', false), {
    chart: reference,
    ...published,
  });
});

test('a cluster without a way to their registries takes the same charts from a folder', () => {
  const folder = newFolder();
  process.env.VCF_AI_CHARTS = folder;
  mkdirSync(join(folder, 'gpu-operator'));
  assert.deepEqual(sourceOf(gatewayChart, false), { chart: join(folder, 'gateway-helm') });
  assert.deepEqual(offlineSource(operatorChart, 'cluster.vks.gpuOperator', false), {
    chart: join(folder, 'gpu-operator'),
  });
});

test('refuses charts on the embedded datacenter when nothing says where they are', () => {
  const { path, problem, fix } = mistakeOf(() => sourceOf(gatewayChart, true));
  assert.equal(path, 'controllers.install');
  assert.match(problem, /VCF_AI_CHARTS is not set/);
  assert.match(fix ?? '', /vcf-ai local env/);
});

test('refuses a GPU operator that the folder lacks; a preview that asks nobody goes on without it', () => {
  process.env.VCF_AI_CHARTS = newFolder();
  const { path, problem, fix } = mistakeOf(() =>
    offlineSource(operatorChart, 'cluster.vks.gpuOperator', false),
  );
  assert.equal(path, 'cluster.vks.gpuOperator');
  assert.match(problem, /does not contain gpu-operator/);
  assert.match(
    fix ?? '',
    /helm pull gpu-operator --repo https:\/\/charts\.example\.com --version v1\.2\.3 --untar/,
  );
  assert.equal(offlineSource(operatorChart, 'cluster.vks.gpuOperator', true), undefined);
});
