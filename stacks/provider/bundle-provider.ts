import type { Provider } from '@pulumi/pulumi/provider';
import { specialSecretSig, specialSigKey } from '@pulumi/pulumi/runtime/rpc';
import type { KubeAccess } from '../api-server';
import { type BundledObject, type BundleState, bundleKey, unpack } from '../bundle-state';
import type { BundleInCluster, Failures } from './bundle-in-cluster';

/** What stands for the hash of an object that somebody changed. */
const CHANGED = 'changed in the cluster';

const ACCESS = ['context', 'kubeconfig'] as const;

/** What the wire has around a value that is secret, or that another resource gave. */
interface Wrapped {
  readonly [specialSigKey]: string;
  readonly value?: string;
}

/** Without what is around it; undefined for a value that is not given, or not known yet. */
function plain(value: string | Wrapped | null | undefined): string | undefined {
  if (value === null) return undefined;
  return typeof value === 'object' ? plain(value.value) : value;
}

const secret = (value: string) => ({ [specialSigKey]: specialSecretSig, value });

function accessOf(state: KubeAccess): KubeAccess {
  const [context, kubeconfig] = [plain(state.context), plain(state.kubeconfig)];
  return { ...(context !== undefined && { context }), ...(kubeconfig !== undefined && { kubeconfig }) };
}

/** What the engine keeps: the kubeconfig as a secret, however it came. */
function kept(state: BundleState): object {
  const { context, kubeconfig } = accessOf(state);
  const { hashes, packed } = state;
  return {
    hashes,
    packed,
    ...(context && { context }),
    ...(kubeconfig && { kubeconfig: secret(kubeconfig) }),
  };
}

/** The client is loaded only where the cluster is needed: most updates change no bundle. */
async function clusterOf(state: KubeAccess): Promise<BundleInCluster> {
  const { BundleInCluster } = await import('./bundle-in-cluster.js');
  return new BundleInCluster(accessOf(state));
}

const lines = (failed: Failures) => Object.entries(failed).map(([key, reason]) => `${key}: ${reason}`);

/** What was applied stays known, and the rest is tried again at the next update: the engine takes both from here. */
class PartlyDone extends Error {
  readonly properties: object;
  readonly reasons: string[];

  constructor(
    readonly id: string,
    state: BundleState,
    failed: Failures,
  ) {
    super(lines(failed).join('\n'));
    const hashes = Object.fromEntries(Object.entries(state.hashes).filter(([key]) => !(key in failed)));
    this.properties = kept({ ...state, hashes });
    this.reasons = lines(failed);
  }
}

async function apply(cluster: BundleInCluster, id: string, state: BundleState): Promise<object> {
  const failed = await cluster.apply(unpack(state));
  if (Object.keys(failed).length > 0) throw new PartlyDone(id, state, failed);
  return kept(state);
}

async function remove(cluster: BundleInCluster, objects: readonly BundledObject[]): Promise<void> {
  const failed = await cluster.remove(objects);
  if (Object.keys(failed).length > 0) throw new Error(lines(failed).join('\n'));
}

/**
 * A stack whose state has the objects as resources of their own would delete them as soon as they are in a bundle,
 * and with a definition every object of its kind. Nothing is done before they are out of that state.
 */
async function refuseOthers(cluster: BundleInCluster, objects: readonly BundledObject[]): Promise<void> {
  const [first, ...more] = await cluster.others(objects);
  if (first === undefined) return;
  throw new Error(
    `${[first, ...(more.length > 0 ? [`${more.length} more objects`] : [])].join(' and ')}: separate resources in the state of a Pulumi stack, which would now delete them together with every object of the kinds that they define (remove them from that state first: docs/operations.md, "From 0.1 to 0.2")`,
  );
}

/** CRUD of `vcf-ai:index:Bundle`. Values arrive as the wire has them, secrets wrapped. */
export const bundleProvider: Required<Pick<Provider, 'diff' | 'create' | 'read' | 'update' | 'delete'>> = {
  async diff(_id, _urn, olds: BundleState, news: BundleState) {
    const keys = new Set([...Object.keys(olds.hashes), ...Object.keys(news.hashes)]);
    const changed = [...keys].some((key) => olds.hashes[key] !== news.hashes[key]);
    return { changes: changed || ACCESS.some((key) => plain(olds[key]) !== plain(news[key])) };
  },

  async create(urn, state: BundleState) {
    const cluster = await clusterOf(state);
    await refuseOthers(cluster, unpack(state));
    const id = urn.split('::').at(-1) ?? urn;
    return { id, outs: await apply(cluster, id, state) };
  },

  async read(id, _urn, state: BundleState) {
    const objects = unpack(state);
    const { missing, changed } = await (await clusterOf(state)).drift(objects);
    if (missing.length === objects.length) return { id: '', props: {} };
    const hashes: Record<string, string> = { ...state.hashes };
    for (const object of changed) hashes[bundleKey(object)] = CHANGED;
    for (const object of missing) delete hashes[bundleKey(object)];
    return { id, props: kept({ ...state, hashes }) };
  },

  async update(id, _urn, olds: BundleState, news: BundleState) {
    const cluster = await clusterOf(news);
    const outs = await apply(cluster, id, news);
    await remove(
      cluster,
      unpack(olds).filter((object) => !(bundleKey(object) in news.hashes)),
    );
    return { outs };
  },

  async delete(_id, _urn, state: BundleState) {
    await remove(await clusterOf(state), unpack(state));
  },
};
