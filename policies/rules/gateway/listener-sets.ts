import type { Manifest } from '../../../base/manifest';
import type { Bundle } from '../../bundle';
import type { RuleKinds } from '../../kinds';
import { select } from '../../pointer';
import { GATEWAY_API } from '../../references';
import type { Violation } from '../../rule';
import { admits } from '../../target-selectors';
import { unknownListener } from './unknown-listener';

type Gateway = RuleKinds['Gateway'];
type ListenerSet = RuleKinds['ListenerSet'];
type Parent = NonNullable<NonNullable<RuleKinds['HTTPRoute']['spec']['parentRefs']>[number]>;

/** A ListenerSet whose Gateway does not take it: a Gateway takes none unless it says so. */
export function refusedSet(all: Bundle, { metadata, spec: { parentRef } }: ListenerSet): Violation[] {
  const { name, namespace = metadata.namespace ?? '' } = parentRef;
  const gateway = all.find({ group: GATEWAY_API, kind: 'Gateway', namespace, name }) as Gateway | undefined;
  if (gateway === undefined || takes(all, gateway, metadata.namespace ?? '')) return [];
  return [
    {
      pointer: '/spec/parentRef',
      value: name,
      problem: `Gateway ${name} takes no listeners of ListenerSets in namespace ${metadata.namespace ?? 'default'}`,
      fix: 'set allowedListeners.namespaces.from of the Gateway',
    },
  ];
}

function takes(all: Bundle, { metadata, spec: { allowedListeners } }: Gateway, namespace: string): boolean {
  const { from = 'None', selector } = allowedListeners?.namespaces ?? {};
  if (from === 'Selector') return admits(all, selector, namespace);
  return from === 'All' || (from === 'Same' && namespace === (metadata.namespace ?? ''));
}

/** Parents of a route that are ListenerSets of the bundle, and have no such listener. */
export function missingInSets(all: Bundle, route: Manifest): Violation[] {
  return select(route, '/spec/parentRefs/*').flatMap(({ pointer, value }) => {
    const { kind, name, namespace = route.metadata?.namespace ?? '', sectionName, port } = value as Parent;
    if (kind !== 'ListenerSet') return [];
    const set = all.find({ group: GATEWAY_API, kind, namespace, name }) as ListenerSet | undefined;
    if (set === undefined) return [];
    const named = set.spec.listeners.filter((one) => sectionName === undefined || one.name === sectionName);
    const of = `ListenerSet ${name}`;
    if (named.length === 0) {
      const names = set.spec.listeners.map((one) => one.name);
      return [unknownListener(`${pointer}/sectionName`, sectionName ?? '', of, names)];
    }
    if (port === undefined || named.some((one) => one.port === port)) return [];
    const problem = `${of} has no such listener on port ${port}`;
    return [
      { pointer: `${pointer}/port`, value: port, problem, fix: 'remove the port, or use that of a listener' },
    ];
  });
}
