export interface GatewayDocument {
  readonly cpu: string | number;
  readonly memory: string;
  readonly replicas: number;
  readonly bufferLimit: string;
  readonly listener: { readonly port: number };
  readonly requestTimeout: string;
}
