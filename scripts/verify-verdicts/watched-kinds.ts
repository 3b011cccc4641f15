import { join } from 'node:path';
import { KubeConfig, type KubernetesObject, makeInformer } from '@kubernetes/client-node';
import type { Cluster } from '../../tests/e2e/cluster';

// biome-ignore lint/suspicious/noExplicitAny: objects as the API server returns them
type Json = any;

type Informer = ReturnType<typeof makeInformer<KubernetesObject>>;

/**
 * All objects of some kinds, kept up to date by watches: to ask for twenty kinds again and again costs the API server more
 * than everything that tests change.
 */
export class WatchedKinds {
  private readonly config = new KubeConfig();
  private readonly informers = new Map<string, Promise<Informer | undefined>>();
  private failed: Error | undefined;

  constructor(
    private readonly cluster: Cluster,
    state: string,
  ) {
    this.config.loadFromFile(join(state, 'kubeconfig'));
  }

  /** The objects of a kind in all namespaces, as they were some milliseconds ago; none of a kind that the server does not know. */
  async all(apiVersion: string, kind: string): Promise<Json[]> {
    const key = `${apiVersion} ${kind}`;
    const known = this.informers.get(key) ?? this.watch(apiVersion, kind);
    this.informers.set(key, known);
    const informer = await known;
    if (this.failed) throw this.failed;
    return (informer?.list() ?? []).map((object) => ({ ...object, apiVersion, kind }));
  }

  async stop(): Promise<void> {
    for (const informer of await Promise.all(this.informers.values())) await informer?.stop();
  }

  private async watch(apiVersion: string, kind: string): Promise<Informer | undefined> {
    const path = await this.cluster.pathOfKind(apiVersion, kind);
    if (path === undefined) return undefined;
    const informer = makeInformer<KubernetesObject>(this.config, path, () => this.cluster.get(path));
    informer.on('error', (error) => {
      this.failed = new Error(`the watch of ${kind} ended: ${error}`);
    });
    await informer.start();
    return informer;
  }
}
