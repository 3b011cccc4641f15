import { Memory } from '../../base/quantity';
import type { RoutePlan } from './routes';

/** Of one AI route rule, its cluster included; measured over 960 rules, one match each, with local limits. */
const RULE_BYTES = 4600;

/** Of each match: Envoy's route with its limits. Measured 2.0 KB as JSON, which is the larger form. */
const MATCH_BYTES = 2048;

/** Room for some 5,000 rules of one match each. */
const SMALLEST = Memory.mebibytes(64);

/**
 * The longest message that Envoy Gateway and the AI gateway's controller may send each other: both must allow
 * it (`extensionManager.maxMessageSize`, `maxRecvMsgSize`). The default is 4 MiB; above the limit nothing is
 * published any more while every route still says Accepted.
 *
 * Twice the estimate, at least 64Mi, and a power of two, so that it seldom changes: the controllers restart
 * for it.
 */
export function planMessageSize(routes: readonly Pick<RoutePlan, 'rules'>[]): Memory {
  const rules = routes.flatMap((route) => route.rules);
  const matches = rules.reduce((sum, { matches }) => sum + Math.max(1, matches.length), 0);
  const bytes = 2 * (rules.length * RULE_BYTES + matches * MATCH_BYTES);
  const doublings = Math.max(0, Math.ceil(Math.log2(bytes / SMALLEST.bytes)));
  return Memory.mebibytes((SMALLEST.bytes / Memory.mebibytes(1).bytes) * 2 ** doublings);
}
