import { Duration } from '../../base/duration';

/**
 * How long a leaving Envoy takes new requests, so that load balancers notice before it closes its door. Envoy
 * Gateway's own default of 10s is shorter than the health checks of many of them.
 */
const MIN_DRAIN = Duration.seconds(15);

/** How much later than the route's timeout the idle timeout fires: a client then sees the route's 504. */
const IDLE_MARGIN = Duration.seconds(1);

/** A model server of ours is a hop away, a provider a few: what takes longer will not come. Envoy's default is 10s. */
const CONNECT = Duration.seconds(5);

/** How long an upload may take; a prompt of 50 MiB needs 7 Mbit/s. */
const UPLOAD = Duration.minutes(1);

/** Longer than the pauses of an agent between two requests, shorter than a firewall's memory of a connection. */
const UPSTREAM_IDLE = Duration.minutes(5);

/** By how much a model server keeps an idle connection longer than the gateway, which must be the one to close it. */
const KEEP_ALIVE_MARGIN = Duration.seconds(10);

/** How long routers need to see that a pod is leaving; until then it takes new requests. */
const LEAVING = Duration.seconds(15);

/** What a model server needs after its last answer. */
const EXIT = Duration.seconds(15);

/** Every time-out between a client and a model, from the one that the user chose. */
export interface TimingPlan {
  /** `timeouts.request` of every route; without it AI routes end at 60s. */
  readonly routeTimeout: Duration;
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
  /** `timeout.http.requestReceivedTimeout` of clients: until the last byte of a request. */
  readonly uploadTimeout: Duration;
  /** `timeout.tcp.connectTimeout` of backends. */
  readonly connectTimeout: Duration;
  /** `timeout.http.connectionIdleTimeout` of backends; model servers keep connections for longer. */
  readonly upstreamIdleTimeout: Duration;
}

/** `route < stream idle`, and `drain = route + minDrain`. */
export function planTiming(requestTimeout: Duration): TimingPlan {
  return {
    routeTimeout: requestTimeout,
    streamIdleTimeout: requestTimeout.plus(IDLE_MARGIN),
    drainTimeout: wholeSeconds(requestTimeout).plus(MIN_DRAIN),
    minDrainDuration: MIN_DRAIN,
    uploadTimeout: UPLOAD,
    connectTimeout: CONNECT,
    upstreamIdleTimeout: UPSTREAM_IDLE,
  };
}

/** Termination and keep-alive times of a model server, in whole seconds. */
export interface ServerTimingPlan {
  /** Duration of the `preStop` sleep: routers remove the terminating pod, which still accepts requests. */
  readonly leave: Duration;
  /** How long running answers may go on after that: `--shutdown-timeout` of vLLM. */
  readonly drain: Duration;
  /** `terminationGracePeriodSeconds`: leave, drain, and the exit itself. */
  readonly grace: Duration;
  /** Longer than the idle timeout of the gateway, which must be the side that closes idle connections: otherwise there are sporadic 503s. */
  readonly keepAlive: Duration;
}

/** `grace = leave + drain + exit`, and `keepAlive = upstream idle + margin`. */
export function planServerTiming(drain: Duration): ServerTimingPlan {
  const whole = wholeSeconds(drain);
  return {
    leave: LEAVING,
    drain: whole,
    grace: LEAVING.plus(whole).plus(EXIT),
    keepAlive: UPSTREAM_IDLE.plus(KEEP_ALIVE_MARGIN),
  };
}

/** Kubernetes and vLLM take no fractions, and Envoy Gateway rounds to seconds, half of the time down. */
function wholeSeconds(duration: Duration): Duration {
  return Duration.seconds(Math.ceil(duration.seconds));
}
