export type {
  Board,
  BoardVariable,
  Expression,
  Panel,
  PanelKind,
  PanelQuery,
  PanelUnit,
  Threshold,
  VariableSource,
} from '../base/board';
export type { NamedManifest as Manifest } from '../base/manifest';
export {
  type AdmissionLayers,
  type AdmissionObject,
  AdmissionPolicies,
  type AdmissionPoliciesProps,
} from './admission';
export { type Alert, type AlertGroup, runbookOf } from './alerts/alert';
export { Alerts, type AlertsProps, alertGroups, type Watched, type WatchedEngine } from './alerts/rules';
export { Autoscaler, type AutoscalerProps } from './autoscaling';
export {
  ModelBackend,
  type ModelBackendProps,
  type ModelEndpoint,
} from './backends';
export { BudgetRules, type BudgetRulesProps } from './budgets/rules';
export { GatewayCertificates, type GatewayCertificatesProps } from './certgen';
export { type VksClusterProps, VksWorkloadCluster } from './cluster';
export {
  type ClusterClassVariables,
  type ClusterVariable,
  clusterVariables,
  type KubernetesVariable,
  type NodeTaint,
  type NodeVariable,
  type NodeVolume,
  type OsConfiguration,
  type VsphereOptions,
} from './cluster-class';
export {
  Component,
  type Kind,
  type Kinds,
  kubeObject,
  renderObject,
  STANDARD_LABELS,
  type Transform,
} from './component';
export { creationFrames, recordCreation } from './creation-site';
export type { BackendCredentials } from './credentials';
export {
  BOARDS,
  boardsOf,
  Dashboards,
  type DashboardsProps,
  type GrafanaDashboard,
  type GrafanaProps,
  grafanaDashboard,
  type PersesSpec,
  persesSpec,
} from './dashboards';
export { DCGM_FIELDS, DcgmExporter, type DcgmExporterProps } from './dcgm-exporter';
export { DisruptionBudget, type DisruptionBudgetProps } from './disruption';
export type { GatewayNodes, GatewayServiceType } from './envoy-proxy';
export { type ExemptionProps, exempt } from './exempt';
export { AiGateway, type AiGatewayProps } from './gateway';
export { GpuOperatorNamespace, type GpuOperatorNamespaceProps } from './gpu-operator';
export { ModelPool, type ModelPoolProps } from './inference-pool';
export { LEADER_LABEL, LeaderWorkerSet, type LeaderWorkerSetProps } from './leader-worker-set';
export type { LedgerProps } from './ledger-collector';
export { LoadJob, type LoadJobProps } from './load-job';
export { manifestsOf, type OrderedManifest } from './manifests';
export { McpEndpoint, type McpEndpointProps } from './mcp';
export { ModelDownload, type ModelDownloadProps } from './model-download';
export { ModelServer, type ModelServerProps } from './model-server';
export { ModelStore, type ModelStoreProps } from './model-store';
export { ScrapeTargets, type ScrapeTargetsProps } from './monitoring';
export { Namespace, type NamespaceProps } from './namespace';
export { ModelServerAccess, type ModelServerAccessProps } from './network-policy';
export { ObjectiveRules, type ObjectiveRulesProps } from './objectives/rules';
export {
  LAYERS,
  type PlatformCharts,
  platformCharts,
} from './platform';
export { installedDefinitions } from './platform/definitions';
export { GATEWAY, type PlatformChartsProps, SERVING_NAMESPACE } from './platform/props';
export { type PlatformObject, type RenderPlatformProps, renderPlatform } from './platform/render';
export { ServingPriority } from './priority';
export { Prometheus, type PrometheusProps } from './prometheus';
export { Redis, type RedisProps } from './redis';
export { type RouteBackend, WorkloadRoute, type WorkloadRouteProps } from './routes';
export { RecordingRules, type RecordingRulesProps } from './rules';
export { ClientIdentity, type ClientIdentityProps } from './security';
export { TEI_LABELS, TeiServer, type TeiServerProps } from './tei';
export type { ServingCertificate } from './tls';
export { TOKEN_METADATA, TOKEN_METADATA_NAMESPACE } from './token-metadata';
export { WorkloadTraffic, type WorkloadTrafficProps } from './traffic';
export { VLLM_LABELS, VllmServer } from './vllm';
export type { VllmServerProps } from './vllm-props';
export { type WaitAnnotations, waitAtMost, waitForCondition, waitForPolicyAccepted } from './wait';
