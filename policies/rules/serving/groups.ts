import { commandLineOf, numberAt } from '../../command-line';
import { modelServersIn } from '../../model-servers';
import { defineRule } from '../../rule';
import { ARGS, VLLM } from '../baseline/model-server';

const GROUP = 'leaderworkerset/ai/group';

/** A group of pods with one model; the labels are those that the NetworkPolicy of the sound server covers. */
function group(spec: object, args: readonly string[] = RANKS): Record<string, object> {
  const template = (own: readonly string[], server: object) => ({
    metadata: { labels: { app: 'oss' } },
    spec: {
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 150,
      securityContext: {
        ...{ runAsNonRoot: true, runAsUser: 2000, fsGroup: 2000 },
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [{ ...server, args: [...ARGS, ...own] }],
      volumes: [
        { name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: '16Gi' } },
        { name: 'cache', emptyDir: {} },
        { name: 'models', emptyDir: {} },
      ],
    },
  });
  const { startupProbe: _, readinessProbe: __, livenessProbe: ___, ...rank } = VLLM;
  return {
    [GROUP]: {
      apiVersion: 'leaderworkerset.x-k8s.io/v1',
      kind: 'LeaderWorkerSet',
      metadata: { namespace: 'ai', name: 'group' },
      spec: {
        replicas: 1,
        ...spec,
        leaderWorkerTemplate: {
          size: 2,
          leaderTemplate: template([...args, '--node-rank=0'], VLLM),
          workerTemplate: template([...args, '--node-rank=$(LWS_WORKER_INDEX)', '--headless'], rank),
          ...Object(Reflect.get(spec, 'leaderWorkerTemplate')),
        },
      },
    },
  };
}

const RANKS = ['--pipeline-parallel-size=2', '--nnodes=2', '--master-addr=$(LWS_LEADER_ADDRESS)'];

export const leaderReady = defineRule({
  id: 'S28',
  title: 'the workers of a group do not wait for a leader that waits for them',
  effect: 'failing',
  why:
    'With LeaderReady the workers are made when the leader is ready. A leader of vLLM is ready when the model is loaded, ' +
    'for which it needs its workers: the group never starts.',
  source:
    'kubernetes-sigs/lws, pkg/controllers/pod_controller.go (Reconcile); vLLM 0.33, v1/executor/multiproc_executor.py',
  fix: 'set startupPolicy to LeaderCreated',
  area: 'serving',
  scope: 'graph',
  kinds: ['LeaderWorkerSet'],
  good: [
    { shows: 'workers at once', change: group({ startupPolicy: 'LeaderCreated' }) },
    { shows: 'what holds when nothing is said', change: group({}) },
    {
      shows: 'one model in each pod, which needs no other',
      change: group({ startupPolicy: 'LeaderReady' }, []),
    },
  ],
  bad: [
    {
      shows: 'workers after the leader',
      change: group({ startupPolicy: 'LeaderReady' }),
      finds: [`${GROUP} /spec/startupPolicy`],
    },
  ],
  check(_, one) {
    const { startupPolicy, leaderWorkerTemplate } = one.spec ?? {};
    if (startupPolicy !== 'LeaderReady' || (leaderWorkerTemplate?.size ?? 1) < 2) return [];
    const place = leaderWorkerTemplate?.leaderTemplate === undefined ? 'workerTemplate' : 'leaderTemplate';
    const leader = modelServersIn(one).find(({ pointer }) => pointer.includes(`/${place}/`));
    const { container } = leader ?? {};
    // Without a probe a pod is ready as soon as its process runs.
    if (container === undefined || (container.readinessProbe ?? container.startupProbe) === undefined)
      return [];
    if (!isDivided(container)) return [];
    return [
      {
        pointer: '/spec/startupPolicy',
        value: startupPolicy,
        problem: 'the leader is ready after its workers, which are made after the leader is ready',
        patch: [{ op: 'replace', path: '/spec/startupPolicy', value: 'LeaderCreated' }],
      },
    ];
  },
});

/** Whether a server has ranks in other pods: those of a group of vLLM's own, or of Ray. */
function isDivided(container: Parameters<typeof commandLineOf>[0]): boolean {
  const line = commandLineOf(container);
  const nodes = numberAt(line, 'nnodes') ?? 1;
  const text = [...(container.command ?? []), ...(container.args ?? [])].join(' ');
  return (
    Number.isNaN(nodes) ||
    nodes > 1 ||
    /(?:^|[\s=/;&"'])ray(?:\s|$)|--ray[-_]cluster[-_]size|multi-node-serving/.test(text)
  );
}

export const groupRestarts = defineRule({
  id: 'S29',
  title: 'a group of ranks restarts as one',
  effect: 'fragile',
  why:
    'The ranks of a model meet once, at start. When one pod restarts alone, the others go on waiting for the process that ' +
    'is gone: the model hangs until somebody deletes the group.',
  source:
    'kubernetes-sigs/lws, api/leaderworkerset/v1, RestartPolicy; vLLM 0.33, docs/serving/parallelism_scaling.md',
  fix: 'set restartPolicy to RecreateGroupOnPodRestart',
  area: 'serving',
  scope: 'graph',
  kinds: ['LeaderWorkerSet'],
  good: [
    {
      shows: 'all of them',
      change: group({ leaderWorkerTemplate: { restartPolicy: 'RecreateGroupOnPodRestart' } }),
    },
    {
      shows: 'pods that need no other',
      change: group({ leaderWorkerTemplate: { restartPolicy: 'None' } }, []),
    },
  ],
  bad: [
    {
      shows: 'each alone',
      change: group({ leaderWorkerTemplate: { restartPolicy: 'None' } }),
      finds: [`${GROUP} /spec/leaderWorkerTemplate/restartPolicy`],
    },
    {
      shows: 'the older name of it',
      change: group({ leaderWorkerTemplate: { restartPolicy: 'Default' } }),
      finds: [`${GROUP} /spec/leaderWorkerTemplate/restartPolicy`],
    },
  ],
  check(_, one) {
    const { restartPolicy, size = 1 } = one.spec?.leaderWorkerTemplate ?? {};
    const isAlone = restartPolicy === 'None' || restartPolicy === 'Default';
    if (!isAlone || size < 2 || !modelServersIn(one).some(({ container }) => isDivided(container))) return [];
    const pointer = '/spec/leaderWorkerTemplate/restartPolicy';
    return [
      {
        pointer,
        value: restartPolicy,
        problem: 'a rank that restarts finds no group any more',
        patch: [{ op: 'replace', path: pointer, value: 'RecreateGroupOnPodRestart' }],
      },
    ];
  },
});
