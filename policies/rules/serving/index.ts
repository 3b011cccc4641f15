import type { Rule } from '../../rule';
import { ports, servedNames } from './addresses';
import { serverDrain } from './drain';
import { debugging, memoryFlags, serviceLinks } from './flags';
import { gpus, slices } from './gpus';
import { keepAlive } from './keep-alive';
import { probes, startupBudget } from './probes';
import { surge } from './rollout';
import { unprivileged, user } from './security';
import { sharedMemory } from './shared-memory';
import { blockedDrain, sharedClaims } from './storage';

/** Rules about model servers: GPUs, memory, probes, drain, storage. */
export const serving: readonly Rule[] = [
  ...[gpus, slices, sharedMemory, memoryFlags, debugging, serviceLinks],
  ...[sharedClaims, blockedDrain, ports, servedNames, keepAlive],
  ...[probes, startupBudget, serverDrain, surge, unprivileged, user],
];
