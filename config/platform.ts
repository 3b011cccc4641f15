import type { Cpu, Duration, Memory } from './quantity';

/**
 * The platform that a stack describes: frozen, defaults filled, quantities parsed, every cross check passed.
 */
export interface Platform {
  readonly cluster: Cluster;
  /** Sorted by name. */
  readonly models: readonly Model[];
  /** Sorted by name. */
  readonly workloads: readonly Workload[];
  readonly gateway: GatewaySettings;
  readonly observability: { readonly scrapeInterval: Duration };
}

/**
 * Where the platform runs: in this machine's embedded datacenter, or in the cluster of a kubeconfig context.
 */
export type Cluster = { readonly kind: 'local' } | { readonly kind: 'existing'; readonly context: string };

export type Model = VllmModel | ProviderModel;

/** A model that the platform serves itself, with vLLM on its own GPUs. */
export interface VllmModel {
  readonly kind: 'vllm';
  /** What clients ask for: vLLM's `--served-model-name`, and the name of the Service. */
  readonly name: string;
  /** Id on the model hub; default for names that begin with `gpt-oss`: `openai/<name>`. */
  readonly model: string;
  /** GPUs of one replica: 1, 2, 4 or 8. Default 4. */
  readonly tensorParallelSize: number;
  /** Longest context in tokens. Default 131072. */
  readonly maxModelLen: number;
  /** Default 1. */
  readonly replicas: number;
  /** How long one replica may take until it answers, weights downloaded. Default 30m. */
  readonly startupBudget: Duration;
}

/** A model that a cloud provider serves through an OpenAI-compatible API. */
export interface ProviderModel {
  readonly kind: 'provider';
  /** What clients ask for. */
  readonly name: string;
  readonly provider: 'gemini' | 'openai-compatible';
  /** What the provider calls the model. */
  readonly model: string;
  readonly endpoint: ProviderEndpoint;
  /** Name of the Pulumi secret that holds the provider's key, without the project in front. */
  readonly apiKeySecret: string;
}

export interface ProviderEndpoint {
  /** A DNS name of two labels or more, lower case, never an IP address. */
  readonly hostname: string;
  readonly port: number;
  readonly tls: boolean;
  /** Path in front of `/chat/completions`, for example `/v1beta/openai`; `/` when there is none. */
  readonly prefix: string;
}

/** One application that calls one model, known by the value of its identity header. */
export interface Workload {
  readonly name: string;
  /** Name of a {@link Model}. */
  readonly model: string;
  /** Over all gateway replicas; an absent limit means unlimited. */
  readonly limits: { readonly requestsPerMinute?: number; readonly tokensPerHour?: number };
}

export interface GatewaySettings {
  /** Whole CPUs of one Envoy: request, limit and number of workers. Default 4. */
  readonly cpu: Cpu;
  /** Request and limit of one Envoy. Default 4Gi. */
  readonly memory: Memory;
  /** Envoys. Default 2, and 1 in the embedded datacenter. */
  readonly replicas: number;
  /** Largest request or buffered answer. Default 50Mi. */
  readonly bufferLimit: Memory;
  /** Default port 80, and 10080 in the embedded datacenter. */
  readonly listener: { readonly port: number };
  /** From a request's last byte to the answer's last byte. Default 10m. */
  readonly requestTimeout: Duration;
}
