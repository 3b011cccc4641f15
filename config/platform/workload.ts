/** Who calls, what it may call, and how much. */
export interface Workload {
  readonly name: string;
  readonly match: WorkloadMatch;
  /** Sorted by requested model. */
  readonly routes: readonly WorkloadRoute[];
  readonly limits: Limits;
  /** Name of the Pulumi secret that holds the workload's own API key; with `identity.apiKey` only. */
  readonly apiKeySecret?: string;
}

/** Values of the identity headers that make a request one of the workload; all of them must hold. */
export interface WorkloadMatch {
  /** Of `x-workload-app`. Default: the workload's name. */
  readonly app?: string;
  /** Of `x-tenant`. */
  readonly tenant?: string;
}

export interface WorkloadRoute {
  /** What the request's body must name as `model`; absent: whatever it names. */
  readonly requestedModel?: string;
  readonly target: Target;
}

/** Which models answer, named models resolved: no name of a {@link RoutedModel} is left in here. */
export interface Target {
  /** The first attempt goes to one of these, by weight; with one arm the weight is 1. */
  readonly arms: readonly { readonly model: string; readonly weight: number }[];
  /** Tried in this order when the arms fail. */
  readonly fallback: readonly string[];
  /** Requests with the same value of this header stay on one replica of the model. */
  readonly session?: { readonly header: string };
}

/** Over all gateway replicas; an absent limit means unlimited. */
export interface Limits {
  readonly requestsPerMinute?: number;
  readonly tokensPerMinute?: number;
  readonly tokensPerHour?: number;
  readonly tokensPerDay?: number;
  readonly tokensPerMonth?: number;
  /** Requests at once; more are answered with 503. Per Envoy replica its share. */
  readonly parallelRequests?: number;
  /** Count, and refuse nothing. */
  readonly shadow: boolean;
}
