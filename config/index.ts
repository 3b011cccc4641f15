export { formatMistakes, type Mistake, PlatformError } from './errors';
export type { Locate, Path, Place } from './finding';
export { CREDENTIAL_HEADERS, RESERVED_HEADER_PREFIX, RESERVED_HEADERS, WORKLOAD_HEADER } from './identity';
export { parsePlatform } from './load';
export { type EnvoyPlan, planEnvoy } from './plan/envoy';
export { planRequestLimit, type RequestLimitPlan } from './plan/limits';
export { planTiming, type TimingPlan } from './plan/timing';
export type {
  Cluster,
  GatewaySettings,
  Model,
  Platform,
  ProviderEndpoint,
  ProviderModel,
  VllmModel,
  Workload,
} from './platform';
export { PLATFORM_KEY, PROJECT } from './project';
export { Cpu, Duration, Memory } from './quantity';
export { platformSchema, type Schema, stackFileSchema } from './schema';
export { missingSecret, requiredSecrets } from './secrets';
export { loadStackFile, type StackFile } from './stack-file';
