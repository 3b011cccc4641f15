import type { Rule } from '../../rule';

/** Rules about the cluster on VCF: pools, VM classes, storage, network. */
export const cluster: readonly Rule[] = [];
