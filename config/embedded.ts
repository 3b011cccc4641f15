import type { Cluster } from './platform';

/** The kubeconfig contexts of the embedded datacenter, which no other cluster has by mistake. */
export const EMBEDDED_CONTEXTS = { cluster: 'vcf-ai-local', supervisor: 'vcf-ai-supervisor' } as const;

/** Whether the cluster is one of this machine: the embedded one, or one that the embedded Supervisor makes. */
export function isEmbedded(cluster: Cluster): boolean {
  if (cluster.kind !== 'vks') return cluster.kind === 'local';
  const { access } = cluster.supervisor;
  return access.kind === 'context' && access.context === EMBEDDED_CONTEXTS.supervisor;
}
