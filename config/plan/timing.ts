import { Duration } from '../quantity';

/**
 * How long a leaving Envoy takes new requests, so that load balancers notice before it closes its door. Envoy
 * Gateway's own default of 10s is shorter than the health checks of many of them.
 */
const MIN_DRAIN = Duration.seconds(15);

/** How much later than the route's timeout the idle timeout fires: a client then sees the route's 504. */
const IDLE_MARGIN = Duration.seconds(1);

/** Every time-out between a client and a model, from the one that the user chose. */
export interface TimingPlan {
  /** `timeouts.request` of every route; without it AI routes end at 60s. */
  readonly routeTimeout: Duration;
  /** `timeouts.backendRequest`: as long as the route, since an answer that takes long is not a broken one. */
  readonly backendRequestTimeout: Duration;
  /**
   * An answer that is not streamed shows no byte until it is done, so idle must be longer than any answer.
   */
  readonly streamIdleTimeout: Duration;
  /**
   * `shutdown.drainTimeout`, in whole seconds: the last request accepted while draining may still take its
   * time. Envoy Gateway makes the pod's grace period 300s longer.
   */
  readonly drainTimeout: Duration;
  /** `shutdown.minDrainDuration`. */
  readonly minDrainDuration: Duration;
}

/** `backendRequest = route < stream idle`, and `drain = route + minDrain`. */
export function planTiming(requestTimeout: Duration): TimingPlan {
  return {
    routeTimeout: requestTimeout,
    backendRequestTimeout: requestTimeout,
    streamIdleTimeout: requestTimeout.plus(IDLE_MARGIN),
    // Envoy Gateway rounds to seconds, half of the time down.
    drainTimeout: Duration.seconds(Math.ceil(requestTimeout.seconds)).plus(MIN_DRAIN),
    minDrainDuration: MIN_DRAIN,
  };
}
