import { EMBEDDED_KUBERNETES } from '../defaults';
import type { ClusterDocument } from '../document';
import type { Cluster } from '../platform';
import { buildVks } from './vks';

export function buildCluster(cluster: ClusterDocument): Cluster {
  if ('local' in cluster) return { kind: 'local', ...cluster.local, kubernetesVersion: EMBEDDED_KUBERNETES };
  if ('vks' in cluster) return buildVks(cluster.vks);
  return { kind: 'existing', ...cluster.existing };
}
