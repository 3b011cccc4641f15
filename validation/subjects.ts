import { type Model, type Platform, type ProviderModel, planRequestLimit, type Workload } from '../config';
import { type Target, UnreachableError, type Upstream } from './target';

/** One workload of the platform document, and where its requests have to arrive. */
export interface Subject {
  /** The value of its identity header. */
  readonly name: string;
  /** The model that its clients ask for. */
  readonly asks: string;
  readonly upstream: Upstream;
  /** The path that the upstream has to see. */
  readonly path: string;
  /** The model's name that the upstream has to see. */
  readonly model: string;
  /** Where the model is a cloud provider's. */
  readonly provider?: ProviderModel;
  /** Requests that fit into its bucket, where they are few enough to be used up. */
  readonly bucket?: number;
  readonly tokensPerHour?: number;
  /** Whether its limits leave room for everything that the suite asks beside large prompts. */
  readonly ample: boolean;
}

/** From this limit on a bucket gets a request back every half a second: faster than the suite could use it up. */
const LARGE_BUCKET = 120;

/** Several times of what the suite's ordinary questions cost a workload: about 15,000. */
const AMPLE_TOKENS = 100_000;

/**
 * The workloads of the platform, each with the upstream that serves its model.
 *
 * @throws UnreachableError where no upstream of the target serves the model of a workload.
 */
export function subjectsOf(platform: Platform, target: Target): readonly Subject[] {
  return platform.workloads.map((workload) => {
    const model = platform.models.find(({ name }) => name === firstModel(workload)) as Model;
    const upstream = target.upstreams.find((candidate) => serves(candidate, model));
    if (upstream === undefined) {
      const known = target.upstreams.map(({ name, kind }) => `${name} (${kind})`).join(', ') || 'none';
      throw new UnreachableError(
        'the platform',
        target.gateway,
        `has no recording upstream for the model ${model.name}; known are: ${known}`,
      );
    }
    return {
      ...destination(model, upstream),
      ...room(workload, platform),
      name: workload.name,
      asks: model.name,
    };
  });
}

/** The model that answers a workload first. */
export function firstModel({ routes }: Workload): string {
  return routes[0]?.target.arms[0]?.model ?? '';
}

function serves({ kind, name }: Upstream, model: Model): boolean {
  if (model.kind !== 'provider') return kind === 'model-server' && name === model.name;
  return kind === 'provider' && (name === model.name || model.endpoint.hostname.startsWith(`${name}.`));
}

function destination(model: Model, upstream: Upstream) {
  const provider = model.kind === 'provider' ? model : undefined;
  const prefix = (upstream.prefix ?? provider?.endpoint.schema.prefix ?? '/v1').replace(/\/$/, '');
  return {
    upstream,
    path: `${prefix}/chat/completions`,
    model: provider?.model ?? model.name,
    ...(provider && { provider }),
  };
}

function room({ limits: { requestsPerMinute, tokensPerHour } }: Workload, { gateway }: Platform) {
  const bucket =
    requestsPerMinute === undefined
      ? undefined
      : planRequestLimit(requestsPerMinute, gateway.replicas).perReplica;
  const tight = bucket !== undefined && bucket < LARGE_BUCKET;
  return {
    ...(tight && { bucket }),
    ...(tokensPerHour !== undefined && { tokensPerHour }),
    ample: !tight && (tokensPerHour === undefined || tokensPerHour >= AMPLE_TOKENS),
  };
}

/** An identity that is no workload: the paper's, unless the platform has a workload of that name. */
export function strangerTo(platform: Platform): string {
  const names = new Set(platform.workloads.map(({ name }) => name));
  let stranger = 'unknown-guest';
  while (names.has(stranger)) stranger = `${stranger}-too`;
  return stranger;
}
