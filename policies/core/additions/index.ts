import type { Additions } from './addition';
import { OTHERS } from './others';
import { PODS } from './pods';
import { WORKLOADS } from './workloads';

export type { Addition } from './addition';

/** By the name of the definition. */
export const ADDITIONS: Additions = { ...OTHERS, ...PODS, ...WORKLOADS };
