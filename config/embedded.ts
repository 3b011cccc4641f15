import { Duration } from '../base/duration';
import type { PlatformDocument, Sound } from './document';
import type { Cluster } from './platform';

/** The kubeconfig contexts of the embedded datacenter, with names that no other cluster uses by accident. */
export const EMBEDDED_CONTEXTS = { cluster: 'vcf-ai-local', supervisor: 'vcf-ai-supervisor' } as const;

/** What one of the nodes without GPUs of the embedded datacenter is, and how many there are. */
export const EMBEDDED_NODES = { count: 2, cpu: '16', memory: '64Gi' } as const;

/** How long the Prometheus of the embedded datacenter shows a series after its last value: once restarted, nothing marks it as gone. */
export const EMBEDDED_LOOKBACK = Duration.minutes(1);

/** Whether the cluster is one of this machine: the embedded one, or one that the embedded Supervisor makes. */
export function isEmbedded(cluster: Cluster): boolean {
  if (cluster.kind !== 'vks') return cluster.kind === 'local';
  const { access } = cluster.supervisor;
  return access.kind === 'context' && access.context === EMBEDDED_CONTEXTS.supervisor;
}

/**
 * The same of a document that is not yet a platform, where a cluster that is there counts by its context, too. Of a cluster
 * that nothing is known of nothing is said.
 */
export function isEmbeddedDocument(cluster: Sound<PlatformDocument>['cluster']): boolean {
  if (cluster === undefined) return true;
  if ('vks' in cluster) return cluster.vks?.supervisor?.context === EMBEDDED_CONTEXTS.supervisor;
  return !('existing' in cluster) || cluster.existing?.context === EMBEDDED_CONTEXTS.cluster;
}
