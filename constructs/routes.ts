import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { PlatformError, WORKLOAD_HEADER } from '../config';
import type { ModelBackend } from './backends';
import { Component, kubeObject } from './component';
import type { AiGateway } from './gateway';
import { QUICK, waitForCondition } from './wait';

export interface WorkloadRouteProps {
  readonly gateway: AiGateway;

  /** The model that answers this workload, whatever model a request names. */
  readonly backend: ModelBackend;

  /**
   * The value of the identity header that belongs to this workload; also the name of the route.
   *
   * @default - the construct's id
   */
  readonly workload?: string;
}

/**
 * Where the AI gateway writes the tokens of a call, once, at the end of a successful answer: Envoy dynamic
 * metadata of this namespace. Token budgets and the access log read them there.
 */
export const TOKEN_METADATA_NAMESPACE = 'io.envoy.ai_gateway';

/** Metadata keys of token counts. Cached input is a part of input, so a total is never a sum of all keys. */
export const TOKEN_METADATA = {
  input: 'llm_input_token',
  cachedInput: 'llm_cached_input_token',
  output: 'llm_output_token',
  total: 'llm_total_token',
} as const;

/**
 * Sends the calls of one workload to one model: an AIGatewayRoute with one rule.
 *
 * The workload is known by the header `x-workload-app` alone, which a client can forge: this is the
 * documented starting point of the product, for clusters where every client is trusted to name itself.
 *
 * The AI gateway generates an HTTPRoute of the same name; traffic policies attach to that.
 *
 * @throws PlatformError when gateway and backend live in different namespaces
 */
export class WorkloadRoute extends Component {
  readonly workload: string;
  readonly gateway: AiGateway;
  readonly backend: ModelBackend;
  readonly route: ApiObject;

  constructor(scope: Construct, id: string, props: WorkloadRouteProps) {
    super(scope, id);
    const { gateway, backend } = props;
    refuseForeignBackend(this.node.path, gateway, backend);
    this.workload = props.workload ?? id;
    this.gateway = gateway;
    this.backend = backend;
    this.node.addDependency(gateway.ready, backend.ready);
    this.route = kubeObject(this, 'route', {
      apiVersion: 'aigateway.envoyproxy.io/v1beta1',
      kind: 'AIGatewayRoute',
      metadata: {
        name: this.workload,
        namespace: gateway.namespace.name,
        annotations: waitForCondition('Accepted', QUICK),
      },
      spec: {
        parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: gateway.name }],
        rules: [
          {
            matches: [{ headers: [{ type: 'Exact', name: WORKLOAD_HEADER, value: this.workload }] }],
            backendRefs: [{ name: backend.name, modelNameOverride: backend.model }],
            timeouts: {
              request: `${gateway.timing.routeTimeout}`,
              backendRequest: `${gateway.timing.backendRequestTimeout}`,
            },
          },
        ],
        llmRequestCosts: [
          { metadataKey: TOKEN_METADATA.input, type: 'InputToken' },
          { metadataKey: TOKEN_METADATA.cachedInput, type: 'CachedInputToken' },
          { metadataKey: TOKEN_METADATA.output, type: 'OutputToken' },
          { metadataKey: TOKEN_METADATA.total, type: 'TotalToken' },
        ],
      },
    });
  }
}

function refuseForeignBackend(path: string, gateway: AiGateway, backend: ModelBackend): void {
  if (backend.namespace.name === gateway.namespace.name) return;
  throw new PlatformError([
    {
      path: `${path}/backend`,
      value: backend.name,
      problem: `${backend.name} is in namespace ${backend.namespace.name} and the gateway in ${gateway.namespace.name}: a route needs a ReferenceGrant across, which opens every backend of that namespace`,
      fix: 'give the backend the namespace of the gateway',
    },
  ]);
}
