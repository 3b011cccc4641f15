import type { ProviderKind } from '../platform';

/** A model at a provider, as it is written; which fields go with which provider is in `config/providers`. */
export interface ProviderDocument {
  readonly provider: ProviderKind;
  readonly model: string;
  readonly baseUrl: string;
  readonly caCertificate?: string;
  readonly api?: 'chat' | 'rerank';
  readonly resource?: string;
  readonly apiVersion?: string;
  readonly region?: string;
  readonly project?: string;
  readonly apiKeySecret?: string;
  readonly credentialsSecret?: string;
  readonly clientId?: string;
  readonly tenantId?: string;
  readonly clientSecret?: string;
  readonly roleArn?: string;
  readonly workloadIdentity?: WorkloadIdentityDocument;
  readonly oidc?: OidcDocument;
}

export interface OidcDocument {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly audience?: string;
  readonly scopes?: readonly string[];
}

export interface WorkloadIdentityDocument {
  readonly projectNumber: string;
  readonly pool: string;
  readonly provider: string;
  readonly serviceAccount?: string;
}
