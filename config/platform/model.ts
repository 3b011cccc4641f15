import type { Duration } from '../../base/duration';
import type { Memory } from '../../base/quantity';

export type Model = VllmModel | TeiModel | ProviderModel | RoutedModel;

/** What a model costs, to order tiers by; in the currency of the document. */
export interface ModelPrice {
  /** For one million input tokens. */
  readonly inputPerMTok: number;
  /** For one million output tokens. */
  readonly outputPerMTok: number;
}

/** What every model that answers by itself may say about itself. */
interface Answering {
  /** What clients ask for. */
  readonly name: string;
  readonly price?: ModelPrice;
  /** Median time to an answer as the user measured it: Envoy measures none, tiers are ordered by this. */
  readonly expectedLatency?: Duration;
}

/** A model that the platform serves itself, with vLLM on its own GPUs. */
export interface VllmModel extends Answering {
  readonly kind: 'vllm';
  /** What clients ask for: vLLM's `--served-model-name`, and the name of the Service. */
  readonly name: string;
  /** Id on the model hub; default for names that begin with `gpt-oss`: `openai/<name>`. */
  readonly model: string;
  /** Commit of the hub repository; the weights are downloaded at exactly this one. */
  readonly revision?: string;
  /** The model's own `config.json`, for a model that the registry does not know. */
  readonly architecture?: Readonly<Record<string, unknown>>;
  /** vLLM's version, without `v`. Default: versions.json. Decides which flags there are. */
  readonly version: string;
  /** Major version of the image's CUDA. Default: that of the version's plain tag. */
  readonly cuda?: string;
  /** GPUs of one replica that share every layer. Default 4; 4 with `latency`, 2 with `throughput`. */
  readonly tensorParallelSize: number;
  /** Groups of GPUs of one replica that share the layers among them. Default 1. */
  readonly pipelineParallelSize: number;
  /** The GPU that every node has. Default h100-sxm-80gb. */
  readonly gpu: string;
  /** Slice of a GPU that a replica takes (`nvidia.com/mig-<profile>`). Default: whole GPUs. */
  readonly mig?: string;
  /** GPUs of one node. Default 4. More GPUs a replica than this take several nodes (LeaderWorkerSet). */
  readonly gpusPerNode: number;
  /** Longest context in tokens. Default: what the model was trained for. */
  readonly maxModelLen: number;
  /** Requests in one batch. Default 256. */
  readonly maxNumSeqs: number;
  /** Tokens of one step. Default 8192. */
  readonly maxNumBatchedTokens: number;
  /** Share of a GPU's memory that vLLM takes, over 0 and at most 0.95. Default 0.9. */
  readonly gpuMemoryUtilization: number;
  /** Memory of one GPU that is neither weights nor KV cache, as measured. Default: estimated. */
  readonly overheadMemory?: Memory;
  /** Default auto: as the weights, 16 bits. */
  readonly kvCacheDtype: 'auto' | 'fp8';
  /** Tokens of an ordinary request, prompt and answer; what the plan warns by. */
  readonly expectedTokens?: number;
  /** Default 1; with `throughput` 2. */
  readonly replicas: number;
  /** How long one replica may take until it answers, weights downloaded. Default 30m. */
  readonly startupBudget: Duration;
  /** How long a leaving replica goes on generating. Default: gateway.requestTimeout. */
  readonly drain: Duration;
  readonly weights: Weights;
  /** Name of the Pulumi secret that holds the hub's token. Default: no token. */
  readonly hubTokenSecret?: string;
  /** Name of the Pulumi secret that holds the key which the gateway presents. Default: no key. */
  readonly apiKeySecret?: string;
  /** Grow with waiting requests (KEDA). Default: a fixed number of replicas. */
  readonly autoscale?: {
    readonly maxReplicas: number;
    /** Waiting requests a replica. Default 5. */
    readonly waitingRequests: number;
    /** Prometheus that KEDA asks, a URL. */
    readonly prometheus: string;
    /** Default 10m, because a start is expensive. */
    readonly cooldown: Duration;
  };
  /** Every replica checks its GPUs' links before it starts. Default false. */
  readonly preflight: boolean;
  /** An endpoint picker chooses the replica (InferencePool). Default false. */
  readonly endpointPicker: boolean;
  /** Name of a PriorityClass that is there. Default: the platform's own. */
  readonly priorityClass?: string;
  /** Name of a RuntimeClass. Default: the nodes' own runtime. */
  readonly runtimeClass?: string;
  /** More flags of `vllm serve`, without `--`; refused when this version has no such flag. */
  readonly extraArgs: Readonly<Record<string, string | number | boolean>>;
}

