import type { OidcDocument, WorkloadIdentityDocument } from '../document/provider-settings';

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
export type Oidc = Readonly<Omit<OidcDocument, 'clientSecret' | 'scopes'>> & {
  /** Name of the Pulumi secret that holds the client secret. */
  readonly secret: string;
  readonly scopes: readonly string[];
};

/** The identifiers of the identity provider in a Google Cloud project. */
export type WorkloadIdentityPool = Readonly<WorkloadIdentityDocument>;
