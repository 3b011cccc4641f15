import type { IdentityDocument } from '../document';
import { parseBaseUrl } from '../endpoint';
import type { Identity } from '../platform';

export function buildIdentity(identity: IdentityDocument): Identity {
  if (typeof identity === 'string') return { kind: identity };
  if ('jwt' in identity) return { kind: 'jwt', ...identity.jwt };
  if ('mtls' in identity) return { kind: 'mtls', ...identity.mtls };
  if ('extAuth' in identity) {
    const { hostname, port, tls, prefix: path } = parseBaseUrl(identity.extAuth.url);
    return { kind: 'extAuth', hostname, port, tls, path };
  }
  return { kind: 'apiKey' };
}
