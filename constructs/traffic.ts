import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { LimitRule, RetryPlan, RoutePlan, TrafficPlan } from '../config';
import { Component, type Kinds, kubeObject } from './component';
import type { WorkloadRoute } from './routes';
import { COST_METADATA, TOKEN_METADATA, TOKEN_METADATA_NAMESPACE } from './token-metadata';
import { QUICK, waitForPolicyAccepted } from './wait';

export interface WorkloadTrafficProps {
  readonly route: WorkloadRoute;

  /** The same plan that the route was made from. */
  readonly plan: Pick<RoutePlan, 'traffic'>;
}

/**
 * What another model, or another replica, may do better: overload, and every way of being away. `reset` is also
 * an attempt that took too long, and the connection of a server that was killed while it worked.
 */
const RETRIED = {
  triggers: ['connect-failure', 'reset', 'retriable-status-codes'] as const,
  httpStatusCodes: [429, 500, 502, 503, 504],
};

type Traffic = Kinds['BackendTrafficPolicy']['spec'];
type RateLimit = NonNullable<Traffic['rateLimit']>;

/**
 * Limits, retries and sessions of the workloads of a route: one BackendTrafficPolicy on the HTTPRoute that the AI
 * gateway generates for the route. A second policy on the same route would be ignored, so this one contains all settings:
 *
 * - circuit breakers, counted in each Envoy and for each rule: as many requests as fit into its memory, or the
 *   share of `parallelRequests`; more are answered with 503;
 * - limits: a request limit is a token bucket in each Envoy, a budget of tokens or of money is counted by one
 *   service for all of them, in minutes, hours, days, and windows of 30 days. Tokens are charged when an answer
 *   ends: what is running then still finishes and may overshoot the budget, and failed calls cost nothing, so a
 *   budget is best together with `requestsPerMinute` and `parallelRequests`;
 * - for targets of several models: retries, each on the next priority, ejection of models that fail, and where
 *   all of them are model servers of ours, health checks. Once an answer has begun nothing is tried again;
 * - sessions: a consistent hash of a header.
 */
export class WorkloadTraffic extends Component {
  readonly policy: ApiObject;

  constructor(scope: Construct, id: string, { route, plan: { traffic } }: WorkloadTrafficProps) {
    super(scope, id);
    const { envoy, timing } = route.gateway;
    this.node.addDependency(route);
    this.policy = kubeObject(this, 'policy', {
      apiVersion: 'gateway.envoyproxy.io/v1alpha1',
      kind: 'BackendTrafficPolicy',
      metadata: {
        name: route.name,
        namespace: route.namespace.name,
        annotations: waitForPolicyAccepted(QUICK),
      },
      spec: {
        targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: route.name }],
        circuitBreaker: {
          maxConnections: envoy.maxParallelRequests,
          maxParallelRequests: traffic.parallelRequests ?? envoy.maxParallelRequests,
          maxPendingRequests: envoy.maxParallelRequests,
        },
        connection: { bufferLimit: `${envoy.bufferLimit}` },
        timeout: {
          tcp: { connectTimeout: `${timing.connectTimeout}` },
          http: { connectionIdleTimeout: `${timing.upstreamIdleTimeout}` },
        },
        ...(traffic.retry && { retry: retryOf(traffic.retry) }),
        ...((traffic.ejection || traffic.healthCheck) && { healthCheck: healthOf(traffic) }),
        ...(traffic.session.length > 0 && { loadBalancer: stickyBy(traffic.session) }),
        ...rateLimit(traffic),
      },
    });
  }
}

/** Each attempt goes to the next priority, even while the last one still counts as healthy. */
function retryOf({ attempts, perTryTimeout }: RetryPlan): NonNullable<Traffic['retry']> {
  return {
    numRetries: attempts,
    numAttemptsPerPriority: 1,
    retryOn: { triggers: [...RETRIED.triggers], httpStatusCodes: [...RETRIED.httpStatusCodes] },
    perRetry: {
      timeout: `${perTryTimeout}`,
      backOff: { baseInterval: '100ms', maxInterval: '2s' },
    },
  };
}

/**
 * By default Envoy ejects at most a tenth of the hosts, which of a few is none, and in a "panic" sends requests
 * to hosts that it knows are down: either would keep requests away from the fallbacks.
 */
function healthOf({ ejection, healthCheck }: TrafficPlan): NonNullable<Traffic['healthCheck']> {
  return {
    panicThreshold: 0,
    ...(ejection && {
      passive: {
        consecutive5XxErrors: 3,
        interval: '5s',
        baseEjectionTime: '30s',
        maxEjectionPercent: 100,
      },
    }),
    ...(healthCheck && {
      active: {
        type: 'HTTP' as const,
        http: { path: '/health' },
        interval: '5s',
        timeout: '2s',
        unhealthyThreshold: 2,
        healthyThreshold: 1,
      },
    }),
  };
}

function stickyBy(headers: readonly string[]): NonNullable<Traffic['loadBalancer']> {
  return {
    type: 'ConsistentHash',
    consistentHash: { type: 'Headers', headers: headers.map((name) => ({ name })) },
  };
}

function rateLimit({ local, global }: TrafficPlan): Pick<Traffic, 'rateLimit'> {
  const limits: RateLimit = {
    ...(local.length > 0 && { local: { rules: local.map(ruleOf) } }),
    ...(global.length > 0 && { global: { rules: global.map(sharedRuleOf) } }),
  };
  return Object.keys(limits).length > 0 ? { rateLimit: limits } : {};
}

function ruleOf({ selector, amount, unit, shadow }: LimitRule) {
  return {
    ...(selector && { clientSelectors: [{ headers: [...selector] }] }),
    limit: { requests: amount, unit },
    ...(shadow && { shadowMode: true }),
  };
}

function sharedRuleOf(rule: LimitRule) {
  return {
    ...ruleOf(rule),
    // One budget, however many matches and hostnames the route has.
    shared: true,
    ...(rule.counts !== 'requests' && { cost: costOf(COST_KEYS[rule.counts]) }),
  };
}

const COST_KEYS = { tokens: TOKEN_METADATA.total, money: COST_METADATA } as const;

/** Nothing on the way in, the tokens of the answer or what they cost on the way out. */
const costOf = (key: string) => ({
  request: { from: 'Number' as const, number: 0 },
  response: {
    from: 'Metadata' as const,
    metadata: { namespace: TOKEN_METADATA_NAMESPACE, key },
  },
});
