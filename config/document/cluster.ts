import type { OsImage } from '../platform';

export type ClusterDocument =
  | { readonly local: { readonly gpuNodes: number } }
  | { readonly existing: { readonly context: string; readonly kubernetesVersion: string } }
  | { readonly vks: VksDocument };

export interface VksDocument {
  readonly name: string;
  readonly vcenter?: {
    readonly server: string;
    readonly user: string;
    readonly passwordSecret: string;
    readonly datacenter: string;
    readonly computeCluster: string;
    readonly allowUnverifiedSsl: boolean;
  };
  readonly supervisor: {
    readonly id?: string;
    readonly context?: string;
    readonly kubeconfigSecret?: string;
  };
  readonly namespace: {
    readonly name: string;
    readonly manage: boolean;
    readonly storagePolicies: readonly string[];
    readonly tagPolicy?: { readonly name: string; readonly category: string; readonly tag: string };
    readonly contentLibrary?: {
      readonly name: string;
      readonly subscriptionUrl?: string;
      readonly datastore?: string;
    };
  };
  readonly kubernetesVersion: string;
  readonly clusterClass: string;
  readonly network: {
    readonly pods: string;
    readonly services: string;
    readonly reserved: readonly string[];
    readonly domain: string;
  };
  readonly vmClasses: Readonly<Record<string, VmClassDocument>>;
  readonly controlPlane: {
    readonly replicas: 1 | 3 | 5;
    readonly vmClass: string;
    readonly osImage: OsImage;
  };
  readonly pools: {
    readonly system: PoolDocument & { readonly vmClass: string };
    readonly gateway?: PoolDocument & { readonly vmClass: string };
    readonly gpu?: GpuPoolDocument;
  };
  readonly storage: {
    readonly nodes: string;
    readonly volumes: readonly string[];
    readonly default: string;
  };
  readonly trustedCas: Readonly<Record<string, string>>;
  readonly gpuOperator?: GpuOperatorDocument;
}

export interface VmClassDocument {
  readonly cpus: number;
  readonly memory: string;
  readonly cpuReservation?: number;
  readonly memoryReservation?: number;
  readonly gpus: number;
  readonly create: boolean;
}

export interface PoolDocument {
  readonly osImage: OsImage;
  readonly replicas?: number;
  readonly min?: number;
  readonly max?: number;
}

export interface GpuPoolDocument extends PoolDocument {
  readonly vmClass?: string;
  readonly gpuClass?: GpuClassDocument;
  readonly hostGroups?: number;
  readonly maxSurge: 0 | 1;
  readonly imageVolume: string;
  readonly kubeletVolume: string;
}

export interface GpuClassDocument {
  readonly name: string;
  readonly profile: string;
  readonly devices: 1 | 2 | 4 | 8;
  readonly deviceGroup?: string;
  readonly cpus: number;
  readonly memory: string;
  readonly memoryReservation: number;
  readonly mmio: string;
  readonly unifiedMemory: boolean;
}

export type GpuOperatorDocument =
  | { readonly nodeImage: object }
  | {
      readonly vgpu: {
        readonly repository: string;
        readonly version: string;
        readonly licenseTokenSecret: string;
        readonly pullSecret?: string;
      };
    };
