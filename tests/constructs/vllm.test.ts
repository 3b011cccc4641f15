import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeploymentSpec } from 'kubernetes-types/apps/v1';
import type { Container, PodSpec } from 'kubernetes-types/core/v1';
import { Duration, planTiming } from '../../config';
import { Namespace, VLLM_LABELS, VllmServer, type VllmServerProps } from '../../constructs';
import versions from '../../versions.json';
import { assertGolden, chart, field, manifests, only } from './support';

function render(changes: Partial<VllmServerProps> = {}) {
  const scope = chart();
  const server = new VllmServer(scope, 'gpt-oss-120b', {
    namespace: new Namespace(scope, 'namespace', { name: 'ai-serving' }),
    model: 'openai/gpt-oss-120b',
    tensorParallelSize: 4,
    maxModelLen: 131072,
    startupBudget: Duration.minutes(30),
    drain: Duration.minutes(10),
    weights: { kind: 'hub' },
    ...changes,
  });
  const objects = manifests(scope);
  const deployment = only(objects, 'Deployment');
  const spec = deployment.spec as DeploymentSpec;
  const pod = spec.template.spec as PodSpec;
  const container = pod.containers[0] as Container;
  return { server, objects, deployment, spec, pod, container };
}

test('a model server is a Deployment and a Service named after the model', () => {
  assertGolden('vllm', render().objects);
});

for (const gpus of [1, 2, 8]) {
  test(`tensor parallel ${gpus} takes ${gpus} GPUs, and memory for them`, () => {
    const { container, pod } = render({ tensorParallelSize: gpus });
    assert.ok(container.args?.includes(`--tensor-parallel-size=${gpus}`));
    assert.equal(container.resources?.requests?.['nvidia.com/gpu'], `${gpus}`);
    assert.equal(container.resources?.limits?.['nvidia.com/gpu'], `${gpus}`);
    assert.equal(container.resources?.requests?.memory, `${24 * gpus}Gi`);
    assert.equal(field(pod, 'volumes.0.emptyDir.sizeLimit'), `${4 * gpus}Gi`);
  });
}

test('the image is the one that versions.json pins', () => {
  const { repository, tag } = versions.images.vllm;
  assert.equal(render().container.image, `${repository}:${tag}`);
});

test('probe, engine and deployer all grant the startup budget', () => {
  const { container, deployment, spec } = render({ startupBudget: Duration.minutes(45) });
  const { periodSeconds = 0, failureThreshold = 0 } = container.startupProbe ?? {};
  assert.equal(periodSeconds * failureThreshold, 45 * 60);
  assert.equal(
    container.env?.find(({ name }) => name === 'VLLM_ENGINE_READY_TIMEOUT_S')?.value,
    `${45 * 60}`,
  );
  assert.ok((spec.progressDeadlineSeconds ?? 0) > 45 * 60);
  assert.ok(Number(deployment.metadata.annotations?.['pulumi.com/timeoutSeconds']) > 45 * 60);
});

test('a deployer waits for replicas one after the other, as a rollout takes them', () => {
  const timeout = (replicas: number) =>
    Number(render({ replicas }).deployment.metadata.annotations?.['pulumi.com/timeoutSeconds']);
  assert.equal(timeout(3), 3 * timeout(1));
});

test('a leaving pod finishes the longest answer before it is killed', () => {
  const { container, pod } = render({ drain: Duration.minutes(20) });
  assert.ok(container.args?.includes('--shutdown-timeout=1200'));
  const preStop = container.lifecycle?.preStop?.sleep?.seconds ?? 0;
  assert.ok((pod.terminationGracePeriodSeconds ?? 0) > preStop + 1200);
});

test('a rollout never needs GPUs beside those of the replicas', () => {
  assert.deepEqual(render().spec.strategy?.rollingUpdate, { maxSurge: 0, maxUnavailable: 1 });
});

test('the server keeps idle connections longer than the gateway does', () => {
  const keepAlive = render().container.env?.find(({ name }) => name === 'VLLM_HTTP_TIMEOUT_KEEP_ALIVE');
  const { upstreamIdleTimeout } = planTiming(Duration.minutes(10));
  assert.ok(Number(keepAlive?.value) > upstreamIdleTimeout.seconds);
});

test('the tool call parser of gpt-oss is given to gpt-oss only', () => {
  const parser = '--tool-call-parser=openai';
  assert.ok(render().container.args?.includes(parser));
  assert.ok(!render({ model: 'meta-llama/Llama-3.1-8B-Instruct' }).container.args?.includes(parser));
});

test('Service and scrape labels select the pods', () => {
  const { server, objects, spec } = render();
  const labels = spec.template.metadata?.labels ?? {};
  assert.deepEqual(field(only(objects, 'Service'), 'spec.selector'), server.podLabels);
  assert.deepEqual(labels, server.podLabels);
  for (const [label, value] of Object.entries(VLLM_LABELS)) assert.equal(labels[label], value);
});

test('the endpoint is the full name of the Service', () => {
  assert.deepEqual(render().server.endpoint, {
    hostname: 'gpt-oss-120b.ai-serving.svc.cluster.local',
    port: 8000,
    tls: false,
    schema: { name: 'OpenAI', prefix: '/v1' },
  });
});

test('pods see no Services in their environment', () => {
  assert.equal(render().pod.enableServiceLinks, false);
});
