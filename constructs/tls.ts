import type { ApiObject } from 'cdk8s';
import * as plus from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { type Kinds, plusObject } from './component';
import type { Namespace } from './namespace';

/** Certificate chain and private key as PEM; the texts are not validated. */
export interface ServingCertificate {
  readonly certificate: string;
  readonly key: string;
}

type Listener = Kinds['Gateway']['spec']['listeners'][number];
type Namespaces = NonNullable<NonNullable<Listener['allowedRoutes']>['namespaces']>;
type ClientTls = NonNullable<Kinds['ClientTrafficPolicy']['spec']['tls']>;

/** Of the Gateway's listener with TLS and of the one without. */
export const LISTENER_NAMES = { tls: 'https', plain: 'http' } as const;

/** The Secret with the certificate that clients see. */
export function certificateSecret(
  scope: Construct,
  namespace: Namespace,
  name: string,
  { certificate, key }: ServingCertificate,
): ApiObject {
  return plusObject(
    new plus.Secret(scope, 'certificate', {
      metadata: { name, namespace: namespace.name },
      type: 'kubernetes.io/tls',
      stringData: { 'tls.crt': certificate, 'tls.key': key },
    }),
  );
}

/** By the label that the API server itself keeps on every namespace. */
function routesFrom(namespaces: readonly string[]): Namespaces {
  if (namespaces.length === 1) return { from: 'Same' };
  const values = [...namespaces];
  return {
    from: 'Selector',
    selector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values }] },
  };
}

/**
 * Where clients connect, with the Secret of that certificate or in clear.
 *
 * @param namespaces Whose routes may attach.
 */
export function listener(port: number, namespaces: readonly string[], certificate?: ApiObject): Listener {
  const allowedRoutes = { namespaces: routesFrom(namespaces) };
  if (certificate === undefined) {
    return { name: LISTENER_NAMES.plain, protocol: 'HTTP', port, allowedRoutes };
  }
  return {
    name: LISTENER_NAMES.tls,
    protocol: 'HTTPS',
    port,
    tls: { mode: 'Terminate', certificateRefs: [{ kind: 'Secret', name: certificate.name }] },
    allowedRoutes,
  };
}

/** TLS 1.2 at least, HTTP/2 where a client can. Envoy's default is the same today; a default may change. */
export const LISTENER_TLS: Pick<ClientTls, 'minVersion' | 'alpnProtocols'> = {
  minVersion: '1.2',
  alpnProtocols: ['h2', 'http/1.1'],
};

/**
 * How Envoy trusts something that it calls itself. Port 443 alone does not switch TLS on.
 */
export function backendTls(tls: boolean, hostname: string): Pick<Kinds['Backend']['spec'], 'tls'> {
  return tls ? { tls: { wellKnownCACertificates: 'System', sni: hostname } } : {};
}
