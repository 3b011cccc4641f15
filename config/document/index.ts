import type { LayerName } from '../layers';
import type { ClusterDocument } from './cluster';
import type { ControllersDocument } from './controllers';
import type { GatewayDocument } from './gateway';
import type { McpDocument } from './mcp';
import type { ModelDocument } from './model';
import type { PoliciesDocument } from './policies';
import type { WorkloadDocument } from './workload';

export type {
  ClusterDocument,
  GpuClassDocument,
  GpuOperatorDocument,
  GpuPoolDocument,
  PoolDocument,
  VksDocument,
  VmClassDocument,
} from './cluster';
export type { ControllersDocument } from './controllers';
export type { GatewayDocument, IdentityDocument, JwtDocument } from './gateway';
export type { McpDocument, McpServerDocument } from './mcp';
export type { AnsweringDocument, ModelDocument } from './model';
export type { ExemptionDocument, PoliciesDocument } from './policies';
export type { OidcDocument, ProviderDocument, WorkloadIdentityDocument } from './provider';
export type { Order, RouteDocument, SessionDocument } from './route';
export type { TeiDocument } from './tei';
export type { VllmDocument } from './vllm';
export type { WeightsDocument } from './weights';
export type { LimitsDocument, WorkloadDocument } from './workload';

/** The platform document as it is written, with every default filled in; the schema explains the fields. */
export interface PlatformDocument {
  readonly cluster: ClusterDocument;
  readonly models: Readonly<Record<string, ModelDocument>>;
  readonly workloads: Readonly<Record<string, WorkloadDocument>>;
  readonly gateway: GatewayDocument;
  readonly mcp: Readonly<Record<string, McpDocument>>;
  readonly controllers: ControllersDocument;
  readonly observability: { readonly scrapeInterval: string };
  readonly policies: PoliciesDocument;
  readonly layers: readonly LayerName[];
  readonly clusterStack?: string;
  readonly protect: boolean;
}

/** A document in which every refused value has become `undefined`: later checks judge only what is sound. */
export type Sound<T> = T extends object ? { readonly [K in keyof T]?: Sound<T[K]> | undefined } : T;
