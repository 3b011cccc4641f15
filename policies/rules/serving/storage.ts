import { podsIn } from '../../pods';
import { defineRule } from '../../rule';
import { matches } from '../../selectors';
import { POD, SERVER } from './samples';

const SHARED = ['ReadWriteMany', 'ReadOnlyMany'];

const CLAIM = `${POD}/volumes/2/persistentVolumeClaim/claimName`;

export const sharedClaims = defineRule({
  id: 'S13',
  title: 'replicas share only volumes that several nodes can mount',
  severity: 'error',
  why:
    'A ReadWriteOnce volume is mounted by one node at a time: the second replica waits for it forever ' +
    '(Multi-Attach), and so does every rollout.',
  source: 'Kubernetes, persistent volumes, access modes',
  fix: 'use ReadWriteMany or ReadOnlyMany, or a volume for each replica',
  area: 'serving',
  scope: 'graph',
  kinds: ['Deployment', 'LeaderWorkerSet'],
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
    },
  ],
  check(all, one) {
    const { name, namespace = '' } = one.metadata ?? {};
    const scaled = all
      .ofKind('ScaledObject', namespace)
      .filter(({ spec }) => spec.scaleTargetRef.name === name)
      .map(({ spec }) => spec.maxReplicaCount ?? Number.POSITIVE_INFINITY);
    const size = one.kind === 'LeaderWorkerSet' ? (one.spec?.leaderWorkerTemplate.size ?? 1) : 1;
    const pods = Math.max(one.spec?.replicas ?? 1, ...scaled) * size;
    if (pods < 2) return [];
    return podsIn(one).flatMap(({ spec, pointer }) =>
      [...(spec.volumes ?? []).entries()].flatMap(([index, { persistentVolumeClaim }]) => {
        const claimName = persistentVolumeClaim?.claimName ?? '';
        const claim = all
          .ofKind('PersistentVolumeClaim', namespace)
          .find(({ metadata }) => metadata?.name === claimName);
        const modes = claim?.spec?.accessModes;
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
  severity: 'error',
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
  ],
  bad: [
    {
      shows: 'one replica, of which one has to stay',
      change: budget({ minAvailable: 1 }),
      finds: ['poddisruptionbudget/ai/oss /spec'],
    },
    {
      shows: 'nobody may leave',
      change: budget({ maxUnavailable: '0%' }),
      finds: ['poddisruptionbudget/ai/oss /spec'],
    },
  ],
  check(all, { metadata, spec }) {
    const guarded = ['Deployment', 'StatefulSet'] as const;
    const workloads = guarded
      .flatMap((kind) => [...all.ofKind(kind, metadata?.namespace ?? '')])
      .filter((one) => podsIn(one).some(({ labels }) => matches(spec?.selector, labels)));
    const { minAvailable, maxUnavailable } = spec ?? {};
    const none = ['0', '0%'].includes(`${maxUnavailable}`) || minAvailable === '100%';
    const tight = workloads.find(
      (one) => typeof minAvailable === 'number' && minAvailable >= (one.spec?.replicas ?? 1),
    );
    if (!none && tight === undefined) return [];
    const problem = none
      ? 'no pod may ever be evicted'
      : `${minAvailable} of the ${tight?.spec?.replicas ?? 1} pods of ${tight?.metadata?.name} must stay`;
    return [{ pointer: '/spec', problem }];
  },
});

function budget(spec: object): Record<string, object> {
  return {
    'poddisruptionbudget/ai/oss': {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { namespace: 'ai', name: 'oss' },
      spec: { selector: { matchLabels: { app: 'oss' } }, ...spec },
    },
  };
}
