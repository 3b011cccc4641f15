import type { Duration } from '../quantity';
import type { Controllers } from './controllers';
import type { GatewaySettings } from './gateway';
import type { McpEndpoint } from './mcp';
import type { Model } from './model';
import type { Workload } from './workload';

export type { Controllers } from './controllers';
export type { GatewaySettings, Identity, Tracing } from './gateway';
export type { McpEndpoint, McpServer } from './mcp';
export type {
  Credentials,
  Model,
  ModelPrice,
  Oidc,
  ProviderEndpoint,
  ProviderKind,
  ProviderModel,
  RoutedModel,
  SchemaName,
  TeiModel,
  VllmModel,
  Weights,
  WorkloadIdentityPool,
} from './model';
export type { Limits, Target, Workload, WorkloadMatch, WorkloadRoute } from './workload';

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
  /** Endpoints of the Model Context Protocol, sorted by name; mostly none. */
  readonly mcp: readonly McpEndpoint[];
  readonly controllers: Controllers;
  readonly observability: { readonly scrapeInterval: Duration };
}

/**
 * Where the platform runs: in this machine's embedded datacenter, or in the cluster of a kubeconfig context.
 */
export type Cluster = (
  | {
      readonly kind: 'local';
      /** Nodes with four GPUs. Default 1. */
      readonly gpuNodes: number;
    }
  | { readonly kind: 'existing'; readonly context: string }
) & {
  /** `<major>.<minor>` of its API server. Default 1.34, which is the embedded one. Gates what objects may hold. */
  readonly kubernetesVersion: string;
};
