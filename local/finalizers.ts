import { type Kube, KubeError, type Manifest } from './kube';

/** Kinds that the AI Gateway controller holds with a finalizer until it has dealt with their deletion. */
const HELD_KINDS = ['AIGatewayRoute', 'AIServiceBackend', 'BackendSecurityPolicy', 'MCPRoute'];
const API_VERSION = 'aigateway.envoyproxy.io/v1beta1';

/** Longer than the controller takes when nothing goes wrong, shorter than anybody's patience. */
const HELD_MS = 10_000;

/** Objects whose deletion was asked for that long ago, and that are still there. */
export function heldTooLong(objects: readonly Manifest[], now: number): Manifest[] {
  return objects.filter(({ metadata: { deletionTimestamp } }) => {
    return deletionTimestamp !== undefined && now - Date.parse(deletionTimestamp) > HELD_MS;
  });
}

/**
 * Plays the operator who frees what the AI Gateway controller left behind: 1.0 writes the object without its
 * finalizer once, logs a conflict (`Failed to remove finalizer from object`) and does not try again, so that the
 * object stays until something about it changes. An annotation is such a change.
 */
export class HeldObjects {
  private lookedAt = 0;

  constructor(private readonly kube: Kube) {}

  async free(now = Date.now()): Promise<void> {
    if (now - this.lookedAt < HELD_MS) return;
    this.lookedAt = now;
    for (const kind of HELD_KINDS) {
      for (const { metadata } of heldTooLong(await this.kube.list(API_VERSION, kind), now)) {
        await this.touch(kind, metadata, now);
      }
    }
  }

  private async touch(kind: string, { name, namespace, uid }: Manifest['metadata'], now: number) {
    const annotations = { 'vcf-ai-platform/touched': new Date(now).toISOString() };
    // With its uid, so that an object that is gone meanwhile is not made anew.
    const metadata = { name, ...(namespace && { namespace }), ...(uid && { uid }), annotations };
    try {
      await this.kube.apply({ apiVersion: API_VERSION, kind, metadata });
    } catch (error) {
      if (!(error instanceof KubeError) || ![404, 409].includes(error.status)) throw error;
    }
  }
}
