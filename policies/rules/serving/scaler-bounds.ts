import { type Asked, askedIn } from '../../asked';
import type { Bundle } from '../../bundle';
import type { RuleKinds } from '../../kinds';
import { modelServersIn } from '../../model-servers';
import { defineRule } from '../../rule';
import { SCALABLE, scalersOf } from '../../scaling';
import { SERVER } from './samples';

type ScaledObject = RuleKinds['ScaledObject'];

const SCALER = 'scaledobject/ai/oss';

const QUEUE = {
  type: 'prometheus',
  metadata: {
    serverAddress: 'http://prometheus.monitoring:9090',
    query: 'sum(vllm:num_requests_waiting{namespace="ai"})',
    threshold: '5',
  },
};

/** What the gateway counts, with or without a server. */
const CALLS = {
  ...QUEUE,
  metadata: { ...QUEUE.metadata, query: 'sum(rate(gen_ai_server_request_duration_seconds_count[1m]))' },
};

/** The sound server, and an autoscaler of it. */
const scaled = (spec: object, triggers: readonly object[] = [QUEUE]) => ({
  [SERVER]: { spec: { replicas: null } },
  'persistentvolumeclaim/ai/oss': { spec: { accessModes: ['ReadWriteMany'] } },
  [SCALER]: {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: { namespace: 'ai', name: 'oss' },
    spec: { scaleTargetRef: { name: 'oss' }, minReplicaCount: 1, maxReplicaCount: 3, triggers, ...spec },
  },
});

const LEAST = 'object.spec.?minReplicaCount.orValue(0)';
const MOST = 'object.spec.?maxReplicaCount.orValue(100)';

export const scalerBounds = defineRule({
  id: 'S43',
  title: 'the numbers of an autoscaler go together',
  effect: 'refused',
  why:
    'KEDA refuses a ScaledObject whose minimum is above its maximum, whose number for idle times is not below its ' +
    'minimum, or whose threshold is not a number: nothing is scaled.',
  source:
    'kedacore/keda, apis/keda/v1alpha1/scaledobject_types.go (CheckReplicaCountBoundsAreValid), pkg/scalers/prometheus_scaler.go',
  fix: 'keep idleReplicaCount < minReplicaCount <= maxReplicaCount, and write thresholds as numbers',
  area: 'serving',
  scope: 'object',
  kinds: ['ScaledObject'],
  good: [
    { shows: 'none when idle, one otherwise', change: scaled({ idleReplicaCount: 0 }, [CALLS]) },
    { shows: 'always as many', change: scaled({ minReplicaCount: 3 }) },
  ],
  bad: [
    {
      shows: 'more at least than at most',
      change: scaled({ minReplicaCount: 5 }),
      finds: [`${SCALER} /spec/minReplicaCount`],
    },
    {
      shows: 'as many when idle',
      change: scaled({ idleReplicaCount: 1 }),
      finds: [`${SCALER} /spec/idleReplicaCount`],
    },
    {
      shows: 'a threshold in words',
      change: scaled({}, [{ ...QUEUE, metadata: { ...QUEUE.metadata, threshold: '5 requests' } }]),
      finds: [`${SCALER} /spec/triggers/0/metadata/threshold`],
    },
  ],
  checks: [
    {
      expression: `${LEAST} <= ${MOST}`,
      pointer: '/spec/minReplicaCount',
      problem: 'the smallest number of replicas is above the largest',
    },
    {
      expression: `!object.spec.?idleReplicaCount.hasValue() || object.spec.idleReplicaCount < ${LEAST}`,
      pointer: '/spec/idleReplicaCount',
      problem: 'the number of replicas for idle times is not below the smallest',
    },
    {
      each: ['spec.triggers'],
      as: ['trigger'],
      expression:
        'trigger.type != "prometheus" || !("threshold" in trigger.metadata) || ' +
        'string(trigger.metadata["threshold"]).matches("^[+-]?[0-9]*[.]?[0-9]+([eE][+-]?[0-9]+)?$")',
      pointer: '/spec/triggers/*/metadata/threshold',
      problem: 'the threshold is not a number',
    },
  ],
});

/** What only a running engine exposes; a router of production-stack has the running requests, too. */
const OF_ENGINES = /^vllm:(?:num_requests_waiting|kv_cache_usage_perc|gpu_cache_usage_perc|num_preemptions)/;

export const wakes = defineRule({
  id: 'S44',
  title: 'something wakes a model server that is scaled to none',
  effect: 'failing',
  why:
    'The metrics of an engine end with its last pod: a trigger on its queue has no series then, which KEDA takes for an ' +
    'idle workload. Nothing starts the first pod again, and every request fails. Without minReplicaCount the least is 0.',
  source:
    'kedacore/keda, pkg/scalers/prometheus_scaler.go (ignoreNullValues); vllm-project/production-stack#679; llm-d/llm-d#2492',
  fix: 'set minReplicaCount to 1, or add a trigger on the requests that the gateway has',
  area: 'serving',
  scope: 'graph',
  kinds: ['ScaledObject'],
  good: [
    { shows: 'one replica at least', change: scaled({}) },
    {
      shows: 'the requests of the gateway, too',
      change: scaled({ minReplicaCount: 0 }, [QUEUE, CALLS]),
    },
  ],
  bad: [
    {
      shows: 'none at least',
      change: scaled({ minReplicaCount: 0 }),
      finds: [`${SCALER} /spec/minReplicaCount`],
    },
    {
      shows: 'what holds when nothing is said',
      change: scaled({ minReplicaCount: null }),
      finds: [`${SCALER} /spec/minReplicaCount`],
    },
  ],
  check(all, one) {
    const { minReplicaCount = 0, idleReplicaCount, triggers } = one.spec;
    const isNeverNone = minReplicaCount > 0 && idleReplicaCount !== 0;
    if (isNeverNone || !isOfServer(all, one) || triggers.some(({ type }) => type !== 'prometheus')) return [];
    const asked = askedIn(one);
    const names = asked.flatMap(({ query: { metrics } }) => metrics.map(({ name }) => name));
    if (asked.length < triggers.length || !asked.every(isOfEngines)) return [];
    const field = idleReplicaCount === 0 ? 'idleReplicaCount' : 'minReplicaCount';
    return [
      {
        pointer: `/spec/${field}`,
        ...(one.spec[field] !== undefined && { value: one.spec[field] }),
        problem: `with no replica nothing exposes ${[...new Set(names)].join(' and ')}, and nothing starts one again`,
      },
    ];
  },
});

/** Whether all that a query asks of is what engines expose. */
function isOfEngines({ promql, query: { metrics } }: Asked): boolean {
  return (
    metrics.length > 0 && metrics.every(({ name }) => OF_ENGINES.test(name)) && !/router|gateway/.test(promql)
  );
}

function isOfServer(all: Bundle, scaler: ScaledObject): boolean {
  return SCALABLE.flatMap((kind) => [...all.ofKind(kind, scaler.metadata.namespace ?? '')]).some(
    (workload) =>
      scalersOf(all, workload).some(({ object }) => object === scaler) && modelServersIn(workload).length > 0,
  );
}
