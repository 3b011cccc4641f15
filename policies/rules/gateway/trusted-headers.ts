import type { Bundle } from '../../bundle';
import type { RuleKinds } from '../../kinds';
import { thatName } from '../../links';

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
 * The headers whose values clients of a Gateway cannot choose, in lower case: what its filters of
 * authentication set over what a client sent, what is set early from the certificate of the client, and what
 * the Gateway declares.
 *
 * An external service sets its headers only in the answers that have them, so these count where a client's own
 * are removed before.
 */
export function trustedHeaders(all: Bundle, gateway: Gateway): Set<string> {
  const early = thatName(all, gateway, 'ClientTrafficPolicy').map(
    ({ spec }) => spec.headers?.earlyRequestHeaders ?? {},
  );
  const set = early.flatMap((headers) =>
    (headers.set ?? [])
      .filter(({ value }) => `${value}`.startsWith('%DOWNSTREAM_PEER_'))
      .map(({ name }) => name),
  );
  const policies = thatName(all, gateway, 'SecurityPolicy').flatMap(({ spec }) => [
    spec.apiKeyAuth?.forwardClientIDHeader ?? [],
    spec.basicAuth?.forwardUsernameHeader ?? [],
    ...(spec.jwt?.providers ?? []).flatMap(({ claimToHeaders = [] }) =>
      claimToHeaders.map(({ header }) => header),
    ),
    ...(spec.extAuth?.http?.headersToBackend ?? []).filter((name) =>
      early.some((headers) => removes(headers, name.toLowerCase())),
    ),
  ]);
  const names = [...set, ...policies.flat()].map((name) => name.toLowerCase());
  return new Set([...names, ...(declaredHeaders(gateway) ?? [])]);
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
