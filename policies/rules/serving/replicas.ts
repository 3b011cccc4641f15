import { groupOf } from '../../../base/manifest';
import type { Bundle } from '../../bundle';
import type { RuleKinds } from '../../kinds';
import { modelServersIn } from '../../model-servers';
import { defineRule } from '../../rule';
import { SCALABLE, type Scaler, scalersOf } from '../../scaling';
import { SERVER } from './samples';

const METADATA = { namespace: 'ai', name: 'oss' };
const TARGET = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'oss' };

const hpa = (name = 'oss', metric: object = QUEUE, scaleTargetRef: object = TARGET) => ({
  [`horizontalpodautoscaler/ai/${name}`]: {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { ...METADATA, name },
    spec: { scaleTargetRef, minReplicas: 1, maxReplicas: 4, metrics: [metric] },
  },
});

const QUEUE = {
  type: 'Pods',
  pods: {
    metric: { name: 'vllm_num_requests_waiting' },
    target: { type: 'AverageValue', averageValue: '5' },
  },
};

const CPU = {
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } },
};

const scaledObject = (
  scaleTargetRef: object = { name: 'oss' },
  triggers: readonly object[] = [
    {
      type: 'prometheus',
      metadata: {
        serverAddress: 'http://prometheus:9090',
        query: 'sum(vllm:num_requests_waiting)',
        threshold: '5',
      },
    },
  ],
) => ({
  'scaledobject/ai/oss': {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: METADATA,
    spec: { scaleTargetRef, minReplicaCount: 1, maxReplicaCount: 4, triggers },
  },
});

/** The server without a number of replicas, on a volume that several nodes mount. */
const FREE = {
  [SERVER]: { spec: { replicas: null } },
  'persistentvolumeclaim/ai/oss': { spec: { accessModes: ['ReadWriteMany'] } },
};

export const oneScaler = defineRule({
  id: 'S25',
  title: 'one autoscaler decides on the replicas of a workload',
  effect: 'failing',
  why:
    'A ScaledObject makes a HorizontalPodAutoscaler of its own. With a second one both write the number of replicas, each ' +
    'over the other: pods start and end without a reason, and KEDA’s webhook refuses the ScaledObject.',
  source:
    'kedacore/keda v2.18, apis/keda/v1alpha1/scaledobject_webhook.go (verifyHpas, verifyScaledObjects); Kubernetes, ' +
    'pkg/controller/podautoscaler/horizontal.go (AmbiguousSelector)',
  fix: 'keep one of them; a ScaledObject takes triggers of CPU and memory, too',
  area: 'serving',
  scope: 'graph',
  kinds: ['HorizontalPodAutoscaler', 'ScaledObject'],
  good: [
    { shows: 'one of Kubernetes', change: { ...FREE, ...hpa() } },
    { shows: 'one of KEDA', change: { ...FREE, ...scaledObject() } },
    {
      shows: 'one for each of two workloads',
      change: { ...FREE, ...scaledObject(), ...hpa('other', QUEUE, { ...TARGET, name: 'other' }) },
    },
    {
      shows: 'a StatefulSet of the same name',
      change: { ...FREE, ...scaledObject(), ...hpa('oss', QUEUE, { ...TARGET, kind: 'StatefulSet' }) },
    },
  ],
  bad: [
    {
      shows: 'one of each sort',
      change: { ...FREE, ...hpa(), ...scaledObject() },
      finds: ['scaledobject/ai/oss /spec/scaleTargetRef'],
    },
    {
      shows: 'two of Kubernetes',
      change: { ...FREE, ...hpa(), ...hpa('second') },
      finds: ['horizontalpodautoscaler/ai/second /spec/scaleTargetRef'],
    },
    {
      shows: 'two for a workload of another repository',
      change: { ...scaledObject({ name: 'far' }), ...hpa('far', QUEUE, { ...TARGET, name: 'far' }) },
      finds: ['scaledobject/ai/oss /spec/scaleTargetRef'],
    },
  ],
  check(all, one) {
    const target = targetOf(one);
    const [first, ...others] = target === undefined ? [] : scalersOf(all, target);
    if (first === undefined || !others.some(({ object }) => object === one)) return [];
    // KEDA takes over the HorizontalPodAutoscaler that it is told to.
    const isOwn =
      Reflect.get(one.metadata?.annotations ?? {}, 'scaledobject.keda.sh/transfer-hpa-ownership') === 'true';
    if (isOwn) return [];
    return [
      {
        pointer: '/spec/scaleTargetRef',
        value: target?.metadata.name,
        problem: `${first.object.kind} ${first.object.metadata?.name} scales ${target?.kind} ${target?.metadata.name}, too`,
      },
    ];
  },
});

function targetOf(one: Scaler['object']) {
  const { scaleTargetRef } = one.spec ?? {};
  if (scaleTargetRef === undefined) return undefined;
  const { kind = 'Deployment', name, apiVersion = 'apps/v1' } = scaleTargetRef;
  return { apiVersion, kind, metadata: { namespace: one.metadata?.namespace ?? '', name } };
}

