import { setTimeout as sleep } from 'node:timers/promises';
import { load } from 'js-yaml';
import { EMBEDDED_CONFIG, GATEWAY_SYSTEM } from '../../config/plan/controllers';
import type { Manifest } from '../../policies';
import type { Cluster } from '../../tests/e2e/cluster';
import { isApplied } from './refusals';
import { NAMESPACES, type Placed } from './sample-platform';

/** Whose fields are those of the samples, so that one that is written no more goes away. */
const MANAGER = 'verdicts';

// biome-ignore lint/suspicious/noExplicitAny: Envoy Gateway knows the shape of its configuration
type Json = any;

/** What a controller needs to begin anew, and Envoy until it has what that translates. */
const RESTART_MS = 25_000;

type Named = Parameters<Cluster['apply']>[0];

/** Applied before what names them, in this order. */
const FIRST = [
  'GatewayClass',
  'Secret',
  'ConfigMap',
  'Service',
  'EndpointSlice',
  'EnvoyProxy',
  'GatewayConfig',
];

const EMBEDDED = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: GATEWAY_SYSTEM, name: EMBEDDED_CONFIG.name },
};

/** What of the samples is in the cluster. */
export class SampleCluster {
  private readonly there = new Map<string, Manifest>();
  private config = '';
  /** Envoy Gateway's configuration as the platform has it. */
  private embedded: Json;

  constructor(private readonly cluster: Cluster) {}

  /** Takes the Gateway of the platform away, whose Envoy has the place of the samples' one, and makes their namespaces. */
  async clear(): Promise<void> {
    const { data } = await this.cluster.read(EMBEDDED);
    this.embedded = load(data[EMBEDDED_CONFIG.gatewayKey]);
    for (const gateway of await this.cluster.all('gateway.networking.k8s.io/v1', 'Gateway'))
      await this.cluster.delete(gateway);
    for (const name of NAMESPACES)
      await this.cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } } as Named, MANAGER);
  }

  /** Makes a bundle of the one that is there; false where the API server refuses an object of it. */
  async become({ objects, config }: Placed): Promise<boolean> {
    await this.configure(config);
    const gone = [...this.there].filter(([id]) => !objects.has(id)).reverse();
    for (const [id, object] of gone) {
      await this.cluster.delete(object as Named).catch(nothingWhereGone);
      this.there.delete(id);
    }
    const changed = [...objects].filter(
      ([id, object]) => JSON.stringify(this.there.get(id)) !== JSON.stringify(object),
    );
    for (const [id, object] of changed.sort(([, a], [, b]) => turnOf(a) - turnOf(b))) {
      this.there.set(id, object);
      if (!(await isApplied(this.cluster.apply(object as Named, MANAGER)))) {
        // It is as it was before, and so will be made anew.
        this.there.set(id, { ...object, spec: 'refused' } as Manifest);
        return false;
      }
    }
    return true;
  }

  /** The configuration of a chart, where this datacenter has its own: what only a host needs stays. */
  private async configure(config: string): Promise<void> {
    if (config === this.config) return;
    this.config = config;
    const { extensionApis, extensionManager, rateLimit } = load(config) as Json;
    const text = JSON.stringify({ ...this.embedded, extensionApis, extensionManager, rateLimit });
    await this.cluster.merge(EMBEDDED, { data: { [EMBEDDED_CONFIG.gatewayKey]: text } });
    await sleep(RESTART_MS);
  }
}

const turnOf = ({ kind }: Manifest) => (FIRST.includes(kind) ? FIRST.indexOf(kind) : FIRST.length);

function nothingWhereGone(error: Error): void {
  if (!error.message.includes(': 404 ')) throw error;
}
