/** The platform document as it is written, with every default filled in; the schema explains the fields. */
export interface PlatformDocument {
  readonly cluster: { readonly local: object } | { readonly existing: { readonly context: string } };
  readonly models: Readonly<Record<string, ModelDocument>>;
  readonly workloads: Readonly<Record<string, WorkloadDocument>>;
  readonly gateway: GatewayDocument;
  readonly observability: { readonly scrapeInterval: string };
}

export type ModelDocument = { readonly vllm: VllmDocument } | ProviderDocument;

export interface VllmDocument {
  readonly model: string;
  readonly tensorParallelSize: number;
  readonly maxModelLen: number;
  readonly replicas: number;
  readonly startupBudget: string;
}

export interface ProviderDocument {
  readonly provider: 'gemini' | 'openai-compatible';
  readonly model: string;
  readonly apiKeySecret: string;
  readonly baseUrl: string;
}

export interface WorkloadDocument {
  readonly model: string;
  readonly limits: { readonly requestsPerMinute?: number; readonly tokensPerHour?: number };
}

export interface GatewayDocument {
  readonly cpu: string | number;
  readonly memory: string;
  readonly replicas: number;
  readonly bufferLimit: string;
  readonly listener: { readonly port: number };
  readonly requestTimeout: string;
}

/** A document in which every refused value has become `undefined`: later checks judge only what is sound. */
export type Sound<T> = T extends object ? { readonly [K in keyof T]?: Sound<T[K]> | undefined } : T;
