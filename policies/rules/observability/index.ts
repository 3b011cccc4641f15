import type { Rule } from '../../rule';

/** Rules about what is scraped, and what alerts and dashboards ask for. */
export const observability: readonly Rule[] = [];
