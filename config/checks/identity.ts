import type { Refusal } from '../../base/finding';
import { listed } from '../../base/text';
import type { PlatformDocument, Sound } from '../document';
import { refuseUrl, type UrlUse } from '../endpoint';
import type { Path, UnplacedMistake } from '../mistakes';

type Draft = Sound<PlatformDocument>;
type Identity = NonNullable<NonNullable<Draft['gateway']>['identity']>;

const AT = ['gateway', 'identity'];

const KEY_SET: UrlUse = {
  carries: 'the keys that verify tokens',
  credentials: 'use a public key set, which needs no credentials',
  query: true,
};

const EXT_AUTH: UrlUse = {
  carries: "the clients' credentials",
  credentials:
    'remove them: the gateway calls the service without credentials; let only the gateway reach it',
};

/** A key of `Secret.data`: Envoy Gateway takes it for the client's name. */
const CLIENT_ID = /^[-._a-zA-Z0-9]{1,253}$/;

/** That the chosen identity has what it needs, and that no workload expects what it does not set. */
export function checkIdentity(document: Draft): UnplacedMistake[] {
  const identity = document.gateway?.identity;
  if (identity === undefined) return [];
  return [
    ...checkUrls(identity),
    ...checkListener(identity, document),
    ...checkEverybody(identity, document),
    ...checkKeys(identity, document),
    ...checkTenants(identity, document),
  ];
}

function checkUrls(identity: Identity): UnplacedMistake[] {
  if (typeof identity === 'string') return [];
  if ('jwt' in identity) return checkUrl([...AT, 'jwt', 'jwksUri'], identity.jwt?.jwksUri, KEY_SET);
  if ('extAuth' in identity) return checkUrl([...AT, 'extAuth', 'url'], identity.extAuth?.url, EXT_AUTH);
  return [];
}

/** One URL of something that the gateway calls. */
export function checkUrl(at: Path, url: string | undefined, use: UrlUse): UnplacedMistake[] {
  const refusal = url === undefined ? undefined : refuseUrl(url, use);
  if (refusal === undefined) return [];
  const { withhold, ...said } = refusal;
  return [{ at, ...(withhold ? {} : { value: url }), ...said }];
}

function checkListener(identity: Identity, { gateway }: Draft): UnplacedMistake[] {
  const listener = gateway?.listener;
  if (typeof identity === 'string' || listener === undefined || 'tls' in listener) return [];
  if (!('mtls' in identity)) return [];
  return [
    {
      at: ['gateway', 'listener', 'tls'],
      problem: 'is required with identity mtls: a client presents its certificate in the TLS handshake',
      fix: 'add certificateSecret and keySecret',
    },
  ];
}

function checkEverybody(identity: Identity, { workloads }: Draft): UnplacedMistake[] {
  const names = Object.keys(workloads ?? {}).sort();
  if (identity !== 'none' || names.length < 2) return [];
  return [
    {
      at: AT,
      value: identity,
      problem: `with identity none, requests of ${listed(names, 'and')} cannot be told apart: none allows one workload only`,
      fix: 'keep one workload, or choose an identity',
    },
  ];
}

/** With API keys every workload needs one, and no two the same: Envoy would refuse its whole configuration. */
function checkKeys(identity: Identity, { workloads = {} }: Draft): UnplacedMistake[] {
  const keyed = typeof identity !== 'string' && 'apiKey' in identity;
  const owners = new Map<string, string>();
  return Object.entries(workloads).flatMap(([name, workload]): UnplacedMistake[] => {
    const at = ['workloads', name, 'apiKeySecret'];
    if (workload === undefined) return [];
    if (!('apiKeySecret' in workload)) {
      const problem = `is required with identity apiKey: without a key no client can call as ${name}`;
      return keyed ? [{ at, problem, fix: `add apiKeySecret: ${name}-key` }] : [];
    }
    const secret = workload.apiKeySecret;
    if (secret === undefined) return [];
    const app = workload.match?.app;
    if (keyed && app !== undefined && !CLIENT_ID.test(app)) {
      const problem =
        'cannot be a key of a Secret, which it becomes with identity apiKey: use letters, digits, -, _ and .';
      return [{ at: ['workloads', name, 'match', 'app'], value: app, problem }];
    }
    if (!keyed) {
      const problem = 'is used with identity apiKey only';
      return [{ at, problem, fix: 'remove it, or write gateway.identity: { apiKey: {} }' }];
    }
    const owner = owners.get(secret);
    owners.set(secret, owner ?? name);
    if (owner === undefined) return [];
    const problem = `is already the key of ${owner}: Envoy rejects a configuration in which two clients share a key, and every later change with it`;
    return [{ at, value: secret, problem, fix: `use a separate secret, such as ${name}-key` }];
  });
}

/** A tenant that nothing sets is a workload that nobody is. */
function checkTenants(identity: Identity, { workloads = {} }: Draft): UnplacedMistake[] {
  const why = refuseTenant(identity);
  if (why === undefined) return [];
  return Object.entries(workloads).flatMap(([name, workload]): UnplacedMistake[] => {
    const tenant = workload?.match?.tenant;
    return tenant === undefined
      ? []
      : [{ at: ['workloads', name, 'match', 'tenant'], value: tenant, ...why }];
  });
}

function refuseTenant(identity: Identity): Refusal | undefined {
  if (typeof identity === 'string') {
    if (identity === 'trustedHeader') return undefined;
    return { problem: 'with identity none, requests have no tenant', fix: 'remove it' };
  }
  if ('extAuth' in identity) return undefined;
  if ('jwt' in identity) {
    const claims = identity.jwt?.claims;
    if (claims === undefined || 'tenant' in claims) return undefined;
    const problem = 'no token claim is mapped to the tenant';
    return { problem, fix: 'set gateway.identity.jwt.claims.tenant to the name of the claim' };
  }
  const [kind, what] = 'apiKey' in identity ? ['apiKey', 'a key'] : ['mtls', 'a certificate'];
  const problem = `with identity ${kind}, ${what} identifies the workload but not the tenant`;
  return { problem, fix: 'match app instead, or use identity jwt or extAuth' };
}
