import type { Duration } from '../../base/duration';
import type { Cpu, Memory } from '../../base/quantity';

export interface GatewaySettings {
  /** Whole CPUs of one Envoy: request, limit and number of workers. Default 4. */
  readonly cpu: Cpu;
  /** Request and limit of one Envoy. Default 4Gi. */
  readonly memory: Memory;
  /** Envoys. Default 2, and 1 in the embedded datacenter. */
  readonly replicas: number;
  /** Largest request or buffered answer. Default 50Mi. */
  readonly bufferLimit: Memory;
  readonly listener: {
    /** Default 80, 443 with tls; 10080 and 10443 in the embedded datacenter. */
    readonly port: number;
    /** Certificate and key, as names of Pulumi secrets that hold PEM. Default: plain HTTP. */
    readonly tls?: { readonly certificateSecret: string; readonly keySecret: string };
  };
  /** From a request's last byte to the answer's last byte. Default 10m. */
  readonly requestTimeout: Duration;
  readonly identity: Identity;
  /** What is tried again, and how often, on routes with a fallback or several arms. */
  readonly retry: {
    /** Attempts beyond the first. Default 2. */
    readonly attempts: number;
    /** How long one attempt may take until the next. Default: requestTimeout, because a slow answer is no failure. */
    readonly perTryTimeout: Duration;
  };
  readonly limiter: {
    /** Refuse requests with token budgets while the limiter is away. Default false: let them pass. */
    readonly failClosed: boolean;
  };
  /** Default true. */
  readonly accessLog: boolean;
  readonly tracing?: Tracing;
  /** Headers as labels of the token metrics, header by label; the identity headers always are. */
  readonly metricLabels: Readonly<Record<string, string>>;
}

/** Who says which workload a request belongs to. */
export type Identity =
  /** Nobody: one workload is everybody. */
  | { readonly kind: 'none' }
  /** The client itself, in `x-workload-app` (and `x-tenant`): only as good as the network in front. The default. */
  | { readonly kind: 'trustedHeader' }
  /** A key in `authorization` or `x-api-key`; every workload has one of its own. */
  | { readonly kind: 'apiKey' }
  | {
      /** A signed token; its claims become the identity headers. */
      readonly kind: 'jwt';
      readonly issuer: string;
      readonly audiences: readonly string[];
      readonly jwksUri: string;
      /** Claims by what they say. Default workload: azp. */
      readonly claims: { readonly workload: string; readonly tenant?: string };
    }
  | {
      /** A client certificate; its DNS or URI name becomes the identity header. Needs listener.tls. */
      readonly kind: 'mtls';
      /** PEM of the CAs that sign clients' certificates. */
      readonly caCertificate: string;
      readonly name: 'dns' | 'uri';
    }
  | {
      /** A service of the user's decides, and sets the identity headers. */
      readonly kind: 'extAuth';
      readonly hostname: string;
      readonly port: number;
      readonly tls: boolean;
      readonly path: string;
    };

/** Spans over OTLP. */
export interface Tracing {
  /** Of the collector, gRPC. */
  readonly hostname: string;
  readonly port: number;
  readonly tls: boolean;
  /** Percent of requests. Default 10. */
  readonly samplingPercent: number;
  /** Whether spans hold prompts and answers. Default false. */
  readonly prompts: boolean;
}
