import type { Rule } from '../../rule';

/** Rules about model servers: GPUs, memory, probes, drain, storage. */
export const serving: readonly Rule[] = [];
