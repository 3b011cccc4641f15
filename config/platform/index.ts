import { sortedEntries } from '../../base/text';
import { type PlatformDocument, platform } from '../document';
import { type Parsed, parseSome } from '../document/parsed';
import { LAYER_NAMES } from '../layers';
import { type Cluster, clusterOf } from './cluster';
import { type Model, modelOf } from './model';
import { type Workload, workloadOf } from './workload';

export type {
  Controllers,
  GatewaySettings,
  GpuOperator,
  Identity,
  LedgerCollector,
  Limits,
  McpEndpoint,
  McpServer,
  ModelPrice,
  Tracing,
  Weights,
  WorkloadMatch,
} from '../document';
export type {
  Credentials,
  Oidc,
  ProviderEndpoint,
  SchemaName,
  WorkloadIdentityPool,
} from '../providers/credentials';
export type { ProviderKind } from '../providers/kinds';
export type { Cluster, ExistingCluster, LocalCluster } from './cluster';
export type { Model, ProviderModel, RoutedModel, TeiModel, VllmModel } from './model';
export type { Target } from './target';
export type {
  ClusterNetwork,
  ClusterStorage,
  ContentLibrary,
  ControlPlane,
  GpuDevice,
  GpuPool,
  NodePool,
  OsImage,
  PoolSize,
  Supervisor,
  VCenter,
  VksCluster,
  VmClass,
  VSphereNamespace,
} from './vks';
export type { Workload, WorkloadRoute } from './workload';

/**
 * The platform that a stack describes: frozen, defaults filled, quantities parsed, every cross check passed.
 */
export interface Platform extends Omit<Parsed<typeof platform>, 'cluster' | 'models' | 'workloads'> {
  readonly cluster: Cluster;
  /** Sorted by name. */
  readonly models: readonly Model[];
  /** Sorted by name. */
  readonly workloads: readonly Workload[];
}

/** The platform that a document describes which nothing is wrong with, defaults filled in. */
export function platformOf(document: PlatformDocument): Platform {
  const { cluster, models, workloads, ...rest } = document;
  const settings = parseSome(platform, rest);
  return {
    ...settings,
    cluster: clusterOf(cluster),
    models: sortedEntries(models).map(([name, model]) => modelOf(name, model)),
    workloads: sortedEntries(workloads).map(([name, workload]) =>
      workloadOf(name, workload, { ...settings, models }),
    ),
    layers: LAYER_NAMES.filter((layer) => settings.layers.includes(layer)),
  };
}
