import type { ApiObject } from 'cdk8s';
import * as plus from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { type ClusterPlan, Duration, type OsImage, type PoolPlan, type VksCluster } from '../config';
import { type ClusterClassVariables, clusterVariables } from './cluster-class';
import { Component, type Kinds, kubeObject, plusObject } from './component';
import { waitForConditions } from './wait';

/** Where VKS keeps its ClusterClasses. */
const CLASS_NAMESPACE = 'vmware-system-vks-public';

/** Chooses the node image, by labels of OSImage objects. */
const OS_IMAGE = 'run.tanzu.vmware.com/resolve-os-image';

const AUTOSCALER = 'cluster.x-k8s.io/cluster-api-autoscaler-node-group';
const CAPACITY = 'capacity.cluster-autoscaler.kubernetes.io';

/** `Provisioned` comes long before. Four to nine minutes are usual, GPU nodes and a first download of images take longer. */
const AVAILABLE = Duration.minutes(45);

/**
 * When everything is there that the Cluster asks for. `Available` alone is true before the only node of a GPU pool is
 * there, which may be unavailable while it is replaced, and stays true from before an upgrade until after it.
 */
const AS_ASKED = ['Available', 'TopologyReconciled', 'RollingOut=False', 'ScalingUp=False'];

export interface VksClusterProps {
  /** The document's cluster. */
  readonly cluster: VksCluster;

  /** Its pools, from what runs on it: `planCluster`. */
  readonly plan: ClusterPlan;
}

type Topology = NonNullable<Kinds['Cluster']['spec']['topology']>;
type MachineDeployment = NonNullable<NonNullable<Topology['workers']>['machineDeployments']>[number];

/**
 * A VKS cluster: one Cluster object of the Supervisor (Cluster API v1beta2, ClusterClass builtin-generic), and the
 * Secret with the authorities that its nodes trust. It is ready when the condition Available is true; its
 * kubeconfig is in the Secret `<name>-kubeconfig`.
 */
export class VksWorkloadCluster extends Component {
  readonly object: ApiObject;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: VksClusterProps,
  ) {
    super(scope, id);
    const { cluster } = props;
    const trusted = cluster.trustedCas.length > 0 ? this.trustedCas() : undefined;
    this.object = kubeObject(this, 'cluster', {
      apiVersion: 'cluster.x-k8s.io/v1beta2',
      kind: 'Cluster',
      metadata: {
        name: cluster.name,
        namespace: cluster.namespace.name,
        annotations: waitForConditions(AS_ASKED, AVAILABLE),
      },
      spec: {
        clusterNetwork: {
          pods: { cidrBlocks: [cluster.network.pods] },
          services: { cidrBlocks: [cluster.network.services] },
          serviceDomain: cluster.network.domain,
        },
        topology: this.topology(trusted),
      },
    });
    if (trusted !== undefined) this.object.addDependency(trusted);
  }

  private topology(trusted: ApiObject | undefined): Topology {
    const { cluster, plan } = this.props;
    const { controlPlane } = cluster;
    return {
      classRef: { name: cluster.clusterClass, namespace: CLASS_NAMESPACE },
      version: cluster.release,
      controlPlane: {
        replicas: controlPlane.replicas,
        metadata: { annotations: osImage(controlPlane.osImage) },
      },
      workers: { machineDeployments: plan.pools.map((pool) => this.machines(pool)) },
      variables: clusterVariables(this.variables(trusted)),
    };
  }

  /** Of the whole cluster; pools override some. */
  private variables(trusted: ApiObject | undefined): ClusterClassVariables {
    const { storage, trustedCas, controlPlane } = this.props.cluster;
    return {
      vmClass: controlPlane.vmClass.name,
      storageClass: storage.nodes,
      vsphereOptions: {
        persistentVolumes: {
          availableStorageClasses: storage.volumes,
          // Without one the cluster looks healthy, and every claim that names no class waits for ever.
          defaultStorageClass: storage.default,
        },
      },
      ...(trusted && {
        osConfiguration: {
          trust: {
            additionalTrustedCAs: trustedCas.map(({ name }) => ({
              caCert: { secretRef: { name: trusted.name, key: name } },
            })),
          },
        },
      }),
    };
  }

  private machines(pool: PoolPlan): MachineDeployment {
    const { size, maxSurge, drain } = pool;
    return {
      class: 'node-pool',
      name: pool.name,
      // Of a pool that is scaled, the number belongs to the autoscaler.
      ...(size.kind === 'fixed' && { replicas: size.replicas }),
      metadata: { annotations: { ...osImage(pool.osImage), ...autoscaling(pool) } },
      rollout: {
        strategy: {
          type: 'RollingUpdate',
          rollingUpdate: { maxSurge, maxUnavailable: maxSurge === 0 ? 1 : 0 },
        },
      },
      deletion: { nodeDrainTimeoutSeconds: drain.seconds },
      variables: { overrides: clusterVariables(this.overrides(pool)) },
    };
  }

  private overrides({ vmClass, labels, taints, volumes }: PoolPlan): ClusterClassVariables {
    const { nodes: storageClass } = this.props.cluster.storage;
    return {
      vmClass: vmClass.name,
      node: { labels, ...(taints.length > 0 && { taints }) },
      volumes: volumes.map(({ capacity, ...volume }) => ({
        ...volume,
        storageClass,
        capacity: `${capacity}`,
      })),
    };
  }

  private trustedCas(): ApiObject {
    const { name, namespace, trustedCas } = this.props.cluster;
    return plusObject(
      new plus.Secret(this, 'trusted-cas', {
        metadata: { name: `${name}-trusted-cas`, namespace: namespace.name },
        type: 'Opaque',
        // The nodes' agent decodes what it finds once more than Kubernetes encoded it.
        stringData: Object.fromEntries(
          trustedCas.map(({ name: key, certificate }) => [key, Buffer.from(certificate).toString('base64')]),
        ),
      }),
    );
  }
}

function osImage(image: OsImage): Record<string, string> {
  const [name, version] = image.split('-');
  return { [OS_IMAGE]: `os-name=${name},os-version=${version}` };
}

/**
 * The bounds of the cluster autoscaler, and for a pool that may be empty what a node of it would have: the
 * autoscaler cannot look at one.
 */
function autoscaling({ size, vmClass, labels, taints }: PoolPlan): Record<string, string> {
  if (size.kind === 'fixed') return {};
  return {
    [`${AUTOSCALER}-min-size`]: `${size.min}`,
    [`${AUTOSCALER}-max-size`]: `${size.max}`,
    [`${CAPACITY}/cpu`]: `${vmClass.cpus}`,
    [`${CAPACITY}/memory`]: `${vmClass.memory}`,
    [`${CAPACITY}/labels`]: Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(','),
    ...(taints.length > 0 && {
      [`${CAPACITY}/taints`]: taints.map(({ key, value, effect }) => `${key}=${value}:${effect}`).join(','),
    }),
    ...(vmClass.gpus > 0 && {
      [`${CAPACITY}/gpu-type`]: 'nvidia.com/gpu',
      [`${CAPACITY}/gpu-count`]: `${vmClass.gpus}`,
    }),
  };
}
