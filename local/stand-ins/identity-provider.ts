import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type Exchange, json, Refusal, type StandIn } from './http';

const KEY_ID = 'stand-in';

/**
 * An identity provider without identities: it gives out a token with any claims that it is asked for, signed
 * with a key of its own that it makes at the start. Its keys are at `GET /jwks`; `POST /token` takes claims.
 */
export function identityProvider(): StandIn {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: KEY_ID, alg: 'ES256', use: 'sig' };
  return {
    kind: 'identity-provider',
    routes: {
      'GET /jwks': () => json({ keys: [jwk] }),
      'POST /token': (exchange) =>
        json({ access_token: token(claimsOf(exchange), privateKey), token_type: 'Bearer' }),
    },
    refuse: ({ status, message }) => json({ error: 'invalid_request', error_description: message }, status),
  };
}

function claimsOf({ json: claims }: Exchange): object {
  if (typeof claims === 'object' && claims !== null && !Array.isArray(claims)) return claims;
  throw new Refusal(400, 'send the claims of the token as a JSON object');
}

/** RFC 7515, compact, with ES256. */
function token(claims: object, key: KeyObject): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'ES256', typ: 'JWT', kid: KEY_ID })}.${part(claims)}`;
  const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
}
