import type { Kube, LiveObject } from './kube';

/** Kinds that the AI Gateway controller holds with a finalizer until it has dealt with their deletion. */
const HELD_KINDS = ['AIGatewayRoute', 'AIServiceBackend', 'BackendSecurityPolicy', 'MCPRoute'];
const API_VERSION = 'aigateway.envoyproxy.io/v1beta1';
const FINALIZER = 'aigateway.envoyproxy.io/finalizer';

/** Longer than the controller takes when nothing goes wrong, shorter than anybody's patience. */
const HELD_MS = 10_000;

/** Objects whose deletion was asked for that long ago, and that are still there. */
export function heldTooLong(objects: readonly LiveObject[], now: number): LiveObject[] {
  return objects.filter(({ metadata: { deletionTimestamp } }) => {
    return deletionTimestamp !== undefined && now - Date.parse(deletionTimestamp) > HELD_MS;
  });
}

/**
 * Plays the operator who lets go what the AI Gateway controller left behind: 1.0 writes a deleted object without its
 * finalizer once, after it has told the Gateways, and only logs a conflict (`Failed to remove finalizer from object`).
 * It looks at changes of the generation alone, so nothing but a restart makes it try again.
 */
export class HeldObjects {
  private lookedAt = 0;

  constructor(private readonly kube: Kube) {}

  async free(now = Date.now()): Promise<void> {
    if (now - this.lookedAt < HELD_MS) return;
    this.lookedAt = now;
    for (const kind of HELD_KINDS) {
      for (const held of heldTooLong(await this.kube.list(API_VERSION, kind), now)) {
        await this.kube.letGo(held, FINALIZER);
      }
    }
  }
}
