import { isIP } from 'node:net';
import type { Refusal } from './finding';
import { listed } from './nearest';
import { shown } from './suggest';

/**
 * Domains that no public resolver answers (RFC 6761, RFC 6762, ICANN on .internal), so that the host is
 * private.
 */
const PRIVATE_SUFFIXES = ['.internal', '.local', '.test', '.svc', '.svc.cluster.local'];

/** `Backend.spec.endpoints[].fqdn.hostname` in Envoy Gateway's API. */
const HOSTNAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LONGEST_HOSTNAME = 253;

/** A base URL in parts. */
export interface BaseUrl {
  readonly hostname: string;
  readonly port: number;
  readonly tls: boolean;
  /** Path without the slashes at its end; `/` when there is none. */
  readonly prefix: string;
}

/** A base URL that {@link refuseBaseUrl} has nothing against, in parts. */
export function parseBaseUrl(text: string): BaseUrl {
  const { protocol, hostname, port, pathname } = new URL(text);
  const tls = protocol === 'https:';
  return {
    hostname,
    port: port === '' ? (tls ? 443 : 80) : Number(port),
    tls,
    prefix: pathname.replace(/\/+$/, '') || '/',
  };
}

/** Why a provider's base URL is refused; the first reason, because the others often follow from it. */
export function refuseBaseUrl(text: string): (Refusal & { readonly withhold?: true }) | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    return {
      problem: `${shown(text)} is not an http or https URL`,
      fix: 'write it as https://<host>/<path>',
    };
  }
  if (url.username !== '' || url.password !== '') {
    return {
      problem: 'a URL with credentials in it is refused',
      fix: 'put the key into apiKeySecret',
      withhold: true,
    };
  }
  if (url.search !== '' || url.hash !== '') {
    return {
      problem: `${shown(text)} has a query or a fragment, which no request would carry`,
      fix: 'end it with the path',
    };
  }
  return refuseHost(url) ?? refusePlaintext(url);
}

function refuseHost({ hostname }: URL): Refusal | undefined {
  const refused = 'Envoy Gateway refuses such a Backend in Kubernetes';
  if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) {
    return { problem: `the host ${hostname} is an IP address: ${refused}`, fix: 'use a DNS name' };
  }
  if (!hostname.includes('.')) {
    return {
      problem: `the host ${hostname} is a single label: ${refused}`,
      fix: 'use its full name, for a Service <service>.<namespace>.svc.cluster.local',
    };
  }
  if (!HOSTNAME.test(hostname) || hostname.length > LONGEST_HOSTNAME) {
    return {
      problem: `the host ${hostname} is not a DNS name: ${refused}`,
      fix: 'use letters, digits, - and single dots',
    };
  }
  return undefined;
}

/** Whether no public resolver answers for a host. */
export function isPrivateHost(hostname: string): boolean {
  return PRIVATE_SUFFIXES.some((suffix) => hostname.endsWith(suffix));
}

function refusePlaintext({ protocol, hostname }: URL): Refusal | undefined {
  if (protocol === 'https:' || isPrivateHost(hostname)) return undefined;
  return {
    problem: `http to ${hostname} would send the provider's key in clear over networks that are not yours`,
    fix: `use https; http is for hosts under ${listed(PRIVATE_SUFFIXES, 'or')}`,
  };
}
