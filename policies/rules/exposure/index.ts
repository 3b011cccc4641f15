import type { Rule } from '../../rule';

/** Rules about secrets, images and who can reach what. */
export const exposure: readonly Rule[] = [];
