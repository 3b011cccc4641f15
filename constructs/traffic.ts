import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { planRequestLimit, WORKLOAD_HEADER } from '../config';
import { Component, type Kinds, kubeObject } from './component';
import { TOKEN_METADATA, TOKEN_METADATA_NAMESPACE, type WorkloadRoute } from './routes';
import { QUICK, waitForPolicyAccepted } from './wait';

export interface WorkloadTrafficProps {
  readonly route: WorkloadRoute;

  /**
   * Requests a minute over all gateway replicas. Each Envoy holds its share in a token bucket of its own.
   *
   * @default - unlimited
   */
  readonly requestsPerMinute?: number;

  /**
   * Input and output tokens an hour over all gateway replicas, in fixed hours. Needs Envoy Gateway with a
   * rate limit service. Tokens are counted when an answer ends: what is running then still finishes, and may
   * overshoot the budget.
   *
   * @default - unlimited
   */
  readonly tokensPerHour?: number;
}

type Traffic = Kinds['BackendTrafficPolicy']['spec'];
type RateLimit = NonNullable<Traffic['rateLimit']>;

/**
 * What one workload may do to its model: a BackendTrafficPolicy on the HTTPRoute that the AI gateway
 * generates for the route. A second policy on the same route would be ignored, so this one holds everything.
 *
 * @throws PlatformError when the requests a minute cannot be split over the replicas of the gateway
 */
export class WorkloadTraffic extends Component {
  readonly policy: ApiObject;

  constructor(scope: Construct, id: string, props: WorkloadTrafficProps) {
    super(scope, id);
    const { route } = props;
    const { envoy, timing } = route.gateway;
    this.node.addDependency(route);
    this.policy = kubeObject(this, 'policy', {
      apiVersion: 'gateway.envoyproxy.io/v1alpha1',
      kind: 'BackendTrafficPolicy',
      metadata: {
        name: route.workload,
        namespace: route.gateway.namespace.name,
        annotations: waitForPolicyAccepted(QUICK),
      },
      spec: {
        targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: route.workload }],
        circuitBreaker: {
          maxConnections: envoy.maxParallelRequests,
          maxParallelRequests: envoy.maxParallelRequests,
          maxPendingRequests: envoy.maxParallelRequests,
        },
        connection: { bufferLimit: `${envoy.bufferLimit}` },
        timeout: {
          tcp: { connectTimeout: `${timing.connectTimeout}` },
          http: { connectionIdleTimeout: `${timing.upstreamIdleTimeout}` },
        },
        ...rateLimit(props),
      },
    });
  }
}

function rateLimit({
  route,
  requestsPerMinute,
  tokensPerHour,
}: WorkloadTrafficProps): Pick<Traffic, 'rateLimit'> {
  const limits: RateLimit = {
    ...(requestsPerMinute !== undefined && { local: requestLimit(route, requestsPerMinute) }),
    ...(tokensPerHour !== undefined && { global: tokenBudget(route, tokensPerHour) }),
  };
  return Object.keys(limits).length > 0 ? { rateLimit: limits } : {};
}

function requestLimit(route: WorkloadRoute, requestsPerMinute: number): NonNullable<RateLimit['local']> {
  const { perReplica } = planRequestLimit(requestsPerMinute, route.gateway.replicas);
  return { rules: [{ ...ofWorkload(route), limit: { requests: perReplica, unit: 'Minute' } }] };
}

function tokenBudget(route: WorkloadRoute, tokensPerHour: number): NonNullable<RateLimit['global']> {
  return {
    rules: [
      {
        ...ofWorkload(route),
        limit: { requests: tokensPerHour, unit: 'Hour' },
        // One budget, however many matches and hostnames the route has.
        shared: true,
        cost: {
          request: { from: 'Number', number: 0 },
          response: {
            from: 'Metadata',
            metadata: { namespace: TOKEN_METADATA_NAMESPACE, key: TOKEN_METADATA.total },
          },
        },
      },
    ],
  };
}

function ofWorkload(route: WorkloadRoute) {
  return {
    clientSelectors: [
      { headers: [{ type: 'Exact' as const, name: WORKLOAD_HEADER, value: route.workload }] },
    ],
  };
}
