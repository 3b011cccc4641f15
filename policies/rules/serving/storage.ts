import type { Bundle } from '../../bundle';
import type { RuleKinds } from '../../kinds';
import { claimAt, podsIn } from '../../pods';
import { defineRule, type Violation } from '../../rule';
import { SCALABLE, scalersOf } from '../../scaling';
import { matches } from '../../selectors';
import { POD, SERVER } from './samples';

const BUDGET = 'poddisruptionbudget/ai/oss';

const SHARED = ['ReadWriteMany', 'ReadOnlyMany'];

const CLAIM = `${POD}/volumes/2/persistentVolumeClaim/claimName`;

export const sharedClaims = defineRule({
  id: 'S13',
  title: 'replicas share only volumes that several nodes can mount',
  effect: 'failing',
  why:
    'A ReadWriteOnce volume is mounted by one node at a time: the second replica waits for it forever ' +
    '(Multi-Attach), and so does every rollout.',
  source: 'Kubernetes, persistent volumes, access modes',
  fix: 'use ReadWriteMany or ReadOnlyMany, or a volume for each replica',
  area: 'serving',
  scope: 'graph',
  kinds: ['Deployment', 'LeaderWorkerSet', 'StatefulSet'],
  good: [
    {
      shows: 'two replicas on a shared volume',
      change: {
        [SERVER]: { spec: { replicas: 2 } },
        'persistentvolumeclaim/ai/oss': { spec: { accessModes: ['ReadWriteMany'] } },
      },
    },
  ],
  bad: [
    {
      shows: 'two replicas on a volume for one',
      change: { [SERVER]: { spec: { replicas: 2 } } },
      finds: [`${SERVER} ${CLAIM}`],
    },
    {
      shows: 'replicas in order on a volume for one',
      change: {
        'statefulset/ai/worker': {
          apiVersion: 'apps/v1',
          kind: 'StatefulSet',
          metadata: { namespace: 'ai', name: 'worker' },
          spec: {
            replicas: 2,
            serviceName: 'worker',
            selector: { matchLabels: { app: 'worker' } },
            template: {
              metadata: { labels: { app: 'worker' } },
              spec: {
                containers: [{ name: 'worker', image: 'registry.internal:5000/worker:1.0.0' }],
                volumes: [{ name: 'models', persistentVolumeClaim: { claimName: 'oss' } }],
              },
            },
          },
        },
      },
      finds: ['statefulset/ai/worker /spec/template/spec/volumes/0/persistentVolumeClaim/claimName'],
    },
    {
      shows: 'an autoscaler over a volume for one',
      change: {
        [SERVER]: { spec: { replicas: null } },
        'scaledobject/ai/oss': {
          apiVersion: 'keda.sh/v1alpha1',
          kind: 'ScaledObject',
          metadata: { namespace: 'ai', name: 'oss' },
          spec: {
            scaleTargetRef: { name: 'oss' },
            minReplicaCount: 1,
            maxReplicaCount: 3,
            triggers: [{ type: 'cpu', metadata: {} }],
          },
        },
      },
      finds: [`${SERVER} ${CLAIM}`],
      also: ['S27 scaledobject/ai/oss /spec/triggers/0'],
    },
  ],
  check(all, one) {
    const namespace = one.metadata?.namespace ?? '';
    const pods = mostPods(all, one);
    if (pods < 2) return [];
    return podsIn(one).flatMap(({ spec, pointer }) =>
      [...(spec.volumes ?? []).entries()].flatMap(([index, { persistentVolumeClaim }]) => {
        const claimName = persistentVolumeClaim?.claimName ?? '';
        const modes = claimAt(all, namespace, claimName)?.spec?.accessModes;
        if (modes === undefined || modes.some((mode) => SHARED.includes(mode))) return [];
        return [
          {
            pointer: `${pointer}/volumes/${index}/persistentVolumeClaim/claimName`,
            value: claimName,
            problem: `${Number.isFinite(pods) ? pods : 'any number of'} pods mount ${claimName}, which is ${modes.join(' and ')}`,
          },
        ];
      }),
    );
  },
});

