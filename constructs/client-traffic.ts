import {
  type EnvoyPlan,
  IDENTITY_HEADERS,
  type Identity,
  Memory,
  RESERVED_HEADER_PREFIX,
  RESERVED_HEADERS,
  TENANT_HEADER,
  type TimingPlan,
  WORKLOAD_HEADER,
} from '../config';
import type { Kinds } from './component';
import { LISTENER_TLS } from './tls';

type Spec = Kinds['ClientTrafficPolicy']['spec'];
type EarlyHeaders = NonNullable<NonNullable<Spec['headers']>['earlyRequestHeaders']>;

/** What a gateway allows of its clients. */
export interface ClientTrafficPlan {
  readonly gatewayName: string;
  readonly envoy: EnvoyPlan;
  readonly timing: TimingPlan;
  readonly identity: Identity;
  readonly tls: boolean;
  /** Name of the ConfigMap with the CAs of clients' certificates; with identity `mtls`. */
  readonly clientCa?: string;
}

/**
 * Headers that Envoy reads from inside a mesh: per-call time-outs, retries, the original path. It believes
 * clients with a private address, and inside a company that is every client.
 */
const ENVOY_HEADER_PREFIX = 'x-envoy-';

/** An identity that only an authentication filter may set. */
const CLIENT_ID_HEADER = 'x-client-id';

/**
 * Flow control of HTTP/2 in front of prompts of megabytes: with the 64Ki of the standard a client would wait
 * for an answer from the gateway after every 64Ki. 16 streams fill a connection's window.
 */
const WINDOWS = { stream: Memory.mebibytes(1), connection: Memory.mebibytes(16) };

/** As many as HTTP/2 recommends at least (RFC 9113, 6.5.2), and Envoy Gateway's default. */
const STREAMS = 100;

/** Envoy's name of the first name of a kind in the client's certificate, and what must be in it. */
const PEER_NAME = {
  dns: { formatter: '%DOWNSTREAM_PEER_DNS_SAN%', field: 'dnsNames' },
  uri: { formatter: '%DOWNSTREAM_PEER_URI_SAN%', field: 'uris' },
} as const;

/**
 * What the gateway allows of its clients. The buffer limit bounds the largest request: the AI gateway buffers
 * whole bodies, and Envoy's 32 KiB answer longer prompts with 413.
 */
export function clientTrafficSpec(plan: ClientTrafficPlan): Spec {
  const { gatewayName, envoy, timing } = plan;
  return {
    targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: gatewayName }],
    connection: {
      bufferLimit: `${envoy.bufferLimit}`,
      connectionLimit: { value: envoy.maxConnections },
    },
    http2: {
      initialStreamWindowSize: `${WINDOWS.stream}`,
      initialConnectionWindowSize: `${WINDOWS.connection}`,
      maxConcurrentStreams: STREAMS,
    },
    timeout: {
      http: {
        requestReceivedTimeout: `${timing.uploadTimeout}`,
        streamIdleTimeout: `${timing.streamIdleTimeout}`,
      },
    },
    // Two spellings of one path are one path before anything looks at it.
    path: { disableMergeSlashes: false, escapedSlashesAction: 'RejectRequest' },
    headers: { withUnderscoresAction: 'RejectRequest', earlyRequestHeaders: earlyHeaders(plan.identity) },
    ...tls(plan),
  };
}

/**
 * Where a client may not speak for the gateway: these headers are gone before routing and every filter.
 *
 * The identity headers are among them unless the client is trusted with them; what authenticates sets them
 * afterwards. With `mtls` Envoy itself sets the workload's from the certificate, over what the client sent:
 * it would not if the certificate had no such name, and the handshake refuses such certificates.
 */
function earlyHeaders(identity: Identity): EarlyHeaders {
  const forgeable: readonly string[] =
    identity.kind === 'trustedHeader' ? [] : identity.kind === 'mtls' ? [TENANT_HEADER] : IDENTITY_HEADERS;
  return {
    ...(identity.kind === 'mtls' && {
      set: [{ name: WORKLOAD_HEADER, value: PEER_NAME[identity.name].formatter }],
    }),
    remove: [CLIENT_ID_HEADER, ...RESERVED_HEADERS, ...forgeable].sort(),
    removeOnMatch: [RESERVED_HEADER_PREFIX, ENVOY_HEADER_PREFIX].map((value) => ({ type: 'Prefix', value })),
  };
}

function tls({ tls, identity, clientCa }: ClientTrafficPlan): Pick<Spec, 'tls'> {
  if (!tls) return {};
  if (identity.kind !== 'mtls' || clientCa === undefined) return { tls: LISTENER_TLS };
  return {
    tls: {
      ...LISTENER_TLS,
      clientValidation: {
        mode: 'RequireAndVerify',
        caCertificateRefs: [{ kind: 'ConfigMap', name: clientCa }],
        subjectAltNames: {
          [PEER_NAME[identity.name].field]: [{ type: 'RegularExpression', value: '.+' }],
        },
      },
    },
  };
}
