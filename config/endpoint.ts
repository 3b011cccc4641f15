import { isIP } from 'node:net';
import type { Refusal } from '../base/finding';
import { isPrivateHost, PRIVATE_SUFFIXES } from '../base/hosts';
import { listed, shown } from '../base/text';

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

/** What a URL of the document is for, as far as its refusals say so. */
export interface UrlUse {
  /** What plain HTTP would show on the way: `the provider's key`. */
  readonly carries: string;
  /** Where credentials belong instead of into the URL. */
  readonly credentials: string;
  /** Whether a query belongs to it. Default false. */
  readonly query?: boolean;
}

const PROVIDER: UrlUse = { carries: "the provider's key", credentials: 'move the key to apiKeySecret' };

type UrlRefusal = Refusal & { readonly withhold?: true };

/** Why a provider's base URL is refused; the first reason, because the others often follow from it. */
export function refuseBaseUrl(text: string): UrlRefusal | undefined {
  return refuseUrl(text, PROVIDER);
}

/** Why the URL of something that the gateway calls is refused; the first reason. */
export function refuseUrl(text: string, { carries, credentials, query }: UrlUse): UrlRefusal | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    return {
      problem: `${shown(text)} is not an http or https URL`,
      fix: 'write it as https://<host>/<path>',
    };
  }
  if (url.username !== '' || url.password !== '') {
    return { problem: 'a URL must not contain credentials', fix: credentials, withhold: true };
  }
  if ((url.search !== '' && !query) || url.hash !== '') {
    return {
      problem: `${shown(text)} has a query or a fragment, which requests do not carry`,
      fix: 'remove everything after the path',
    };
  }
  return refuseHost(url) ?? refusePlaintext(url, carries);
}

function refuseHost({ hostname }: URL): Refusal | undefined {
  const refused = 'Envoy Gateway rejects such a Backend in Kubernetes';
  if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) {
    return { problem: `the host ${hostname} is an IP address: ${refused}`, fix: 'use a DNS name' };
  }
  if (!hostname.includes('.')) {
    return {
      problem: `the host ${hostname} is a single label: ${refused}`,
      fix: 'use its fully qualified name; for a Service <service>.<namespace>.svc.cluster.local',
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

function refusePlaintext({ protocol, hostname }: URL, carries: string): Refusal | undefined {
  if (protocol === 'https:' || isPrivateHost(hostname)) return undefined;
  return {
    problem: `http to ${hostname} would send ${carries} unencrypted over public networks`,
    fix: `use https; http is allowed for hosts under ${listed(PRIVATE_SUFFIXES, 'or')} only`,
  };
}