export const blockedDrain = defineRule({
  id: 'S14',
  title: 'a disruption budget allows a node to be drained',
  effect: 'failing',
  why:
    'A budget that allows no eviction blocks every drain of its node, and with it every upgrade of the ' +
    'cluster, until someone removes it by hand.',
  source: 'Kubernetes, disruptions; Cluster API, node drain',
  fix: 'use maxUnavailable: 1, and no budget for a single replica',
  area: 'serving',
  scope: 'graph',
  kinds: ['PodDisruptionBudget'],
  good: [
    {
      shows: 'one of one may leave',
      change: budget({ maxUnavailable: 1 }),
    },
    {
      shows: 'half of two, and a share that rounds up to one',
      change: {
        ...budget({ minAvailable: '50%' }),
        [SERVER]: { spec: { replicas: 2 } },
        'persistentvolumeclaim/ai/oss': { spec: { accessModes: ['ReadWriteMany'] } },
      },
    },
    { shows: 'a share that may leave, which rounds up to one', change: budget({ maxUnavailable: '10%' }) },
    {
      shows: 'pods of another repository',
      change: budget({ minAvailable: 1, selector: { matchLabels: { app: 'far' } } }),
    },
  ],
  bad: [
    {
      shows: 'one replica, of which one has to stay',
      change: budget({ minAvailable: 1 }),
      finds: [`${BUDGET} /spec/minAvailable`],
    },
    {
      shows: 'half of one replica, which is one',
      change: budget({ minAvailable: '50%' }),
      finds: [`${BUDGET} /spec/minAvailable`],
    },
    {
      shows: 'more than half of two, which is two',
      change: {
        ...budget({ minAvailable: '51%' }),
        [SERVER]: { spec: { replicas: 2 } },
        'persistentvolumeclaim/ai/oss': { spec: { accessModes: ['ReadWriteMany'] } },
      },
      finds: [`${BUDGET} /spec/minAvailable`],
    },
    {
      shows: 'two budgets for the same pods',
      change: {
        ...budget({ maxUnavailable: 1 }),
        'poddisruptionbudget/ai/second': {
          apiVersion: 'policy/v1',
          kind: 'PodDisruptionBudget',
          metadata: { namespace: 'ai', name: 'second' },
          spec: { selector: { matchLabels: { app: 'oss' } }, maxUnavailable: 1 },
        },
      },
      finds: ['poddisruptionbudget/ai/second /spec/selector'],
    },
    {
      shows: 'nobody may leave',
      change: budget({ maxUnavailable: '0%' }),
      finds: [`${BUDGET} /spec/maxUnavailable`],
    },
  ],
  check: (all, one) => [...exhausted(all, one), ...doubled(all, one)],
});

type Budget = RuleKinds['PodDisruptionBudget'];

/** The eviction of a pod that two budgets select is refused, whatever they allow (registry/core/pod/storage/eviction.go). */
function doubled(all: Bundle, one: Budget): Violation[] {
  const budgets = all.ofKind('PodDisruptionBudget', one.metadata?.namespace ?? '');
  const pods = guardedPods(all, one);
  const earlier = budgets
    .slice(0, budgets.indexOf(one))
    .find(({ spec }) => pods.some((labels) => matches(spec?.selector, labels)));
  if (earlier === undefined) return [];
  return [
    {
      pointer: '/spec/selector',
      value: one.spec?.selector,
      problem: `PodDisruptionBudget ${earlier.metadata?.name} selects the same pods, and no pod with two budgets can be evicted`,
      fix: 'keep one of the two budgets',
    },
  ];
}

/** The labels of the pods that a budget selects. */
const guardedPods = (all: Bundle, { metadata, spec }: Budget) =>
  SCALABLE.flatMap((kind) => [...all.ofKind(kind, metadata?.namespace ?? '')])
    .flatMap((one) => podsIn(one).map(({ labels }) => labels))
    .filter((labels) => matches(spec?.selector, labels));

function exhausted(all: Bundle, { metadata, spec }: Budget): Violation[] {
  const { minAvailable, maxUnavailable } = spec ?? {};

  if (['0', '0%'].includes(`${maxUnavailable}`) || minAvailable === '100%') {
    const field = minAvailable === '100%' ? 'minAvailable' : 'maxUnavailable';
    return [{ pointer: `/spec/${field}`, value: spec?.[field], problem: 'no pod may ever be evicted' }];
  }
  if (minAvailable === undefined) return [];
  const workloads = SCALABLE.flatMap((kind) => [...all.ofKind(kind, metadata?.namespace ?? '')]).filter(
    (one) => podsIn(one).some(({ labels }) => matches(spec?.selector, labels)),
  );
  const pods = workloads.map((one) => mostPods(all, one)).reduce((a, b) => a + b, 0);
  const staying = typeof minAvailable === 'number' ? minAvailable : shareOf(minAvailable, pods);
  // Of no pods there is nothing to say: they may be in another repository, or scaled to none.
  if (pods === 0 || !Number.isFinite(pods) || staying < pods) return [];
  const share =
    typeof minAvailable === 'number' ? `${staying}` : `${minAvailable}, which rounds up to ${staying},`;
  return [
    {
      pointer: '/spec/minAvailable',
      value: minAvailable,
      problem: `${share} of the ${pods} pods of ${workloads.map((one) => one.metadata?.name).join(' and ')} must stay`,
      patch: [
        { op: 'remove', path: '/spec/minAvailable' },
        { op: 'add', path: '/spec/maxUnavailable', value: 1 },
      ],
    },
  ];
}

/** As many pods as a workload ever has. */
function mostPods(all: Bundle, one: RuleKinds[(typeof SCALABLE)[number]]): number {
  const scaled = scalersOf(all, one).map(({ most }) => most);
  const size = one.kind === 'LeaderWorkerSet' ? (one.spec?.leaderWorkerTemplate.size ?? 1) : 1;
  return Math.max(one.spec?.replicas ?? 1, ...scaled) * size;
}

/** Kubernetes rounds up what has to stay (pkg/controller/disruption/disruption.go, getExpectedPodCount). */
function shareOf(percentage: string, pods: number): number {
  return Math.ceil((Number.parseInt(percentage, 10) * pods) / 100);
}

function budget(spec: object): Record<string, object> {
  return {
    [BUDGET]: {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { namespace: 'ai', name: 'oss' },
      spec: { selector: { matchLabels: { app: 'oss' } }, ...spec },
    },
  };
}
