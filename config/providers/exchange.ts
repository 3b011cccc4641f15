import type { ProviderDocument } from '../document/provider-settings';
import type { Oidc } from './credentials';

/** The identity provider of a token exchange. */
export function oidcOf({ oidc }: ProviderDocument): Oidc | undefined {
  if (oidc === undefined) return undefined;
  const { clientSecret: secret, scopes = [], ...rest } = oidc;
  return { ...rest, secret, scopes };
}
