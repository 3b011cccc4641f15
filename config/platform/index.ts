import type { Duration } from '../../base/duration';
import type { PoliciesDocument } from '../document/policies';
import type { LayerName } from '../layers';
import type { Cluster } from './cluster';
import type { Controllers } from './controllers';
import type { GatewaySettings } from './gateway';
import type { McpEndpoint } from './mcp';
import type { Model } from './model';
import type { Workload } from './workload';

export type {
  Cluster,
  ClusterNetwork,
  ClusterStorage,
  ContentLibrary,
  ControlPlane,
  ExistingCluster,
  GpuDevice,
  GpuOperator,
  GpuPool,
  LocalCluster,
  NodePool,
  OsImage,
  PoolSize,
  Supervisor,
  VCenter,
  VksCluster,
  VmClass,
  VSphereNamespace,
} from './cluster';
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
  readonly policies: PoliciesDocument;
  readonly observability: { readonly scrapeInterval: Duration };
  /** Whether pulumi refuses to delete the Cluster and the volumes with weights of models. Default: true with VKS. */
  readonly protect: boolean;
  /** The layers that the stack owns, in the order of creation. Default: all. */
  readonly layers: readonly LayerName[];
  /** The stack that owns the layer `cluster` when this one does not: `<stack>`, or `<organization>/<project>/<stack>`. */
  readonly clusterStack?: string;
}
