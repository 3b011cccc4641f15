import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import * as pulumi from '@pulumi/pulumi';
import { parsePlatform } from '../../config';
import { renderControllers } from '../../stacks/controllers';
import { renderGpuOperator } from '../../stacks/gpu-operator';
import { ChartRenderer } from '../../stacks/helm-chart';
import { renderMonitoring } from '../../stacks/monitoring';
import { type Draft, papersDocument } from '../config/papers-document';
import { vksDocument } from '../config/vks-document';
import { newFolder } from '../local/scratch';

const own = process.env.VCF_AI_CHARTS;
const metadata = { name: 'one', namespace: 'ns' };
const secret = { apiVersion: 'v1', kind: 'Secret', metadata, data: { 'tls.key': 'bW9ydGFs' } };
const service = { apiVersion: 'v1', kind: 'Service', metadata };
const policy = { apiVersion: 'nvidia.com/v1', kind: 'ClusterPolicy', metadata: { name: 'cluster-policy' } };

let rendered: readonly object[];

const mock = (preview: boolean) =>
  pulumi.runtime.setMocks(
    {
      newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
      call: () => ({ result: rendered }),
    },
    'vcf-ai-platform',
    'prod',
    preview,
  );

beforeEach(async () => {
  delete process.env.VCF_AI_CHARTS;
  await mock(false);
});

after(() => {
  if (own !== undefined) process.env.VCF_AI_CHARTS = own;
});

const renderer = () => new ChartRenderer('charts');
const inCluster = (controllers: object) =>
  parsePlatform(
    papersDocument((document: Draft) => {
      document.cluster = { existing: { context: 'prod' } };
      document.controllers = controllers;
    }),
  );
const withOperator = (gpuOperator?: object) =>
  parsePlatform(
    vksDocument((vks) => {
      if (gpuOperator !== undefined) vks.gpuOperator = gpuOperator;
    }),
  );

test('controllers and an operator of somebody else stay as they are', async () => {
  assert.deepEqual(await renderControllers(inCluster({ install: false }), renderer()), {});
  assert.deepEqual(await renderGpuOperator(withOperator(), renderer()), {});
});

test("the webhook's certificate is one that lasts, and stays as it was made", async () => {
  rendered = [secret, service];
  const { 'ai-gateway': objects } = await renderControllers(inCluster({}), renderer());
  const [made, other] = objects ?? [];
  assert.deepEqual(made?.options, { ignoreChanges: ['stringData', 'data'] });
  assert.deepEqual(Object.keys(made?.object.stringData as object), ['tls.crt', 'tls.key', 'ca.crt']);
  assert.equal(made?.object.data, undefined);
  assert.equal(other?.options, undefined);
});

test('nobody waits for a Service to settle', async () => {
  rendered = [service];
  const { 'envoy-gateway': objects } = await renderControllers(inCluster({}), renderer());
  assert.deepEqual(objects?.[0]?.object.metadata.annotations, { 'pulumi.com/skipAwait': 'true' });
});

test('an update waits until every GPU node has its drivers [gpu-operator-waits]', async () => {
  rendered = [policy, service];
  const { 'gpu-operator': objects } = await renderGpuOperator(withOperator({ nodeImage: {} }), renderer());
  const [ready, other] = objects ?? [];
  assert.equal(ready?.object.metadata.annotations?.['pulumi.com/waitFor'], 'condition=Ready');
  assert.equal(other?.object.metadata.annotations, undefined);
});

test('a preview that asks nobody says that it lacks the operator, and goes on', async () => {
  process.env.VCF_AI_CHARTS = newFolder();
  process.env.VCF_AI_OFFLINE = '1';
  await mock(true);
  try {
    assert.deepEqual(await renderGpuOperator(withOperator({ nodeImage: {} }), renderer()), {});
  } finally {
    delete process.env.VCF_AI_OFFLINE;
  }
});

const withStack = (kubePrometheusStack?: object) =>
  parsePlatform(
    papersDocument((document: Draft) => {
      document.cluster = { existing: { context: 'prod' } };
      document.observability = { prometheus: kubePrometheusStack && { kubePrometheusStack } };
    }),
  );

test('the chart of Prometheus brings the definitions that the platform does not have', async () => {
  const definition = (plural: string) => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.monitoring.coreos.com` },
    spec: { group: 'monitoring.coreos.com', names: { kind: plural }, scope: 'Namespaced' },
  });
  rendered = ['podmonitors', 'prometheuses', 'prometheusrules', 'servicemonitors'].map(definition);
  const { 'kube-prometheus-stack': objects } = await renderMonitoring(withStack({}), renderer());
  assert.deepEqual(
    objects?.map(({ object }) => object.metadata.name),
    ['prometheuses.monitoring.coreos.com', 'servicemonitors.monitoring.coreos.com'],
  );
  assert.deepEqual(await renderMonitoring(withStack(), renderer()), {});
});
