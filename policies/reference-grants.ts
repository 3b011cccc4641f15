import type { RuleKinds } from './kinds';
import type { Target } from './references';

/**
 * Whether the ReferenceGrants of a namespace let objects of a kind and a namespace name something in it. The AI
 * gateway ignores the name in a grant, Envoy Gateway does not.
 */
export function isGranted(
  grants: readonly RuleKinds['ReferenceGrant'][],
  from: Omit<Target, 'name'>,
  { group, kind, name }: Target,
): boolean {
  return grants.some(
    ({ spec }) =>
      (spec?.from ?? []).some(
        (one) => one.group === from.group && one.kind === from.kind && one.namespace === from.namespace,
      ) &&
      (spec?.to ?? []).some(
        (one) =>
          one.group === group &&
          one.kind === kind &&
          (one.name === undefined || one.name === name || group === 'aigateway.envoyproxy.io'),
      ),
  );
}
