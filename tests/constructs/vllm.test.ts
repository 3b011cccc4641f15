import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { DeploymentSpec } from 'kubernetes-types/apps/v1';
import type { Container, PodSpec } from 'kubernetes-types/core/v1';
import { Duration, flagsOf, Memory, NEWEST_VLLM, OLDEST_VLLM, parsePlatform, planTiming } from '../../config';
import { Namespace, VLLM_LABELS, VllmServer, type VllmServerProps } from '../../constructs';
import versions from '../../versions.json';
import { papersDocument } from '../config/papers-document';
import { assertGolden, chart, field, manifests, mistakesOf, only } from './support';

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

test('a model server is a Deployment and a Service named after the model [vllm-shape]', () => {
  assertGolden('vllm', render().objects);
});

test('what a construct is not told is what a document would say', () => {
  // Eight GPUs are one node or two, as the default of gpusPerNode says.
  const document = papersDocument((draft) => {
    draft.cluster = { existing: { context: 'somewhere' } };
    draft.models['gpt-oss-120b'].vllm = { pipelineParallelSize: 2 };
  });
  const model = parsePlatform(document).models.find(({ kind }) => kind === 'vllm');
  assert.equal(model?.kind, 'vllm');
  const rendered = (props: Omit<VllmServerProps, 'namespace'>) => {
    const scope = chart();
    const namespace = new Namespace(scope, 'namespace', { name: 'ai-serving' });
    new VllmServer(scope, 'gpt-oss-120b', { namespace, ...props });
    return manifests(scope);
  };
  const { weights, tensorParallelSize, pipelineParallelSize, maxModelLen, startupBudget, drain } = model;
  const needed = { weights, tensorParallelSize, pipelineParallelSize, maxModelLen, startupBudget, drain };
  assert.deepEqual(rendered({ model: model.model, ...needed }), rendered(model));
});

