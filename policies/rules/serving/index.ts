import type { Rule } from '../../rule';
import { ports, servedNames } from './addresses';
import { serverDrain } from './drain';
import { developmentMode, eagerMode, memoryFlags, wholeMemory } from './flags';
import { gpus, idleGpus, slices } from './gpus';
import { groupRestarts, leaderReady } from './groups';
import { cacheSize, sharedCacheSize } from './hub-cache';
import { keepAlive } from './keep-alive';
import { oneModel } from './one-model';
import { probeTargets } from './probe-targets';
import { probes, startupBudget } from './probes';
import { busyMetric, fixedReplicas, oneScaler } from './replicas';
import { surge } from './rollout';
import { numericUser } from './running-user';
import { unprivileged, user } from './security';
import { portVariable, serviceLinks } from './service-links';
import { sharedMemory } from './shared-memory';
import { memoryOfShm, processors } from './sizes';
import { blockedDrain, sharedClaims } from './storage';

import { knownFlags } from './versions';
import { visibleDevices } from './visible-devices';

/** Rules about model servers: GPUs, memory, probes, drain, storage. */
export const serving: readonly Rule[] = [
  ...[gpus, idleGpus, slices, sharedMemory, memoryFlags, wholeMemory, knownFlags],
  ...[eagerMode, developmentMode, serviceLinks, portVariable],
  ...[sharedClaims, blockedDrain, ports, servedNames, keepAlive],
  ...[oneScaler, fixedReplicas, busyMetric, leaderReady, groupRestarts, probeTargets],
  ...[cacheSize, sharedCacheSize, visibleDevices, oneModel, processors, memoryOfShm],
  ...[probes, startupBudget, serverDrain, surge, unprivileged, user, numericUser],
];
