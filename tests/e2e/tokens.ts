import type { Platform } from '../../config';
import type { Project } from './project';

const HOUR = 3600;

/** A token of the identity provider's stand-in that this platform takes, unless the claims say otherwise. */
export async function tokenOf(project: Project, { gateway }: Platform, claims: object): Promise<string> {
  const { identity } = gateway;
  if (identity.kind !== 'jwt') throw new Error(`the identity is ${identity.kind}, and takes no tokens`);
  const provider = (await project.status()).standIns.find(({ kind }) => kind === 'identity-provider');
  if (!provider) throw new Error('no stand-in for an identity provider runs');
  const now = Math.floor(Date.now() / 1000);
  const response = await fetch(`${provider.url}/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      ...{ iss: identity.issuer, aud: identity.audiences, iat: now, exp: now + HOUR },
      ...claims,
    }),
  });
  const { access_token: token } = (await response.json()) as { access_token: string };
  return token;
}
