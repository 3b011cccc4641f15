import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeploymentSpec } from 'kubernetes-types/apps/v1';
import type { Container, PodSpec } from 'kubernetes-types/core/v1';
import { Duration, Memory } from '../../config';
import { Namespace, TEI_LABELS, TeiServer, type TeiServerProps } from '../../constructs';
import versions from '../../versions.json';
import { assertGolden, chart, manifests, only } from './support';

function render(changes: Partial<TeiServerProps> = {}) {
  const scope = chart();
  const server = new TeiServer(scope, 'bge-large-en', {
    namespace: new Namespace(scope, 'namespace', { name: 'ai-serving' }),
    model: 'BAAI/bge-large-en-v1.5',
    weights: { kind: 'pvc', accessMode: 'ReadWriteMany', size: Memory.gibibytes(3) },
    startupBudget: Duration.minutes(5),
    ...changes,
  });
  const objects = manifests(scope);
  const spec = only(objects, 'Deployment').spec as DeploymentSpec;
  const pod = spec.template.spec as PodSpec;
  return { server, objects, spec, pod, container: pod.containers[0] as Container };
}

test('an embedding server is a store, a policy, a Deployment and a Service named after the model [tei-shape]', () => {
  assertGolden('tei', render({ replicas: 2 }).objects);
});

test('it answers in the dialect of OpenAI [tei-openai-dialect]', () => {
  assert.deepEqual(render().server.endpoint, {
    hostname: 'bge-large-en.ai-serving.svc.cluster.local',
    port: 8000,
    tls: false,
    schema: { name: 'OpenAI', prefix: '/v1' },
  });
});

test('the image is built for what it runs on', () => {
  const { repository, tag } = versions.images.tei;
  assert.equal(render().container.image, `${repository}:cpu-${tag}`);
  assert.equal(render({ gpu: 'h100-sxm-80gb' }).container.image, `${repository}:hopper-${tag}`);
  assert.equal(render({ gpu: 'a100-sxm-80gb' }).container.image, `${repository}:${tag}`);
  assert.equal(render({ gpu: 'rtx-6000' }).container.image, `${repository}:cuda-${tag}`);
  assert.equal(render({ version: '1.8.0' }).container.image, `${repository}:cpu-1.8.0`);
});

test('on CPUs it takes no GPU and a rollout starts before it stops', () => {
  const { container, pod, spec } = render();
  assert.equal(container.resources?.requests?.['nvidia.com/gpu'], undefined);
  assert.equal(pod.tolerations, undefined);
  assert.deepEqual(spec.strategy?.rollingUpdate, { maxSurge: 1, maxUnavailable: 0 });
});

test('on GPUs it takes one, or a slice of one, and a rollout needs no other', () => {
  const { container, pod, spec } = render({ gpu: 'h100-sxm-80gb', gpuProduct: 'NVIDIA-H100-80GB-HBM3' });
  assert.equal(container.resources?.limits?.['nvidia.com/gpu'], '1');
  assert.deepEqual(pod.nodeSelector, { 'nvidia.com/gpu.product': 'NVIDIA-H100-80GB-HBM3' });
  assert.deepEqual(spec.strategy?.rollingUpdate, { maxSurge: 0, maxUnavailable: 1 });
  const slice = render({ gpu: 'h100-sxm-80gb', mig: '1g.10gb' }).container.resources?.limits;
  assert.equal(slice?.['nvidia.com/mig-1g.10gb'], '1');
});

test('it reads the store when there is one, otherwise the hub at the revision', () => {
  const revision = 'd4aa6901d3a41ba39fb536a557fa166f842b0e09';
  const args = render({ revision }).container.args ?? [];
  assert.ok(args.includes('--model-id=/models/bge-large-en-v1.5'));
  assert.ok(!args.some((arg) => arg.startsWith('--revision')));
  const online = render({ revision, weights: { kind: 'hub' } }).container.args ?? [];
  assert.ok(online.includes('--model-id=BAAI/bge-large-en-v1.5'));
  assert.ok(online.includes(`--revision=${revision}`));
});

test('one replica needs no disruption budget, two have one [tei-disruption-budget]', () => {
  assert.ok(!render().objects.some(({ kind }) => kind === 'PodDisruptionBudget'));
  assert.ok(render({ replicas: 2 }).objects.some(({ kind }) => kind === 'PodDisruptionBudget'));
});

test('the scrape labels are on the pods', () => {
  const labels = render().spec.template.metadata?.labels ?? {};
  for (const [label, value] of Object.entries(TEI_LABELS)) assert.equal(labels[label], value);
});
