import type { ApiObject } from 'cdk8s';
import type { Construct, IDependable } from 'constructs';
import { type Mistake, modelsOf, PlatformError, type RoutePlan, type RulePlan } from '../config';
import { Component, type Kinds, kubeObject } from './component';
import { costExpression } from './cost-expression';
import type { AiGateway } from './gateway';
import type { Namespace } from './namespace';
import { COST_METADATA, TOKEN_METADATA } from './token-metadata';
import { QUICK, waitForCondition } from './wait';

/** What a route needs to know of a model: {@link ModelBackend}, or a pool with an endpoint picker. */
export interface RouteBackend {
  /** Of the AIServiceBackend or InferencePool. */
  readonly name: string;
  readonly namespace: Namespace;
  /** @default 'AIServiceBackend' */
  readonly kind?: 'AIServiceBackend' | 'InferencePool';
  /** What replaces the model that a request names. A pool's servers take the model's own name. */
  readonly model: string;
  /** Comes before every route that uses the backend. */
  readonly ready: IDependable;
}

export interface WorkloadRouteProps {
  readonly gateway: AiGateway;

  /** Whose requests go where; `planRoutes` makes it. */
  readonly plan: Pick<RoutePlan, 'name' | 'rules' | 'traffic' | 'money'>;

  /** By the name of the model, every one that the plan names. */
  readonly backends: ReadonlyMap<string, RouteBackend>;
}

type Rule = NonNullable<Kinds['AIGatewayRoute']['spec']>['rules'][number];
type BackendRef = NonNullable<Rule['backendRefs']>[number];

/**
 * Sends the calls of one or more workloads to their models: an AIGatewayRoute. The AI gateway generates an
 * HTTPRoute of the same name; traffic policies attach to that.
 *
 * A workload is identified by headers (`x-workload-app`, `x-tenant`), which the identity of the gateway sets. A
 * workload with named models has one match for each, on the model that the request's body names, and gets 404
 * for any other. One without gets its model whatever a request names.
 *
 * `GET /v1/models` lists the models that some rule names exactly, those of every workload to every client: the
 * AI gateway answers it before it identifies the client. Models that no workload names are not listed.
 *
 * The models of a rule are one Envoy cluster: arms share the first attempt by weight, fallbacks are its lower
 * priorities. They need the traffic policy that {@link WorkloadTraffic} makes.
 *
 * @throws PlatformError when a model has no backend, when gateway and backend live in different namespaces, and
 *   when a pool is not the only backend of a rule
 */
export class WorkloadRoute extends Component {
  readonly name: string;
  readonly gateway: AiGateway;
  /** Of the route and its traffic policy: the gateway's, and for pools theirs. */
  readonly namespace: Namespace;
  readonly route: ApiObject;

  constructor(scope: Construct, id: string, props: WorkloadRouteProps) {
    super(scope, id);
    const { gateway, plan } = props;
    const backends = backendsOf(this.node.path, props);
    this.name = plan.name;
    this.gateway = gateway;
    this.namespace = homeOf(gateway, backends);
    this.node.addDependency(gateway.ready, ...new Set([...backends.values()].map(({ ready }) => ready)));
    this.route = kubeObject(this, 'route', {
      apiVersion: 'aigateway.envoyproxy.io/v1beta1',
      kind: 'AIGatewayRoute',
      metadata: {
        name: plan.name,
        namespace: this.namespace.name,
        annotations: waitForCondition('Accepted', QUICK),
      },
      spec: {
        parentRefs: [
          {
            group: 'gateway.networking.k8s.io',
            kind: 'Gateway',
            name: gateway.name,
            ...(this.namespace.name !== gateway.namespace.name && { namespace: gateway.namespace.name }),
          },
        ],
        rules: plan.rules.map((rule) => ({
          ...(rule.matches.length > 0 && { matches: rule.matches.map((headers) => ({ headers })) }),
          backendRefs: backendRefs(rule, backends),
          // No backendRequest: Envoy Gateway would make it the timeout of all attempts together, for an
          // AIGatewayRoute has no retry beside it. One attempt is limited by the traffic policy.
          timeouts: { request: `${gateway.timing.routeTimeout}` },
        })),
        llmRequestCosts: [
          { metadataKey: TOKEN_METADATA.input, type: 'InputToken' },
          { metadataKey: TOKEN_METADATA.cachedInput, type: 'CachedInputToken' },
          { metadataKey: TOKEN_METADATA.cacheWriteInput, type: 'CacheCreationInputToken' },
          { metadataKey: TOKEN_METADATA.output, type: 'OutputToken' },
          { metadataKey: TOKEN_METADATA.reasoning, type: 'ReasoningToken' },
          { metadataKey: TOKEN_METADATA.total, type: 'TotalToken' },
          ...moneyCost(plan.money, backends),
        ],
      },
    });
  }
}