/** Where the weights come from. */
export type Weights =
  | {
      /** A PersistentVolumeClaim that a Job fills once. The default. */
      readonly kind: 'pvc';
      readonly storageClass?: string;
      /** Default ReadWriteMany with more than one replica, otherwise ReadWriteOnce. */
      readonly accessMode: 'ReadWriteOnce' | 'ReadWriteMany';
      /** Default: 1.3 times the checkpoint. */
      readonly size: Memory;
    }
  | {
      /** An OCI image as a volume, by digest; needs Kubernetes 1.35. */
      readonly kind: 'image';
      readonly reference: string;
    }
  | {
      /** Each pod downloads from the hub when it starts. */
      readonly kind: 'hub';
    };

/** An embedding model that the platform serves itself, with Text Embeddings Inference. */
export interface TeiModel extends Answering {
  readonly kind: 'tei';
  /** Id on the model hub; default for bge-large-en: BAAI/bge-large-en-v1.5. */
  readonly model: string;
  readonly revision?: string;
  /** TEI's version. Default: versions.json. */
  readonly version: string;
  /** `cpu`, or the GPU of the nodes. Default cpu. */
  readonly gpu: string;
  /** Slice of a GPU that a replica takes (`nvidia.com/mig-<profile>`). Default: a whole GPU. */
  readonly mig?: string;
  /** Name of the Pulumi secret that holds the hub's token. Default: no token. */
  readonly hubTokenSecret?: string;
  readonly replicas: number;
  readonly startupBudget: Duration;
  readonly weights: Weights;
}

/** The APIs of clouds that the platform knows. */
export type ProviderKind =
  | 'anthropic'
  | 'azure-openai'
  | 'azure-openai-v1'
  | 'bedrock'
  | 'bedrock-claude'
  | 'cohere'
  | 'gemini'
  | 'openai'
  | 'openai-compatible'
  | 'vertex-claude'
  | 'vertex-gemini';

/** A model that a cloud provider serves. */
export interface ProviderModel extends Answering {
  readonly kind: 'provider';
  readonly provider: ProviderKind;
  /** What the provider calls the model. */
  readonly model: string;
  readonly endpoint: ProviderEndpoint;
  readonly credentials: Credentials;
}

/** `AIServiceBackend.spec.schema.name` of Envoy AI Gateway 1.0. */
export type SchemaName =
  | 'Anthropic'
  | 'AWSAnthropic'
  | 'AWSBedrock'
  | 'AzureOpenAI'
  | 'Cohere'
  | 'GCPAnthropic'
  | 'GCPVertexAI'
  | 'OpenAI';

export interface ProviderEndpoint {
  /** A DNS name of two labels or more, lower case, never an IP address. */
  readonly hostname: string;
  readonly port: number;
  readonly tls: boolean;
  /** PEM of the CAs that sign the endpoint's certificate. Default: those of the gateway's system. */
  readonly caCertificate?: string;
  /** The dialect. */
  readonly schema: {
    readonly name: SchemaName;
    /** Path in front of `/chat/completions`, for example `/v1beta/openai`; for OpenAI and Anthropic only. */
    readonly prefix?: string;
    /** Version of the API; for AzureOpenAI, GCPAnthropic and Cohere only. */
    readonly version?: string;
  };
}

/**
 * What the gateway presents to a provider. `secret` is always the name of a Pulumi secret, without the project
 * in front.
 */
export type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'apiKey' | 'azureApiKey' | 'anthropicApiKey'; readonly secret: string }
  | {
      readonly kind: 'aws';
      readonly region: string;
      /** An AWS credentials file. */
      readonly secret?: string;
      /** A role that is assumed with a token of an identity provider. */
      readonly exchange?: { readonly roleArn: string; readonly oidc: Oidc };
      // With neither: the chain of the gateway's pods (IRSA, Pod Identity).
    }
  | {
      readonly kind: 'azure';
      readonly clientId: string;
      readonly tenantId: string;
      /** The client secret; without it a token of an identity provider is exchanged. */
      readonly secret?: string;
      readonly exchange?: { readonly oidc: Oidc };
    }
  | {
      readonly kind: 'gcp';
      readonly project: string;
      readonly region: string;
      /** A service account's JSON. */
      readonly secret?: string;
      /** Workload identity federation. */
      readonly exchange?: { readonly pool: WorkloadIdentityPool; readonly oidc: Oidc };
      // With neither: the default credentials of the gateway's pods.
    };

/** The identity provider whose token the AI Gateway controller exchanges for a cloud's credentials. */
export interface Oidc {
  readonly issuer: string;
  readonly clientId: string;
  /** Name of the Pulumi secret that holds the client secret. */
  readonly secret: string;
  /** `aud` of the token. Default: the identity provider's. */
  readonly audience?: string;
  readonly scopes: readonly string[];
}

/** What a Google Cloud project knows the identity provider by. */
export interface WorkloadIdentityPool {
  readonly projectNumber: string;
  readonly pool: string;
  readonly provider: string;
  /** Name, in front of the @, of the service account to act as. Default: the federated identity itself. */
  readonly serviceAccount?: string;
}

/** A name for other models together: a canary, a chain of fallbacks, sticky sessions. */
export interface RoutedModel {
  readonly kind: 'route';
  readonly name: string;
}
