export interface GatewayDocument {
  readonly cpu: string | number;
  readonly memory: string;
  readonly replicas: number;
  readonly bufferLimit: string;
  readonly listener: {
    readonly port: number;
    readonly tls?: { readonly certificateSecret: string; readonly keySecret: string };
  };
  readonly requestTimeout: string;
  readonly identity: IdentityDocument;
  readonly retry: { readonly attempts: number; readonly perTryTimeout: string };
  readonly limiter: { readonly failClosed: boolean };
  readonly accessLog: boolean;
  readonly tracing?: {
    readonly url: string;
    readonly samplingPercent: number;
    readonly prompts: boolean;
  };
  readonly metricLabels: Readonly<Record<string, string>>;
}

export type IdentityDocument =
  | 'trustedHeader'
  | 'none'
  | { readonly apiKey: object }
  | { readonly jwt: JwtDocument }
  | { readonly mtls: { readonly caCertificate: string; readonly name: 'dns' | 'uri' } }
  | { readonly extAuth: { readonly url: string } };

export interface JwtDocument {
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly jwksUri: string;
  readonly claims: { readonly workload: string; readonly tenant?: string };
}
