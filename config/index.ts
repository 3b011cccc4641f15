export { Duration } from '../base/duration';
export { formatMistakes, type Mistake, PlatformError } from '../base/mistake';
export { Cpu, Memory } from '../base/quantity';
export { flagsOf, NEWEST_VLLM, OLDEST_VLLM } from '../base/vllm-lifetimes';
export { ASSUMED_KUBERNETES } from './defaults';
export { platformSchema, type Schema, stackFileSchema } from './document';
export { TEI_DEFAULTS, type TeiSettings } from './document/tei';
export { VLLM_DEFAULTS, type VllmSettings } from './document/vllm';
export { EMBEDDED_CONTEXTS, isEmbedded } from './embedded';
export {
  AI_GATEWAY_VERSIONS,
  type Feature,
  OLDEST_KUBERNETES,
  refuseFeature,
  type Versions,
} from './gates';
export {
  CREDENTIAL_HEADERS,
  IDENTITY_HEADERS,
  MODEL_HEADER,
  RESERVED_HEADER_PREFIX,
  RESERVED_HEADERS,
  TENANT_HEADER,
  WORKLOAD_HEADER,
} from './identity';
export { LAYER_NAMES, type LayerName } from './layers';
export { parsePlatform } from './load';
export type { DocumentPlace, Locate, Path } from './mistakes';
export type { ModelArchitecture, Quantization } from './models/architecture';
export { architectureFromConfig } from './models/config-json';
export { GPU_NAMES, type GpuProfile, gpuProfile } from './models/gpus';
export { TEI_VERSION, VLLM_VERSION } from './models/images';
export { KNOWN_MODELS, knownArchitecture } from './models/registry';
export { architectureOf, gpuMemorySettings, planModelMemory } from './models/served';
export { type BudgetPlan, type PricedModel, planBudgets, planPricedModels } from './plan/budgets';
export { describeCapacity, EXPECTED_REQUEST, type LargeRequests } from './plan/capacity';
export { planCluster } from './plan/cluster';
export {
  AI_GATEWAY_CONTROLLER,
  AI_GATEWAY_SYSTEM,
  type ChartSource,
  type ControllersPlan,
  EMBEDDED_CONFIG,
  GATEWAY_CONFIG,
  GATEWAY_SYSTEM,
  LIMITER_REDIS,
  MCP_SEED,
  needsLimiter,
  planControllers,
} from './plan/controllers';
export { type EnvoyPlan, LOCAL_ENVOYS, planEnvoy } from './plan/envoy';
export type { GpuMemorySettings } from './plan/gpu-budget';
export { type GpuMemoryPlan, planGpuMemory } from './plan/gpu-memory';
export { type GpuMetricsPlan, OWN_EXPORTER, planGpuMetrics } from './plan/gpu-metrics';
export {
  DCGM_COUNTERS,
  GPU_OPERATOR,
  type GpuOperatorPlan,
  planGpuOperator,
} from './plan/gpu-operator';
export { type GpuMemoryRefusal, refuseGpuMemory } from './plan/gpu-refusals';
export { type GpuMemoryWarning, warnGpuMemory } from './plan/gpu-warnings';
export { headerLabels, METRIC_LABELS, TENANT_LABEL, WORKLOAD_LABEL } from './plan/header-labels';
export type { HeaderSelector, LimitRule, LimitRules } from './plan/limit-rules';
export { planRequestLimit, type RequestLimitPlan } from './plan/limits';
export { planMessageSize } from './plan/message-size';
export { DEFAULT_METRIC_SETS, planMetricSets } from './plan/metric-sets';
export {
  type MoneyLimit,
  PRICED_KINDS,
  type PricedKind,
  planMoneyLimit,
  type TokenPrices,
  tokenPrices,
  type UnitPrices,
  WHOLE_OF,
} from './plan/money';
export {
  GRAFANA_FOLDER_ANNOTATION,
  type KeptPrometheus,
  KUBE_PROMETHEUS_STACK,
  type KubePrometheusStackPlan,
  OBSERVABILITY_NAMESPACE,
  planKubePrometheusStack,
  prometheusNamespace,
  retentionSize,
  systemNodes,
} from './plan/monitoring';
export {
  type ClusterPlan,
  GATEWAY_TAINT,
  GPU_TAINT,
  POOL_LABEL,
  type PoolName,
  type PoolPlan,
} from './plan/node-pools';
export { type ObjectivePlan, planObjectives } from './plan/objectives';
export { POD_SIZES, type PodSize } from './plan/pod-sizes';
export {
  type HeaderMatch,
  modelsOf,
  planRoutes,
  type RetryPlan,
  ROUTE_LIMITS,
  type RouteInput,
  type RoutePlan,
  type RulePlan,
  type TrafficPlan,
} from './plan/routes';
export { planServerTiming, planTiming, type ServerTimingPlan, type TimingPlan } from './plan/timing';
export { refuseFlag, refuseVllmVersion } from './plan/vllm-flags';
export { checkpointBytes } from './plan/weights';
export type {
  Cluster,
  ClusterNetwork,
  ClusterStorage,
  ContentLibrary,
  Controllers,
  ControlPlane,
  Credentials,
  ExistingCluster,
  GatewaySettings,
  GpuDevice,
  GpuOperator,
  GpuPool,
  Identity,
  LedgerCollector,
  Limits,
  LocalCluster,
  McpEndpoint,
  McpServer,
  Model,
  ModelPrice,
  NodePool,
  Oidc,
  OsImage,
  Platform,
  PoolSize,
  ProviderEndpoint,
  ProviderKind,
  ProviderModel,
  RoutedModel,
  SchemaName,
  Supervisor,
  Target,
  TeiModel,
  Tracing,
  VCenter,
  VksCluster,
  VllmModel,
  VmClass,
  VSphereNamespace,
  Weights,
  Workload,
  WorkloadIdentityPool,
  WorkloadMatch,
  WorkloadRoute,
} from './platform';
export { PLATFORM_KEY, PROJECT } from './project';
export { CLIENT_APIS, type ClientApi, clientApisOf, PROVIDERS, sharedClientApis } from './providers';
export { missingSecret, programSecrets, type RequiredSecret, requiredSecrets } from './secrets';
export { loadStackFile, type StackFile } from './stack-file';
export { warnings } from './warnings';
