import { setTimeout as sleep } from 'node:timers/promises';
import type { KubernetesObject, V1Deployment, V1Pod } from '@kubernetes/client-node';
import * as pulumi from '@pulumi/pulumi';
import type { ApiServer, KubeAccess } from './api-server';
import { rolloutOf } from './rollout';

/** An object that the update waits for. */
export interface Awaited {
  readonly resource: pulumi.CustomResource;
  readonly object: KubernetesObject & { readonly apiVersion: string; readonly kind: string };
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

/** Short waits are normal, and nobody wants to read about them. */
const PATIENCE_MS = 10_000;
const EVERY_MS = 5000;
const ROLLOUT_EVERY_MS = 1000;

/** What the provider gives a Deployment that says nothing of it. */
const DEFAULT_SECONDS = 600;

/** Conditions that say that something is wrong, or not done yet, when they are true; all others must be true. */
const WANTED_FALSE = new Set([
  'ReplicaFailure',
  // Of a Cluster.
  'Deleting',
  'Paused',
  'Remediating',
  'RollingOut',
  'ScalingDown',
  'ScalingUp',
]);

/** What an object's own status says against it: every condition that is not as it should be, with its message. */
export function complaints(status: { readonly conditions?: readonly Condition[] } | undefined): string[] {
  return (status?.conditions ?? [])
    .filter(({ type, status: value }) => value !== (WANTED_FALSE.has(type) ? 'False' : 'True'))
    .map(
      ({ type, status: value, reason, message }) =>
        `${type}=${value}${reason ? ` (${reason})` : ''}: ${message ?? ''}`,
    );
}

/** Why a pod has no node, as the scheduler says it. */
export function unschedulable({ metadata, status }: V1Pod): string | undefined {
  const scheduled = status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.reason !== 'Unschedulable') return undefined;
  return `pod ${metadata?.namespace}/${metadata?.name} is not scheduled: ${scheduled.message}`;
}

/**
 * Says why an update waits, while it waits: the provider only names the object and "timed out waiting for the
 * condition". The reasons are warnings, from the object's status and its pods.
 */
export class Diagnosis {
  private readonly open = new Map<pulumi.CustomResource, { awaited: Awaited; since: number }>();
  private readonly told = new Set<string>();
  private timer?: NodeJS.Timeout;
  private known?: KubeAccess;
  private reached?: Promise<ApiServer>;

  /** @param access Known before the first object of the cluster is registered, but not when the program starts. */
  constructor(readonly access: pulumi.Output<KubeAccess>) {
    access.apply((known) => {
      this.known = known;
    });
  }

  /**
   * Follows an object until the engine knows its id, which is when the provider takes it for ready, and a Deployment
   * until its rollout is over. One that ends without its replicas ends the program with an error, after which the
   * engine takes nothing away that the old ones still use. Does nothing in a preview.
   */
  watch(awaited: Awaited): void {
    if (pulumi.runtime.isDryRun()) return;
    this.open.set(awaited.resource, { awaited, since: Date.now() });
    awaited.resource.id.apply(async () => {
      if (awaited.object.kind === 'Deployment') await this.rolledOut(awaited);
      this.open.delete(awaited.resource);
    });
    // Unreferenced: the engine decides when the program ends.
    if (this.timer === undefined) this.timer = setInterval(() => void this.look(), EVERY_MS).unref();
  }

  /** What calls the API server is loaded by an update that waits for something, and by no preview. */
  private server(access: KubeAccess): Promise<ApiServer> {
    this.reached ??= import('./api-server.js').then(({ ApiServer }) => new ApiServer(access));
    return this.reached;
  }

  private async rolledOut({ object }: Awaited): Promise<void> {
    if (this.known === undefined) return;
    const api = await this.server(this.known);
    const seconds = Number(object.metadata?.annotations?.['pulumi.com/timeoutSeconds'] ?? DEFAULT_SECONDS);
    const end = Date.now() + seconds * 1000;
    for (;;) {
      const { lacks, ended } = rolloutOf((await read(api, object)) as V1Deployment);
      if (lacks === undefined) return;
      if (ended || Date.now() > end) {
        const { namespace, name } = object.metadata ?? {};
        const error = new Error(`✗ Deployment ${namespace}/${name} is not rolled out: ${lacks}`);
        // What is thrown after the program's last line is shown with its stack, where it has one.
        delete error.stack;
        throw error;
      }
      await sleep(ROLLOUT_EVERY_MS);
    }
  }

  private async look(): Promise<void> {
    const late = [...this.open.values()].filter(({ since }) => Date.now() - since > PATIENCE_MS);
    if (late.length === 0 || this.known === undefined) return;
    const api = await this.server(this.known);
    for (const { awaited } of late) {
      for (const reason of await reasonsOf(api, awaited).catch(unreadable)) await this.tell(awaited, reason);
    }
  }

  /** A message of the stack: one of the resource would wait for the resource, which is what waits here. */
  private async tell({ object }: Awaited, reason: string): Promise<void> {
    const text = `${object.kind} ${object.metadata?.name} waits: ${reason}`;
    if (this.told.has(text)) return;
    this.told.add(text);
    await pulumi.log.warn(text);
  }
}

async function read(api: ApiServer, object: Awaited['object']): Promise<KubernetesObject> {
  return api.call('GET', await api.pathOf(object));
}

/** An object whose turn has not come, or whose CRD has not, is not there; anything else is worth a line. */
function unreadable(error: Error): string[] {
  return (error as { status?: number }).status === 404 ? [] : [`its status cannot be read: ${error.message}`];
}

async function reasonsOf(api: ApiServer, { object }: Awaited): Promise<string[]> {
  const pods = podsOf(object);
  if (pods !== undefined) {
    const { items } = (await api.call('GET', pods)) as { readonly items: readonly V1Pod[] };
    const reasons = items.flatMap((pod) => unschedulable(pod) ?? []);
    if (reasons.length > 0) return reasons;
  }
  const now = await read(api, object);
  return complaints((now as { status?: { conditions?: Condition[] } }).status);
}

/**
 * Where the API server lists the pods that an object makes, or undefined when it makes none. Those of a Gateway are in the
 * namespace of Envoy Gateway, or beside it.
 */
export function podsOf({ kind, metadata, ...rest }: Awaited['object']): string | undefined {
  const list = (
    labels: Readonly<Record<string, string>>,
    path = `/api/v1/namespaces/${metadata?.namespace}/pods`,
  ) => {
    const selector = Object.entries(labels).map(([label, value]) => `${label}=${value}`);
    return `${path}?labelSelector=${encodeURIComponent(selector.join(','))}`;
  };
  const name = metadata?.name ?? '';
  switch (kind) {
    case 'Job':
      return list({ 'batch.kubernetes.io/job-name': name });
    case 'Deployment': {
      const { spec } = rest as { spec?: { selector?: { matchLabels?: Record<string, string> } } };
      return list(spec?.selector?.matchLabels ?? {});
    }
    case 'Gateway':
      return list(
        {
          'gateway.envoyproxy.io/owning-gateway-name': name,
          'gateway.envoyproxy.io/owning-gateway-namespace': metadata?.namespace ?? '',
        },
        '/api/v1/pods',
      );
    default:
      return undefined;
  }
}