/** What a call costs where the workloads of the route have a hard budget. */
function moneyCost(
  money: RoutePlan['money'],
  backends: ReadonlyMap<string, RouteBackend>,
): NonNullable<NonNullable<Kinds['AIGatewayRoute']['spec']>['llmRequestCosts']> {
  if (money === undefined) return [];
  const cel = costExpression(money, (model) => backends.get(model)?.name ?? model);
  return [{ metadataKey: COST_METADATA, type: 'CEL', cel }];
}

/** Arms by weight at priority 0, each fallback at a priority of its own. */
function backendRefs({ target }: RulePlan, backends: ReadonlyMap<string, RouteBackend>): BackendRef[] {
  const { arms, fallback } = target;
  const ref = (model: string) => refOf(backends.get(model) as RouteBackend);
  const weighted = arms.length > 1;
  const tiered = fallback.length > 0;
  return [
    ...arms.map(({ model, weight }) => ({
      ...ref(model),
      ...(weighted && { weight }),
      ...(tiered && { priority: 0 }),
    })),
    ...fallback.map((model, tier) => ({ ...ref(model), priority: tier + 1 })),
  ];
}

function refOf({ name, kind, model }: RouteBackend): BackendRef {
  if (kind === 'InferencePool')
    return { group: 'inference.networking.k8s.io', kind, name, modelNameOverride: model };
  return { name, modelNameOverride: model };
}

/** Where a route to these backends has to be: with the pools, if there are any. */
function homeOf({ namespace }: AiGateway, backends: ReadonlyMap<string, RouteBackend>): Namespace {
  return [...backends.values()].find(({ kind }) => kind === 'InferencePool')?.namespace ?? namespace;
}

/** The backends that the plan names. */
function backendsOf(
  path: string,
  { gateway, plan, backends }: WorkloadRouteProps,
): Map<string, RouteBackend> {
  const used = new Map<string, RouteBackend>();
  const mistakes: Mistake[] = [];
  for (const model of new Set(plan.rules.flatMap(({ target }) => modelsOf(target)))) {
    const backend = backends.get(model);
    if (backend === undefined) {
      mistakes.push({ path: `${path}/backends`, value: model, problem: `no backend for ${model} was given` });
      continue;
    }
    used.set(model, backend);
  }
  const home = homeOf(gateway, used);
  for (const backend of used.values()) {
    if (backend.namespace.name === home.name) continue;
    mistakes.push({
      path: `${path}/backends`,
      value: backend.name,
      problem:
        home === gateway.namespace
          ? `${backend.name} is in namespace ${backend.namespace.name} and the gateway in ${home.name}: the route would need a ReferenceGrant, which grants every backend of that namespace`
          : `${backend.name} is in namespace ${backend.namespace.name} and the route with an InferencePool in ${home.name}, where the AI gateway looks for the pool`,
      fix:
        home === gateway.namespace
          ? 'create the backend in the namespace of the gateway'
          : 'use a separate workload for the pool',
    });
  }
  for (const { target } of plan.rules) {
    const models = modelsOf(target);
    const pool = models.find((model) => used.get(model)?.kind === 'InferencePool');
    if (pool === undefined || models.length === 1) continue;
    mistakes.push({
      path: `${path}/plan`,
      value: pool,
      problem: `${pool} is an InferencePool and must be the only backend of its rule, without weights and fallbacks`,
    });
  }
  if (mistakes.length > 0) throw new PlatformError(mistakes);
  return used;
}
