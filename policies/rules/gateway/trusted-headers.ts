import { aiListeners, type Listener, listenersOf } from '../../attachment';
import type { Bundle } from '../../bundle';
import type { RuleKinds } from '../../kinds';
import { inForceAt } from './listeners';

/**
 * On a Gateway: the headers, separated by commas, that something in front of it sets and that no client can
 * reach it without. Empty where clients are not told apart. It says that the Gateway authenticates nobody on
 * purpose.
 */
export const TRUSTED_HEADERS = 'vcf-ai-platform/trusted-headers';

/** As a JSON pointer. */
export const TRUSTED_HEADERS_POINTER = `/metadata/annotations/${TRUSTED_HEADERS.replace('/', '~1')}`;

/** Names that begin so belong to the AI gateway, those of later versions too. */
export const RESERVED_PREFIX = 'x-ai-eg-';

type Gateway = RuleKinds['Gateway'];
type EarlyHeaders = NonNullable<
  NonNullable<RuleKinds['ClientTrafficPolicy']['spec']['headers']>['earlyRequestHeaders']
>;

/** What a Gateway says of headers that are set before it; undefined when it says nothing. */
export function declaredHeaders({ metadata }: Gateway): string[] | undefined {
  const text = metadata.annotations?.[TRUSTED_HEADERS];
  return text
    ?.split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
}

/**
 * The headers whose values clients of a Gateway cannot choose at any of its listeners with AI routes, in lower
 * case.
 */
export function trustedHeaders(all: Bundle, gateway: Gateway): Set<string> {
  const [first = new Set<string>(), ...others] = byListener(all, gateway);
  return new Set([...first].filter((name) => others.every((names) => names.has(name))));
}

/** The headers that some listener with AI routes sets, in lower case: what backends may learn of clients. */
export function identifyingHeaders(all: Bundle, gateway: Gateway): Set<string> {
  return new Set(byListener(all, gateway).flatMap((names) => [...names]));
}

function byListener(all: Bundle, gateway: Gateway): Set<string>[] {
  const declared = declaredHeaders(gateway) ?? [];
  const taking = aiListeners(all, gateway);
  // Why no listener takes a route is a finding of its own (G32).
  const listeners = taking.length > 0 ? taking : listenersOf(gateway);
  return listeners.map((listener) => new Set([...headersSetAt(all, listener), ...declared]));
}

/**
 * What the filters of authentication at a listener set over what a client sent, and what is set early from the
 * certificate of the client.
 *
 * An external service sets its headers only in the answers that have them, so these count where a client's own
 * are removed before.
 */
function headersSetAt(all: Bundle, listener: Listener): string[] {
  const early = inForceAt(all, listener, 'ClientTrafficPolicy').map(
    ({ object }) => object.spec.headers?.earlyRequestHeaders ?? {},
  );
  const set = early.flatMap((headers) =>
    (headers.set ?? [])
      .filter(({ value }) => `${value}`.startsWith('%DOWNSTREAM_PEER_'))
      .map(({ name }) => name),
  );
  const policies = inForceAt(all, listener, 'SecurityPolicy').flatMap(({ object: { spec } }) => [
    spec.apiKeyAuth?.forwardClientIDHeader ?? [],
    spec.basicAuth?.forwardUsernameHeader ?? [],
    ...(spec.jwt?.providers ?? []).flatMap(({ claimToHeaders = [] }) =>
      claimToHeaders.map(({ header }) => header),
    ),
    ...(spec.extAuth?.http?.headersToBackend ?? []).filter((name) =>
      early.some((headers) => removes(headers, name.toLowerCase())),
    ),
  ]);
  return [...set, ...policies.flat()].map((name) => name.toLowerCase());
}

/** Whether a header, in lower case, is gone before anything reads it. Suffixes and patterns do not count. */
export function removes(early: EarlyHeaders, header: string): boolean {
  const exact = (early.removeOnMatch ?? []).filter(({ type = 'Exact' }) => type === 'Exact');
  const names = [...(early.remove ?? []), ...exact.map(({ value }) => value)];
  return names.some((name) => name.toLowerCase() === header) || removesAll(early, header);
}

/** Whether every header is gone whose name, in lower case, begins so. */
export function removesAll({ removeOnMatch = [] }: EarlyHeaders, prefix: string): boolean {
  return removeOnMatch.some(({ type, value }) => type === 'Prefix' && prefix.startsWith(value.toLowerCase()));
}
