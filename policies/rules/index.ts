import type { Rule } from '../rule';
import { cluster } from './cluster';
import { exposure } from './exposure';
import { gateway } from './gateway';
import { observability } from './observability';
import { serving } from './serving';

/** Every rule, by area and id. */
export const rules: readonly Rule[] = [...gateway, ...serving, ...cluster, ...observability, ...exposure];
