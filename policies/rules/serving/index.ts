import type { Rule } from '../../rule';
import { gpus, slices } from './gpus';
import { probes, startupBudget } from './probes';
import { sharedMemory } from './shared-memory';

/** Rules about model servers: GPUs, memory, probes, drain, storage. */
export const serving: readonly Rule[] = [gpus, slices, sharedMemory, probes, startupBudget];