for (const gpus of [1, 2, 8] as const) {
  test(`tensor parallel ${gpus} takes ${gpus} GPUs, and memory for them`, () => {
    const { container, pod } = render({ tensorParallelSize: gpus, gpusPerNode: 8 });
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

test('a leaving pod finishes the longest answer before it is killed [vllm-drain]', () => {
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

const variable = (container: Container, name: string) => container.env?.find((entry) => entry.name === name);

test('every flag of ours is one of every version that is supported', () => {
  for (const version of [OLDEST_VLLM, NEWEST_VLLM]) {
    const known = new Set(flagsOf(version));
    for (const changes of [{}, { kvCacheDtype: 'fp8', pipelineParallelSize: 2 }] as const) {
      const flags = render({ version, gpusPerNode: 8, ...changes }).container.args ?? [];
      for (const flag of flags.slice(1)) assert.ok(known.has(flag.replace(/^--(\S+?)(=.*)?$/, '$1')), flag);
    }
  }
});

test('more flags are added, and take the place of ours', () => {
  const extraArgs = { 'stream-interval': 4, 'enable-prefix-caching': false };
  const args = render({ extraArgs }).container.args ?? [];
  assert.ok(args.includes('--stream-interval=4'));
  assert.ok(args.includes('--no-enable-prefix-caching'));
  assert.ok(!args.includes('--enable-prefix-caching'));
});

describe('the image', () => {
  const tag = (changes: Partial<VllmServerProps>) => render(changes).container.image?.split(':')[1];

  test('is that of the version, built for the CUDA of the driver', () => {
    assert.equal(tag({ version: '0.26.0' }), 'v0.26.0');
    assert.equal(tag({ version: '0.26.0', cuda: '13' }), 'v0.26.0');
    assert.equal(tag({ version: '0.26.0', cuda: '12' }), 'v0.26.0-cu129');
    assert.equal(tag({ version: '0.19.1', cuda: '13' }), 'v0.19.1-cu130');
    assert.equal(tag({ version: '0.19.1', cuda: '12' }), 'v0.19.1');
  });

  test('finds the libraries of the driver first when it is told to', () => {
    assert.equal(variable(render().container, 'LD_LIBRARY_PATH'), undefined);
    const { container } = render({ driverLibraryWorkaround: true });
    assert.match(variable(container, 'LD_LIBRARY_PATH')?.value ?? '', /^\/usr\/local\/nvidia\/lib64:/);
  });
});

describe('a key', () => {
  test('reaches the server from a Secret, and stands nowhere else', () => {
    const { container, objects } = render({ apiKey: 'the-key' });
    assert.deepEqual(only(objects, 'Secret').stringData, { VLLM_API_KEY: 'the-key' });
    const { valueFrom } = variable(container, 'VLLM_API_KEY') ?? {};
    assert.deepEqual(valueFrom?.secretKeyRef, { name: 'gpt-oss-120b', key: 'VLLM_API_KEY' });
    assert.ok(!JSON.stringify(objects.filter(({ kind }) => kind !== 'Secret')).includes('the-key'));
  });

  test('is there before the server that wants it', () => {
    const kinds = render({ apiKey: 'the-key' }).objects.map(({ kind }) => kind);
    assert.ok(kinds.indexOf('Secret') < kinds.indexOf('Deployment'));
  });
});

test('the store is filled and the door is shut before the server starts', () => {
  const weights = { kind: 'pvc', accessMode: 'ReadWriteOnce', size: Memory.gibibytes(80) } as const;
  const { objects, container, pod } = render({ weights });
  const kinds = objects.map(({ kind }) => kind);
  for (const first of ['PersistentVolumeClaim', 'Job', 'NetworkPolicy']) {
    assert.ok(kinds.indexOf(first) < kinds.indexOf('Deployment'), first);
  }
  assert.equal(container.args?.[0], '/models/gpt-oss-120b');
  assert.ok(container.volumeMounts?.some(({ name, readOnly }) => name === 'models' && readOnly));
  assert.ok(pod.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim !== undefined));
  assert.equal(variable(container, 'HF_HUB_OFFLINE')?.value, '1');
});

test('each pod has room for what it downloads itself', () => {
  assert.equal(render().container.resources?.requests?.['ephemeral-storage'], '100Gi');
});

test('only proxies of the gateway and Prometheus reach it, and who else is named', () => {
  const callers = [{ podSelector: { matchLabels: { app: 'endpoint-picker' } } }];
  const policy = only(render({ prometheusNamespace: 'monitoring', callers }).objects, 'NetworkPolicy');
  assert.deepEqual(field(policy, 'spec.ingress.0.from.1'), callers[0]);
  assert.deepEqual(field(policy, 'spec.ingress.1.from.0.namespaceSelector.matchLabels'), {
    'kubernetes.io/metadata.name': 'monitoring',
  });
  assert.equal((field(policy, 'spec.ingress') as unknown[]).length, 2);
});

test('nothing outside of the cluster reaches it', () => {
  const service = only(render().objects, 'Service').spec as { type?: string; clusterIP?: string };
  assert.deepEqual([service.type, service.clusterIP], [undefined, 'None']);
  assert.ok(!render().objects.some(({ kind }) => kind === 'Ingress'));
});

test('two replicas are spread, and leave one at a time', () => {
  const one = render();
  assert.equal(one.pod.topologySpreadConstraints, undefined);
  assert.ok(!one.objects.some(({ kind }) => kind === 'PodDisruptionBudget'));
  const two = render({ replicas: 2 });
  assert.deepEqual(
    two.pod.topologySpreadConstraints?.map(({ topologyKey }) => topologyKey),
    ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'],
  );
  assert.equal(field(only(two.objects, 'PodDisruptionBudget'), 'spec.maxUnavailable'), 1);
});

test('a preflight sees the same GPUs through the same image before the server starts', () => {
  assert.equal(render().pod.initContainers, undefined);
  const { pod, container } = render({ preflight: true });
  const [check] = pod.initContainers ?? [];
  assert.equal(check?.image, container.image);
  assert.deepEqual(check?.resources, container.resources);
  assert.deepEqual(check?.command?.slice(0, 4), [
    ...['torchrun', '--standalone', '--nproc-per-node=4', '--no-python'],
  ]);
  assert.ok(check?.volumeMounts?.some(({ mountPath }) => mountPath === '/dev/shm'));
});

test('a slice of a GPU is another resource', () => {
  const { container } = render({ mig: '1g.20gb', tensorParallelSize: 1 });
  assert.equal(container.resources?.limits?.['nvidia.com/mig-1g.20gb'], '1');
  assert.equal(container.resources?.limits?.['nvidia.com/gpu'], undefined);
});

const AUTOSCALE = {
  maxReplicas: 3,
  waitingRequests: 5,
  prometheus: 'http://prometheus.ai-observability:9090',
  cooldown: Duration.minutes(10),
} as const;

describe('with an autoscaler', () => {
  test('the number of replicas is its business', () => {
    const { spec, objects } = render({ autoscale: AUTOSCALE });
    assert.equal(spec.replicas, undefined);
    const scaled = only(objects, 'ScaledObject').spec as Record<string, unknown>;
    assert.deepEqual(scaled.scaleTargetRef, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      name: 'gpt-oss-120b',
    });
    assert.deepEqual([scaled.minReplicaCount, scaled.maxReplicaCount], [1, 3]);
    assert.equal(
      field(scaled, 'triggers.0.metadata.query'),
      'sum(vllm:num_requests_waiting{model_name="gpt-oss-120b"})',
    );
  });

  test('a replica goes only after the cooldown: KEDA itself would only wait before the last one', () => {
    const scaled = only(render({ autoscale: AUTOSCALE }).objects, 'ScaledObject');
    const path = 'spec.advanced.horizontalPodAutoscalerConfig.behavior.scaleDown.stabilizationWindowSeconds';
    assert.equal(field(scaled, path), 600);
  });

  test('refuses fewer replicas than always run, and a cooldown over an hour', () => {
    const autoscale = { ...AUTOSCALE, maxReplicas: 1, cooldown: Duration.minutes(90) };
    const problems = mistakesOf(() => render({ replicas: 2, autoscale })).map(({ problem }) => problem);
    assert.equal(problems.length, 2);
    assert.match(problems.join(), /fewer than the 2 replicas.*an hour at most/);
  });
});

test('refuses slices of GPUs that would share a model', () => {
  const [mistake] = mistakesOf(() => render({ mig: '3g.40gb' }));
  assert.match(mistake?.problem ?? '', /4 MIG slices cannot share a model/);
});

test('refuses a version and flags that vLLM does not have', () => {
  assert.equal(mistakesOf(() => render({ version: '0.11.0' })).length, 1);
  const mistakes = mistakesOf(() => render({ extraArgs: { 'swap-space': 4, 'max-model-len': 1 } }));
  assert.deepEqual(
    mistakes.map(({ path }) => path.split('/').at(-1)),
    ['swap-space', 'max-model-len'],
  );
});
