import type { Static } from '@sinclair/typebox';
import { PLATFORM_KEY } from '../project';
import { budgets, currency } from './budget';
import { cluster } from './cluster';
import { controllers } from './controllers';
import { gateway } from './gateway';
import { computed, flag, map, named } from './keywords';
import { layers } from './layers';
import { mcp } from './mcp';
import { model } from './model';
import { observability } from './observability';
import { policies } from './policies';
import type { Schema } from './schema';
import { slos } from './slo';
import { workload } from './workload';

export type { AnsweringDocument, ModelPrice } from './answering';
export type { Budget, BudgetDocument } from './budget';
export type { ClusterDocument } from './cluster';
export type { Controllers, ControllersDocument } from './controllers';
export type { GatewayDocument, GatewaySettings, Identity, LedgerCollector, Tracing } from './gateway';
export type { IdentityDocument, JwtDocument } from './gateway-identity';
export type { McpDocument, McpEndpoint, McpServer, McpServerDocument } from './mcp';
export type { ModelDocument } from './model';
export type {
  DcgmExporterSettings,
  Observability,
  ObservabilityDocument,
  PrometheusSettings,
} from './observability';
export type { ExemptionDocument, PoliciesDocument } from './policies';
export type { OidcDocument, ProviderDocument, WorkloadIdentityDocument } from './provider-settings';
export type { Order, RouteDocument, SessionDocument } from './route';
export type { Schema } from './schema';
export type { Slo, SloDocument } from './slo';
export type { TeiDocument, TeiSettings } from './tei';
export type { VksDocument } from './vks';
export type { GpuClassDocument } from './vks/gpu-class';
export type { GpuOperator, GpuOperatorDocument } from './vks/gpu-operator';
export type { GpuPoolDocument, VmClassDocument } from './vks/pools';
export type { VllmDocument, VllmSettings } from './vllm';
export type { Weights, WeightsDocument } from './weights';
export type { Limits, LimitsDocument, WorkloadDocument, WorkloadMatch } from './workload';

/** Draft 7, because that is what editors' YAML support understands throughout. */
const DRAFT = 'http://json-schema.org/draft-07/schema#';

/** How the platform is written. */
export const platform = map(
  {
    $schema: DRAFT,
    title: 'AI platform',
    description: 'Models, the workloads that call them, and the gateway between.',
    'x-allowed': 'a platform document, a map with cluster, models and workloads',
  },
  {
    cluster,
    models: named(model, {
      title: 'Models',
      description: 'Models by the name that clients ask for.',
      minProperties: 1,
      'x-allowed': 'a map of models by name, with one at least',
    }),
    workloads: named(workload, {
      title: 'Workloads',
      description: 'Workloads by the value of their identity header.',
      minProperties: 1,
      'x-allowed': 'a map of workloads by name, with one at least',
    }),
    gateway,
    mcp,
    slos,
    currency,
    budgets,
    ...layers,
    protect: computed(
      flag({
        title: 'Protect',
        description:
          'Whether pulumi refuses to delete the Cluster and the volumes with weights of models, and whatever would replace them; pulumi destroy then deletes nothing at all. Default: true with cluster.vks, else false.',
      }),
    ),
    controllers,
    policies,
    observability,
  },
);

/** JSON Schema (draft 7) of the platform document. */
export const platformSchema: Schema = JSON.parse(JSON.stringify(platform));

/**
 * JSON Schema (draft 7) of a whole stack file, for editors: it judges the platform document and nothing else.
 */
export const stackFileSchema: Schema = {
  $schema: DRAFT,
  title: 'Pulumi stack file of an AI platform',
  type: 'object',
  properties: { config: { type: 'object', properties: { [PLATFORM_KEY]: platformSchema } } },
};

/** The platform document as it is written, with every default filled in; the schema explains the fields. */
export type PlatformDocument = Static<typeof platform>;

/** A document in which every refused value has become `undefined`: later checks judge only what is sound. */
export type Sound<T> = T extends object ? { readonly [K in keyof T]?: Sound<T[K]> | undefined } : T;
