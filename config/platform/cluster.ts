import { EMBEDDED_KUBERNETES } from '../defaults';
import type { ClusterDocument } from '../document';
import { type VksCluster, vksOf } from './vks';

/** Where the platform runs. */
export type Cluster = LocalCluster | ExistingCluster | VksCluster;

interface AnyCluster {
  /** `<major>.<minor>` of its API server. Gates what objects may hold. */
  readonly kubernetesVersion: string;
}

/** In this machine's embedded datacenter. */
export interface LocalCluster extends AnyCluster {
  readonly kind: 'local';
  /** Nodes with four GPUs. Default 1. */
  readonly gpuNodes: number;
}

/** In the cluster of a kubeconfig context. */
export interface ExistingCluster extends AnyCluster {
  readonly kind: 'existing';
  readonly context: string;
}

export function clusterOf(cluster: ClusterDocument): Cluster {
  if ('local' in cluster) return { kind: 'local', ...cluster.local, kubernetesVersion: EMBEDDED_KUBERNETES };
  if ('vks' in cluster) return vksOf(cluster.vks);
  return { kind: 'existing', ...cluster.existing };
}
