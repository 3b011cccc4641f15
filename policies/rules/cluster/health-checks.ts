import type { Kinds } from '../../../constructs/crds';
import { type Bundle, ofBundle } from '../../bundle';
import { modelServers } from '../../model-servers';
import { defineRule } from '../../rule';
import { eachPool, HAS_GPUS } from './pools';
import { CLUSTER, GPU, gpuPool, POOLS, systemPool } from './samples';

const CHECKS = 'healthCheck/checks';
const STARTUP = `${CHECKS}/nodeStartupTimeoutSeconds`;

const startup = (nodeStartupTimeoutSeconds: number) => ({
  healthCheck: { enabled: true, checks: { nodeStartupTimeoutSeconds } },
});

const SECONDS = 'pool.?healthCheck.checks.nodeStartupTimeoutSeconds.orValue(-1)';

export const startupTimeout = defineRule({
  id: 'C11',
  title: 'a health check gives a node the time to boot',
  effect: 'failing',
  why:
    'A machine without a node after nodeStartupTimeoutSeconds is deleted and made anew. A VM is cloned, boots, and joins in ' +
    'several minutes, one with GPUs and much reserved memory later than others: with less time the pool never has a node.',
  source:
    'Cluster API v1beta2, MachineHealthCheck, nodeStartupTimeoutSeconds: 600 by default, 0 turns it off; ' +
    'internal/controllers/machinehealthcheck/machinehealthcheck_targets.go (needsRemediation)',
  fix: 'set nodeStartupTimeoutSeconds to 2400, for pools without GPUs to 600 or more',
  area: 'cluster',
  scope: 'object',
  kinds: ['Cluster'],
  good: [
    { shows: 'forty minutes', change: gpuPool(startup(2400)) },
    { shows: 'no limit', change: gpuPool(startup(0)) },
    { shows: 'no GPUs', change: systemPool(startup(600)) },
    {
      shows: 'a check that is off',
      change: gpuPool({ healthCheck: { ...startup(60).healthCheck, enabled: false } }),
    },
    {
      shows: 'conditions alone',
      change: gpuPool({
        healthCheck: {
          checks: { unhealthyNodeConditions: [{ type: 'Ready', status: 'Unknown', timeoutSeconds: 600 }] },
        },
      }),
    },
  ],
  bad: [
    { shows: 'two minutes', change: gpuPool(startup(120)), finds: [`${CLUSTER} ${GPU}/${STARTUP}`] },
    {
      shows: 'five minutes for GPUs',
      change: gpuPool(startup(300)),
      finds: [`${CLUSTER} ${GPU}/${STARTUP}`],
    },
    {
      shows: 'a minute without GPUs',
      change: systemPool(startup(60)),
      finds: [`${CLUSTER} ${POOLS}/0/${STARTUP}`],
    },
  ],
  checks: [
    {
      ...eachPool,
      expression:
        `!pool.?healthCheck.enabled.orValue(true) || ${SECONDS} <= 0 || ${SECONDS} >= 600 || ` +
        `${SECONDS} >= 180 && !${HAS_GPUS}`,
      pointer: `${POOLS}/*/${STARTUP}`,
      problem: 'a node is deleted before it has booted',
      patch: [{ op: 'replace', path: `${POOLS}/*/${STARTUP}`, value: 2400 }],
    },
  ],
});

/** The longest that a model server of a bundle may take for its end, in seconds, and who it is. */
const longestEnd = ofBundle((all: Bundle) =>
  modelServers(all)
    .map(({ object, spec }) => ({
      name: object.metadata?.name,
      seconds: spec.terminationGracePeriodSeconds ?? 30,
    }))
    .reduce<{ name: string | undefined; seconds: number } | undefined>(
      (most, each) => (most === undefined || each.seconds > most.seconds ? each : most),
      undefined,
    ),
);

type Topology = NonNullable<Kinds['Cluster']['spec']['topology']>;
type Pool = NonNullable<NonNullable<Topology['workers']>['machineDeployments']>[number];

/** Only nodes with GPUs have model servers. */
const hasGpus = ({ metadata, variables }: Pool) =>
  'capacity.cluster-autoscaler.kubernetes.io/gpu-type' in (metadata?.annotations ?? {}) ||
  (variables?.overrides ?? []).some(
    ({ name, value }) => name === 'node' && JSON.stringify(value ?? '').includes('"nvidia.com/'),
  );

const DRAIN = 'deletion/nodeDrainTimeoutSeconds';

export const drainTimeout = defineRule({
  id: 'C12',
  title: 'a node is drained for as long as its model servers may take',
  effect: 'fragile',
  why:
    'After nodeDrainTimeoutSeconds Cluster API deletes the machine, whoever still runs on it: answers that a model server ' +
    'was completing are lost with every upgrade.',
  source:
    'Cluster API v1beta2, Machine, deletion.nodeDrainTimeoutSeconds: without it, or with 0, there is no limit',
  fix: 'set nodeDrainTimeoutSeconds to more than the longest terminationGracePeriodSeconds, or remove it',
  area: 'cluster',
  scope: 'graph',
  kinds: ['Cluster'],
  good: [
    { shows: 'a minute more', change: gpuPool({ deletion: { nodeDrainTimeoutSeconds: 210 } }) },
    { shows: 'no limit', change: gpuPool({ deletion: { nodeDrainTimeoutSeconds: 0 } }) },
    {
      shows: 'nodes without model servers',
      change: systemPool({ deletion: { nodeDrainTimeoutSeconds: 60 } }),
    },
  ],
  bad: [
    {
      shows: 'a minute for servers that take two and a half',
      change: gpuPool({ deletion: { nodeDrainTimeoutSeconds: 60 } }),
      finds: [`${CLUSTER} ${GPU}/${DRAIN}`],
    },
  ],
  check(all, one) {
    const longest = longestEnd(all);
    if (longest === undefined) return [];
    return [...(one.spec.topology?.workers?.machineDeployments ?? []).entries()].flatMap(([index, pool]) => {
      const seconds = pool.deletion?.nodeDrainTimeoutSeconds ?? 0;
      if (seconds <= 0 || seconds > longest.seconds || !hasGpus(pool)) return [];
      return [
        {
          pointer: `${POOLS}/${index}/${DRAIN}`,
          value: seconds,
          problem: `the machine is deleted after ${seconds} seconds, and ${longest.name} may take ${longest.seconds} for its answers`,
          fix: `use ${longest.seconds + 60}`,
          patch: [{ op: 'replace', path: `${POOLS}/${index}/${DRAIN}`, value: longest.seconds + 60 }],
        },
      ];
    });
  },
});