export const fixedReplicas = defineRule({
  id: 'S26',
  title: 'a workload that is scaled has no number of replicas of its own',
  effect: 'fragile',
  why:
    'Every apply of the manifest sets the number of replicas back, and the autoscaler changes it again: with each rollout ' +
    'model servers end in the middle of their answers, or GPUs stay empty while models load. A GitOps controller does so ' +
    'for ever.',
  source:
    'Kubernetes, horizontal pod autoscaling, migrating Deployments; Argo CD, best practices, leaving room for imperativeness',
  fix: 'remove spec.replicas',
  area: 'serving',
  scope: 'graph',
  kinds: [...SCALABLE],
  good: [
    { shows: 'no number', change: { ...FREE, ...scaledObject() } },
    { shows: 'an autoscaler of something else', change: scaledObject({ name: 'other' }) },
  ],
  bad: [
    {
      shows: 'a number beside one of KEDA',
      change: { ...FREE, [SERVER]: { spec: { replicas: 2 } }, ...scaledObject() },
      finds: [`${SERVER} /spec/replicas`],
    },
    {
      shows: 'a number beside one of Kubernetes',
      change: { ...FREE, [SERVER]: { spec: { replicas: 1 } }, ...hpa() },
      finds: [`${SERVER} /spec/replicas`],
    },
  ],
  check(all, one) {
    const replicas = one.spec?.replicas;
    const [scaler] = scalersOf(all, one);
    // LeaderWorkerSet has a default, which the schema fills in.
    if (scaler === undefined || replicas === undefined || (one.kind === 'LeaderWorkerSet' && replicas === 1))
      return [];
    const { kind, metadata } = scaler.object;
    return [
      {
        pointer: '/spec/replicas',
        value: replicas,
        problem: `${kind} ${metadata?.name} changes the number of replicas, and every apply sets it back to ${replicas}`,
        patch: [{ op: 'remove', path: '/spec/replicas' }],
      },
    ];
  },
});

export const busyMetric = defineRule({
  id: 'S27',
  title: 'model servers are not scaled by their use of CPUs or memory',
  effect: 'fragile',
  why:
    'The loops of vLLM take a CPU for each GPU whether there is one request or a hundred, and its memory does not fall: an ' +
    'autoscaler by CPU or memory keeps the largest number of replicas, or never leaves the smallest.',
  source:
    'vLLM 0.33, docs/configuration/optimization.md, CPU resources; production-stack and llm-d scale by queue and cache',
  fix: 'scale by vllm:num_requests_waiting or vllm:kv_cache_usage_perc',
  area: 'serving',
  scope: 'graph',
  kinds: ['HorizontalPodAutoscaler', 'ScaledObject'],
  good: [
    { shows: 'the queue', change: { ...FREE, ...hpa() } },
    { shows: 'the CPUs of something else', change: hpa('web', CPU, { ...TARGET, name: 'web' }) },
  ],
  bad: [
    {
      shows: 'CPUs',
      change: { ...FREE, ...hpa('oss', CPU) },
      finds: ['horizontalpodautoscaler/ai/oss /spec/metrics/0'],
    },
    {
      shows: 'a trigger of KEDA',
      change: {
        ...FREE,
        ...scaledObject({ name: 'oss' }, [
          { type: 'cpu', metricType: 'Utilization', metadata: { value: '70' } },
        ]),
      },
      finds: ['scaledobject/ai/oss /spec/triggers/0'],
    },
  ],
  check(all, one) {
    const target = targetOf(one);
    if (target === undefined || !isModelServer(all, target)) return [];
    const busy =
      one.kind === 'ScaledObject'
        ? busyTriggers(one as RuleKinds['ScaledObject'])
        : busyMetrics(one as RuleKinds['HorizontalPodAutoscaler']);
    return busy.map(({ pointer, name }) => ({
      pointer,
      value: name,
      problem: `the use of ${name} says nothing about the load of ${target.metadata.name}`,
    }));
  },
});

function isModelServer(
  all: Bundle,
  { apiVersion, kind, metadata }: NonNullable<ReturnType<typeof targetOf>>,
) {
  const workload = all.find({ group: groupOf({ apiVersion }), kind, ...metadata });
  return workload !== undefined && modelServersIn(workload).length > 0;
}

const BUSY = ['cpu', 'memory'];

function busyMetrics({ spec }: RuleKinds['HorizontalPodAutoscaler']) {
  return [...(spec?.metrics ?? []).entries()].flatMap(([index, { resource, containerResource }]) => {
    const name = (resource ?? containerResource)?.name ?? '';
    return BUSY.includes(name) ? [{ pointer: `/spec/metrics/${index}`, name }] : [];
  });
}

function busyTriggers({ spec }: RuleKinds['ScaledObject']) {
  return [...spec.triggers.entries()].flatMap(([index, { type }]) =>
    BUSY.includes(type) ? [{ pointer: `/spec/triggers/${index}`, name: type }] : [],
  );
}
