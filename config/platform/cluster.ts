import type { Cpu, Memory } from '../../base/quantity';

/** Where the platform runs. */
export type Cluster = LocalCluster | ExistingCluster | VksCluster;

interface AnyCluster {
  /** `<major>.<minor>` of its API server. Gates what objects may hold. */
  readonly kubernetesVersion: string;
}

/** In this machine's embedded datacenter. */
export interface LocalCluster extends AnyCluster {
  readonly kind: 'local';
  /** Nodes with four GPUs. Default 1. */
  readonly gpuNodes: number;
}

/** In the cluster of a kubeconfig context. */
export interface ExistingCluster extends AnyCluster {
  readonly kind: 'existing';
  readonly context: string;
}

/** In a cluster that the platform makes with vSphere Kubernetes Service on VMware Cloud Foundation. */
export interface VksCluster extends AnyCluster {
  readonly kind: 'vks';
  /** Of the Cluster object; its kubeconfig is in the Secret `<name>-kubeconfig`. */
  readonly name: string;
  /** `spec.topology.version`: `v1.34.2+vmware.2`, or with its `-vkr.<n>`. */
  readonly release: string;
  /** Name of the ClusterClass; its namespace is vmware-system-vks-public. */
  readonly clusterClass: string;
  /** Absent when nothing of vSphere is made: the vSphere Namespace and its VM classes are there. */
  readonly vcenter?: VCenter;
  readonly supervisor: Supervisor;
  readonly namespace: VSphereNamespace;
  readonly network: ClusterNetwork;
  readonly controlPlane: ControlPlane;
  readonly pools: {
    readonly system: NodePool;
    /** For Envoy alone. Absent: the system pool carries it. */
    readonly gateway?: NodePool;
    /** For model servers alone. */
    readonly gpu?: GpuPool;
  };
  readonly storage: ClusterStorage;
  /** Certificates of authorities that every node trusts, as PEM, sorted by name. */
  readonly trustedCas: readonly { readonly name: string; readonly certificate: string }[];
  /** Absent: the operator and the drivers are somebody else's matter. */
  readonly gpuOperator?: GpuOperator;
}

/** The vCenter in which the vSphere Namespace and VM classes are made. */
export interface VCenter {
  /** DNS name, without a scheme. */
  readonly server: string;
  readonly user: string;
  /** Name of the Pulumi secret. */
  readonly passwordSecret: string;
  readonly datacenter: string;
  /** The compute cluster with the GPU hosts. */
  readonly computeCluster: string;
  /** Default false. */
  readonly allowUnverifiedSsl: boolean;
}

/** The Supervisor that makes the cluster; it is enabled before, by hand. */
export interface Supervisor {
  /** As `GET /api/vcenter/namespace-management/supervisors/summaries` says; needed to make the vSphere Namespace. */
  readonly id?: string;
  /** How its API is reached: a context of the kubeconfig at hand, or the Pulumi secret with a kubeconfig. */
  readonly access:
    | { readonly kind: 'context'; readonly context: string }
    | { readonly kind: 'secret'; readonly kubeconfigSecret: string };
}

export interface VSphereNamespace {
  readonly name: string;
  /** Whether the platform makes it, with its classes, storage policies and libraries. Default true. */
  readonly manage: boolean;
  /** Names of storage policies that it may use; those of `tagPolicy` come with it. */
  readonly storagePolicies: readonly string[];
  /** A storage policy of the platform's own: every datastore with this tag. */
  readonly tagPolicy?: { readonly name: string; readonly category: string; readonly tag: string };
  /** The content library with node images. */
  readonly contentLibrary?: ContentLibrary;
}

export interface ContentLibrary {
  readonly name: string;
  /** Where it is subscribed to; absent: the library is there. */
  readonly subscriptionUrl?: string;
  /** Where a subscribed library keeps its images. */
  readonly datastore?: string;
}

/** Immutable once the cluster is there. */
export interface ClusterNetwork {
  /** CIDR of pods; every node takes a /24 of it. Default 172.20.0.0/16. */
  readonly pods: string;
  /** CIDR of Services. Default 10.96.0.0/16. */
  readonly services: string;
  /** CIDRs that others have: Supervisor, workload and management networks. Default none. */
  readonly reserved: readonly string[];
  /** Default cluster.local. */
  readonly domain: string;
}

