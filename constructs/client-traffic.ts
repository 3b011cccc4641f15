import { type EnvoyPlan, RESERVED_HEADER_PREFIX, RESERVED_HEADERS, type TimingPlan } from '../config';
import type { Kinds } from './component';

type Spec = Kinds['ClientTrafficPolicy']['spec'];

/**
 * Headers that Envoy reads from inside a mesh: per-call time-outs, retries, the original path. It believes
 * clients with a private address, and inside a company that is every client.
 */
const ENVOY_HEADER_PREFIX = 'x-envoy-';

/** An identity that only an authentication filter may set. */
const CLIENT_ID_HEADER = 'x-client-id';

/**
 * Where a client may not speak for the gateway: these headers are gone before routing and every filter.
 *
 * `x-workload-app` is not among them: that a workload names itself by this header is the documented starting
 * point of the product, and it is only as good as the network in front of the gateway.
 */
const FORGEABLE: NonNullable<NonNullable<Spec['headers']>['earlyRequestHeaders']> = {
  remove: [CLIENT_ID_HEADER, ...RESERVED_HEADERS].sort(),
  removeOnMatch: [RESERVED_HEADER_PREFIX, ENVOY_HEADER_PREFIX].map((value) => ({ type: 'Prefix', value })),
};

/**
 * What the gateway allows of its clients. The buffer limit bounds the largest request: the AI gateway buffers
 * whole bodies, and Envoy's 32 KiB answer longer prompts with 413.
 */
export function clientTrafficSpec(gatewayName: string, envoy: EnvoyPlan, timing: TimingPlan): Spec {
  return {
    targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: gatewayName }],
    connection: { bufferLimit: `${envoy.bufferLimit}` },
    timeout: {
      http: {
        requestReceivedTimeout: `${timing.uploadTimeout}`,
        streamIdleTimeout: `${timing.streamIdleTimeout}`,
      },
    },
    headers: { withUnderscoresAction: 'RejectRequest', earlyRequestHeaders: FORGEABLE },
  };
}
