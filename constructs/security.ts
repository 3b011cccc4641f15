import type { ApiObject } from 'cdk8s';
import * as plus from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import {
  CREDENTIAL_HEADERS,
  Duration,
  IDENTITY_HEADERS,
  type Identity,
  type Mistake,
  PlatformError,
  TENANT_HEADER,
  WORKLOAD_HEADER,
} from '../config';
import { Component, type Kinds, kubeObject, plusObject } from './component';
import type { Namespace } from './namespace';
import { backendTls } from './tls';
import { QUICK, waitForPolicyAccepted } from './wait';

export interface ClientIdentityProps {
  readonly namespace: Namespace;

  /** Of the Gateway, and of the policy. */
  readonly gatewayName: string;

  /** The source of the workload identity of a request. */
  readonly identity: Identity;

  /**
   * With identity `apiKey` the key of every client, by the value of its identity header. They go into one
   * Secret and nowhere else; the text is not looked at, so it may be a placeholder that a deployer replaces.
   *
   * Two clients with one key make Envoy refuse its whole configuration: the caller must see to it that the
   * texts differ (kgateway issue 14592).
   *
   * @default - none
   */
  readonly keys?: Readonly<Record<string, string>>;
}

type Spec = Kinds['SecurityPolicy']['spec'];

/** Where clients put a key: OpenAI's SDKs as `Authorization: Bearer`, Anthropic's as `x-api-key`. */
const KEY_HEADERS = ['authorization', 'x-api-key'];

/** A service that decides on every request is near, or every request is slow. */
const EXT_AUTH_TIMEOUT = Duration.seconds(2);

/** Longest that Envoy keeps a key set before it asks again: a withdrawn key works no longer than that. */
const KEY_SET_CACHE = Duration.minutes(5);

/**
 * Authentication at the gateway: one SecurityPolicy on the Gateway, and the objects that it needs.
 *
 * It is on the Gateway and never on a route: the filters that authenticate run on the route that a request
 * matches before its body is read, which is not the route that answers it (ai-gateway issue 1474).
 * Which models a workload may use is a matter of its routes; a pair that no route names is answered with 404.
 *
 * `trustedHeader`, `none` and `mtls` need no such policy; see `client-traffic.ts` for what they do.
 *
 * @throws PlatformError when identity `apiKey` has no keys, or one that is empty
 */
export class ClientIdentity extends Component {
  /** The policy that the gateway must wait for; none when clients are identified by other means. */
  readonly policy?: ApiObject;

  private readonly gatewayName: string;
  private readonly namespace: Namespace;

  constructor(scope: Construct, id: string, props: ClientIdentityProps) {
    super(scope, id);
    const { identity } = props;
    this.gatewayName = props.gatewayName;
    this.namespace = props.namespace;
    this.node.addDependency(props.namespace);
    if (identity.kind === 'apiKey') this.policy = this.byKey(props.keys ?? {});
    if (identity.kind === 'jwt') this.policy = this.secure('jwt', { jwt: tokens(identity) });
    if (identity.kind === 'extAuth') this.policy = this.byService(identity);
  }

  private byKey(keys: Readonly<Record<string, string>>): ApiObject {
    refuseKeys(this.node.path, keys);
    const name = `${this.gatewayName}-clients`;
    const secret = plusObject(
      new plus.Secret(this, 'keys', {
        metadata: { name, namespace: this.namespace.name },
        type: 'Opaque',
        stringData: keys,
      }),
    );
    return this.secure(
      'api-key',
      {
        apiKeyAuth: {
          credentialRefs: [{ name }],
          extractFrom: [{ headers: KEY_HEADERS }],
          forwardClientIDHeader: WORKLOAD_HEADER,
          sanitize: true,
        },
      },
      secret,
    );
  }

  private byService({ url }: Extract<Identity, { kind: 'extAuth' }>): ApiObject {
    const { hostname, port, tls } = url;
    const name = `${this.gatewayName}-ext-auth`;
    const service = kubeObject(this, 'service', {
      apiVersion: 'gateway.envoyproxy.io/v1alpha1',
      kind: 'Backend',
      metadata: { name, namespace: this.namespace.name },
      spec: { endpoints: [{ fqdn: { hostname, port } }], ...backendTls(tls, hostname) },
    });
    return this.secure(
      'ext-auth',
      {
        extAuth: {
          failOpen: false,
          // Envoy's 403 would tell a client that its credentials are wrong.
          statusOnError: 503,
          timeout: `${EXT_AUTH_TIMEOUT}`,
          headersToExtAuth: [...CREDENTIAL_HEADERS].sort(),
          http: {
            backendRefs: [{ group: 'gateway.envoyproxy.io', kind: 'Backend', name, port }],
            pathOverride: url.prefix,
            headersToBackend: [...IDENTITY_HEADERS],
          },
        },
      },
      service,
    );
  }

  private secure(id: string, how: Partial<Spec>, needed?: ApiObject): ApiObject {
    const policy = kubeObject(this, id, {
      apiVersion: 'gateway.envoyproxy.io/v1alpha1',
      kind: 'SecurityPolicy',
      metadata: {
        name: this.gatewayName,
        namespace: this.namespace.name,
        annotations: waitForPolicyAccepted(QUICK),
      },
      spec: {
        targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: this.gatewayName }],
        ...how,
      },
    });
    if (needed !== undefined) policy.addDependency(needed);
    return policy;
  }
}

/** From `Authorization: Bearer` alone: by default Envoy takes a token from the query too, where logs keep it. */
function tokens({
  issuer,
  audiences,
  jwksUri,
  claims,
}: Extract<Identity, { kind: 'jwt' }>): NonNullable<Spec['jwt']> {
  return {
    optional: false,
    providers: [
      {
        name: 'clients',
        issuer,
        audiences,
        remoteJWKS: { uri: jwksUri, cacheDuration: `${KEY_SET_CACHE}` },
        extractFrom: { headers: [{ name: 'authorization', valuePrefix: 'Bearer ' }] },
        claimToHeaders: [
          { claim: claims.workload, header: WORKLOAD_HEADER },
          ...(claims.tenant === undefined ? [] : [{ claim: claims.tenant, header: TENANT_HEADER }]),
        ],
      },
    ],
  };
}

function refuseKeys(path: string, keys: Readonly<Record<string, string>>): void {
  const mistakes: Mistake[] = Object.entries(keys)
    .filter(([, key]) => key === '')
    .map(([client]) => ({ path: `${path}/keys/${client}`, problem: 'the key is empty' }));
  if (Object.keys(keys).length === 0) {
    mistakes.push({
      path: `${path}/keys`,
      problem: 'no client has a key, so every request would be rejected',
    });
  }
  if (mistakes.length > 0) throw new PlatformError(mistakes);
}