export interface ControlPlane {
  /** Default 3. */
  readonly replicas: 1 | 3 | 5;
  readonly vmClass: VmClass;
  readonly osImage: OsImage;
}

/** What the nodes of a pool are made of; Photon has no driver for GPUs. */
export type OsImage = 'photon-5' | 'ubuntu-22.04' | 'ubuntu-24.04';

/** Size of a node. */
export interface VmClass {
  /** A DNS label; the Supervisor's users ask for it by this name. */
  readonly name: string;
  readonly cpus: Cpu;
  readonly memory: Memory;
  /** Percent that is kept for each VM. */
  readonly cpuReservation?: number;
  readonly memoryReservation?: number;
  /** GPUs of a VM; 0 for nodes without. */
  readonly gpus: number;
  /** Whether the platform makes the class; false for those of vSphere and of others. */
  readonly create: boolean;
}

/** Nodes of one kind. */
export interface NodePool {
  readonly vmClass: VmClass;
  readonly osImage: OsImage;
  readonly size: PoolSize;
}

/** How many nodes a pool has. */
export type PoolSize =
  /** As many as the platform's pods take. The default. */
  | { readonly kind: 'planned' }
  | { readonly kind: 'fixed'; readonly replicas: number }
  /** Between them, as the cluster autoscaler decides. */
  | { readonly kind: 'autoscaled'; readonly min: number; readonly max: number };

export interface GpuPool extends NodePool {
  /** Hardware that the class is made with through the vCenter REST API; absent: the class is there. */
  readonly device?: GpuDevice;
  /** GPU sets of the size of a node that the hosts have for this pool. Default: as many as the pool's nodes at most. */
  readonly hostGroups?: number;
  /** Nodes beyond the pool's size while nodes are replaced. Default 0: one leaves before one comes. */
  readonly maxSurge: 0 | 1;
  /** Disk for images. Default 200Gi. */
  readonly imageVolume: Memory;
  /** Disk for what pods keep on a node: vLLM's cache of kernels, and weights that every pod downloads. Default 200Gi. */
  readonly kubeletVolume: Memory;
}

/** All GPUs of one VM class: so many vGPUs of one profile, linked by NVLink as one device group of the host. */
export interface GpuDevice {
  /** As the host calls it: nvidia_h100xm-80c. */
  readonly profile: string;
  /** 2, 4 or 8, as the partitions of an HGX board are; 1 without a group. */
  readonly devices: 1 | 2 | 4 | 8;
  /** Name of the vendor device group: `Nvidia:4@nvidia_h100xm-80c%NVLink`. Absent with one device. */
  readonly deviceGroup?: string;
  /** `pciPassthru.64bitMMIOSizeGB`. Default 512Gi with up to four devices, else 1Ti. */
  readonly mmio: Memory;
  /** `pciPassthru<i>.cfg.enable_uvm`: what NVLink multicast needs. Default true. */
  readonly unifiedMemory: boolean;
}

/** Names of StorageClasses in the vSphere Namespace, which are those of its storage policies in lower case. */
export interface ClusterStorage {
  /** Root disks of nodes, and their volumes. */
  readonly nodes: string;
  /** Offered to PersistentVolumeClaims. */
  readonly volumes: readonly string[];
  /** Of claims that name none; one of `volumes`. */
  readonly default: string;
}

/** NVIDIA's operator and where its drivers come from. */
export type GpuOperator =
  /** The node image brings the driver. */
  | { readonly kind: 'nodeImage' }
  | {
      /** The guest driver of NVIDIA vGPU, from a registry of one's own, because its image may not be published. */
      readonly kind: 'vgpu';
      /** `registry.example.com/nvidia`. */
      readonly repository: string;
      /** Of the driver: 580.95.05. */
      readonly version: string;
      /** Name of the Pulumi secret with a client configuration token of the licence server. */
      readonly licenseTokenSecret: string;
      /** Name of the Pulumi secret with a `.dockerconfigjson` for the registry. */
      readonly pullSecret?: string;
    };
