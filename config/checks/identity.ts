import type { Refusal } from '../../base/finding';
import { listed } from '../../base/text';
import type { PlatformDocument, Sound } from '../document';
import { refuseUrl, type UrlUse } from '../endpoint';
import type { Path, UnplacedMistake } from '../mistakes';

type Draft = Sound<PlatformDocument>;
type Identity = NonNullable<NonNullable<Draft['gateway']>['identity']>;

const AT = ['gateway', 'identity'];

const KEY_SET: UrlUse = {
  carries: 'the keys that tokens are checked with',
  credentials: 'use a key set that everybody may read, as key sets are',
  query: true,
};

const EXT_AUTH: UrlUse = {
  carries: "the clients' credentials",
  credentials: 'the service is called without; let only the gateway reach it',
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
      problem: 'is required with identity mtls: a client shows its certificate in a TLS handshake only',
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
      problem: `with none nobody can tell ${listed(names, 'and')} apart: one workload is everybody`,
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
      const problem = `is required with identity apiKey: without a key nobody can be ${name}`;
      return keyed ? [{ at, problem, fix: `add apiKeySecret: ${name}-key` }] : [];
    }
    const secret = workload.apiKeySecret;
    if (secret === undefined) return [];
    const app = workload.match?.app;
    if (keyed && app !== undefined && !CLIENT_ID.test(app)) {
      const problem =
        'becomes the name of an entry of a Secret with identity apiKey, which allows letters, digits, -, _ and .';
      return [{ at: ['workloads', name, 'match', 'app'], value: app, problem }];
    }
    if (!keyed) {
      const problem = 'goes with identity apiKey only: nothing else reads the key';
      return [{ at, problem, fix: 'remove it, or write gateway.identity: { apiKey: {} }' }];
    }
    const owner = owners.get(secret);
    owners.set(secret, owner ?? name);
    if (owner === undefined) return [];
    const problem = `is the key of ${owner} already: Envoy takes no configuration in which two clients share a key, and all later changes would wait`;
    return [{ at, value: secret, problem, fix: `use a secret of its own, such as ${name}-key` }];
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
    return { problem: 'with identity none nobody says of which tenant a request is', fix: 'remove it' };
  }
  if ('extAuth' in identity) return undefined;
  if ('jwt' in identity) {
    const claims = identity.jwt?.claims;
    if (claims === undefined || 'tenant' in claims) return undefined;
    const problem = 'no claim of a token is the tenant';
    return { problem, fix: 'name it in gateway.identity.jwt.claims.tenant' };
  }
  const [kind, what] = 'apiKey' in identity ? ['apiKey', 'a key'] : ['mtls', 'a certificate'];
  const problem = `with identity ${kind} ${what} says which workload calls, and nothing says of which tenant`;
  return { problem, fix: 'match app instead, or use jwt or extAuth' };
}
