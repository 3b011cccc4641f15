import { Secret } from '@pulumi/kubernetes/core/v1/secret';
import { Provider } from '@pulumi/kubernetes/provider';
import * as pulumi from '@pulumi/pulumi';
import { EMBEDDED_CONTEXTS, type LayerName, type Platform, type VksCluster } from '../config';
import type { OrderedManifest } from '../constructs';
import type { KubeAccess } from './api-server';
import { BundleProvider } from './bundle';
import { Diagnosis } from './diagnosis';
import type { LateValues } from './late';
import { Manifests } from './manifests';
import { vsphereLayer } from './vsphere';

/** The outputs of a stack with the layer `cluster` that another stack reads. */
const KUBECONFIG_OUTPUT = 'kubeconfig';
const LAYERS_OUTPUT = 'layers';

const SETTINGS = {
  enableServerSideApply: true,
  // A changed ConfigMap or Secret is an update; by default it would be deleted and made again.
  enableConfigMapMutable: true,
  enableSecretMutable: true,
};

/** The cluster that the other layers are put into. */
export interface ReachedCluster {
  readonly provider: Provider;
  readonly bundles: BundleProvider;
  readonly diagnosis: Diagnosis;
  /** What must be there before anything is put into it. */
  readonly dependsOn: readonly pulumi.Resource[];
}

interface Parts {
  readonly platform: Platform;
  /** What the Supervisor is given. */
  readonly objects: readonly OrderedManifest[];
  readonly config: pulumi.Config;
  readonly late: LateValues;
}

/** The layer `cluster`: what it made, and how the cluster is reached. */
export interface ClusterLayer {
  /** Absent when no other layer is the stack's: then nothing is put into the cluster. */
  readonly reached?: ReachedCluster | undefined;
  readonly made: readonly pulumi.Resource[];
  readonly outputs: pulumi.Inputs;
}

/** The cluster that is there, for every platform but one on VKS. */
export function standingCluster({ cluster }: Platform): ReachedCluster | undefined {
  if (cluster.kind === 'vks') return undefined;
  const context = cluster.kind === 'local' ? EMBEDDED_CONTEXTS.cluster : cluster.context;
  return reach({ context }, []);
}

/** Makes the cluster, or finds the one that another stack made. */
export function clusterLayer(parts: Parts, cluster: VksCluster): ClusterLayer {
  const { layers } = parts.platform;
  if (!layers.includes('cluster')) {
    const kubeconfig = kubeconfigOf(parts.platform.clusterStack ?? '', layers);
    return { reached: reach({ kubeconfig }, []), made: [], outputs: {} };
  }
  const { kubeconfig, manifests, secret } = makeCluster(parts, cluster);
  const made = [manifests, secret];
  const outputs = {
    cluster: { name: cluster.name, namespace: cluster.namespace.name },
    [KUBECONFIG_OUTPUT]: kubeconfig,
    [LAYERS_OUTPUT]: layers,
  };
  if (layers.length === 1) return { made, outputs };
  return { reached: reach({ kubeconfig }, [manifests]), made, outputs };
}

/** A provider of the workload cluster, and what says why an update of it waits. */
function reach(access: pulumi.Inputs & KubeInputs, dependsOn: readonly pulumi.Resource[]): ReachedCluster {
  return {
    provider: new Provider('cluster', { ...access, ...SETTINGS }),
    bundles: new BundleProvider('bundles'),
    diagnosis: new Diagnosis(pulumi.output(access)),
    dependsOn,
  };
}

type KubeInputs = { readonly [K in keyof KubeAccess]: pulumi.Input<NonNullable<KubeAccess[K]>> };

/**
 * The Cluster in its vSphere Namespace, and its kubeconfig: read only after the cluster is available, and again at
 * every update, because VKS renews the certificate in it.
 */
function makeCluster({ platform, objects, config, late }: Parts, cluster: VksCluster) {
  const { protect } = platform;
  const { access } = cluster.supervisor;
  const supervisorAccess: KubeInputs =
    access.kind === 'context'
      ? { context: access.context }
      : { kubeconfig: config.requireSecret(access.kubeconfigSecret) };
  const supervisor = new Provider('supervisor', { ...supervisorAccess, ...SETTINGS });
  const diagnosis = new Diagnosis(pulumi.output(supervisorAccess));
  const dependsOn = [...vsphereLayer(platform).dependsOn];
  const options = { provider: supervisor, dependsOn };
  const manifests = new Manifests('cluster', objects, { late, diagnosis, protect }, options);
  const { namespace, name } = cluster;
  const object = manifests.resources[`cluster/${namespace.name}/${name}`];
  if (!object) throw new Error(`the layer cluster has no Cluster ${name}`);
  // An id that is unknown until the cluster is there keeps a preview from asking for the Secret.
  const id = object.id.apply(() => `${namespace.name}/${name}-kubeconfig`);
  const secret = Secret.get(`${name}-kubeconfig`, id, { provider: supervisor, dependsOn: [manifests] });
  const kubeconfig = pulumi.secret(
    secret.data.apply((data) => Buffer.from(data.value ?? '', 'base64').toString()),
  );
  return { manifests, secret, kubeconfig };
}

/** The kubeconfig that another stack of this project has as its output. */
function kubeconfigOf(stack: string, layers: readonly LayerName[]): pulumi.Output<string> {
  const parts = stack.split('/');
  const name = [pulumi.getOrganization(), pulumi.getProject()]
    .slice(0, 3 - parts.length)
    .concat(parts)
    .join('/');
  const owner = new pulumi.StackReference('cluster', { name });
  const outputs = pulumi.all([owner.getOutput(KUBECONFIG_OUTPUT), owner.getOutput(LAYERS_OUTPUT)]);
  return pulumi.secret(
    outputs.apply(([kubeconfig, theirs]) => acceptedKubeconfig(name, { kubeconfig, layers: theirs }, layers)),
  );
}

/**
 * The kubeconfig in the outputs of the stack that has the cluster, before the cluster is asked anything.
 *
 * @param name Of that stack, with its project.
 * @param layers Those of this stack.
 * @throws RunError when there is none yet, or when a layer is both stacks': each would undo what the other did.
 */
export function acceptedKubeconfig(
  name: string,
  theirs: { readonly kubeconfig?: string; readonly layers?: readonly LayerName[] },
  layers: readonly LayerName[],
): string {
  if (theirs.kubeconfig === undefined) {
    const stack = name.split('/').at(-1);
    throw new pulumi.RunError(
      `✗ clusterStack: stack ${name} has no cluster yet (pulumi up --stack ${stack})`,
    );
  }
  const both = layers.filter((layer) => theirs.layers?.includes(layer));
  if (both.length === 0) return theirs.kubeconfig;
  throw new pulumi.RunError(
    `✗ layers: stack ${name} also has ${both.join(', ')}, and a layer belongs to one stack (remove it from the layers of one of the two)`,
  );
}
