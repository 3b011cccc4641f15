import { EMBEDDED_KUBERNETES } from '../defaults';
import type { ClusterDocument } from '../document';
import type { Cluster } from '../platform';

export function buildCluster(cluster: ClusterDocument): Cluster {
  if ('local' in cluster) return { kind: 'local', ...cluster.local, kubernetesVersion: EMBEDDED_KUBERNETES };
  return { kind: 'existing', ...cluster.existing };
}
