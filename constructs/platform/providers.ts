import { type Credentials, IDENTITY_HEADERS, type ProviderModel } from '../../config';
import type { BackendCredentials } from '../credentials';
import type { Upstream } from './upstream';

/** An address inside the company, which is as little a provider's business as the identity is. */
const CLIENT_ADDRESS = 'x-forwarded-for';

/**
 * A model at a provider as the gateway sees it.
 *
 * @param secrets The platform's secrets by name.
 */
export function providerUpstream(
  { model, endpoint, credentials }: ProviderModel,
  secrets: Readonly<Record<string, string>>,
): Upstream {
  return {
    endpoint,
    model,
    ...(credentials.kind !== 'none' && { credentials: withTexts(credentials, secrets) }),
    removeHeaders: [...IDENTITY_HEADERS, CLIENT_ADDRESS],
  };
}

/** The same credentials with the text of every secret in place of its name. */
function withTexts(
  credentials: Exclude<Credentials, { kind: 'none' }>,
  secrets: Readonly<Record<string, string>>,
): BackendCredentials {
  const text = (name: string) => secrets[name] ?? '';
  const filled =
    credentials.secret === undefined ? credentials : { ...credentials, secret: text(credentials.secret) };
  if (!('exchange' in filled) || filled.exchange === undefined) return filled;
  const { oidc } = filled.exchange;
  const exchange = { ...filled.exchange, oidc: { ...oidc, secret: text(oidc.secret) } };
  return { ...filled, exchange } as BackendCredentials;
}
