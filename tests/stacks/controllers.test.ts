import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parsePlatform, planControllers } from '../../config';
import { renderControllers, sourceOf } from '../../stacks/controllers';
import { type Draft, papersDocument } from '../config/papers-document';
import { mistakeOf } from '../config/refused';

const own = process.env.VCF_AI_CHARTS;

before(() => {
  delete process.env.VCF_AI_CHARTS;
});

after(() => {
  if (own !== undefined) process.env.VCF_AI_CHARTS = own;
});

const inCluster = (controllers: object) =>
  parsePlatform(
    papersDocument((document: Draft) => {
      document.cluster = { existing: { context: 'prod' } };
      document.controllers = controllers;
    }),
  );

test('a cluster gets the published charts in their pinned versions', () => {
  const { gatewayChart, aiGatewayChart } = planControllers(inCluster({ aiGatewayVersion: '1.1.0' }));
  assert.deepEqual(sourceOf(gatewayChart, false), {
    chart: 'oci://docker.io/envoyproxy/gateway-helm',
    version: 'v1.8.3',
  });
  assert.deepEqual(sourceOf(aiGatewayChart, false), {
    chart: 'oci://docker.io/envoyproxy/ai-gateway-helm',
    version: 'v1.1.0',
  });
});

test('a cluster without a way to docker.io takes the same charts from a folder', () => {
  process.env.VCF_AI_CHARTS = '/mnt/charts';
  const { gatewayChart } = planControllers(inCluster({}));
  assert.deepEqual(sourceOf(gatewayChart, false), { chart: '/mnt/charts/gateway-helm' });
  delete process.env.VCF_AI_CHARTS;
});

test('controllers of somebody else stay as they are', async () => {
  assert.deepEqual(await renderControllers(inCluster({ install: false })), {});
});

test('refuses charts on the embedded datacenter when nothing says where they are', () => {
  const { gatewayChart } = planControllers(inCluster({}));
  const { path, problem, fix } = mistakeOf(() => sourceOf(gatewayChart, true));
  assert.equal(path, 'controllers.install');
  assert.match(problem, /VCF_AI_CHARTS does not say where the charts are/);
  assert.match(fix ?? '', /vcf-ai local env/);
});
