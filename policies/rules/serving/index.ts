import type { Rule } from '../../rule';
import { ports, servedNames } from './addresses';
import { serverDrain } from './drain';
import { developmentMode, eagerMode, memoryFlags, wholeMemory } from './flags';
import { gpus, idleGpus, slices } from './gpus';
import { keepAlive } from './keep-alive';
import { probes, startupBudget } from './probes';
import { surge } from './rollout';
import { numericUser } from './running-user';
import { unprivileged, user } from './security';
import { portVariable, serviceLinks } from './service-links';
import { sharedMemory } from './shared-memory';
import { blockedDrain, sharedClaims } from './storage';

import { knownFlags } from './versions';

/** Rules about model servers: GPUs, memory, probes, drain, storage. */
export const serving: readonly Rule[] = [
  ...[gpus, idleGpus, slices, sharedMemory, memoryFlags, wholeMemory, knownFlags],
  ...[eagerMode, developmentMode, serviceLinks, portVariable],
  ...[sharedClaims, blockedDrain, ports, servedNames, keepAlive],
  ...[probes, startupBudget, serverDrain, surge, unprivileged, user, numericUser],
];
