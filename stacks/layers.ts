import { Provider } from '@pulumi/kubernetes/provider';
import * as pulumi from '@pulumi/pulumi';
import { App } from 'cdk8s';
import {
  missingSecret,
  PLATFORM_KEY,
  type Platform,
  PlatformError,
  PROJECT,
  parsePlatform,
  requiredSecrets,
} from '../config';
import { type PlatformCharts, platformCharts } from '../constructs';
import { LateValues } from './late';
import { Manifests } from './manifests';

/** The context that the embedded datacenter's kubeconfig has; no other cluster is taken for it by mistake. */
const LOCAL_CONTEXT = 'vcf-ai-local';

const LAYERS: readonly (keyof PlatformCharts)[] = ['crds', 'serving', 'observability', 'gateway'];

function platformOf(config: pulumi.Config): Platform {
  return parsePlatform(config.getObject(PLATFORM_KEY.replace(`${PROJECT}:`, '')));
}

/** The providers' keys, as markers that become secrets again when objects are registered. */
function apiKeys(platform: Platform, config: pulumi.Config, late: LateValues): Record<string, string> {
  const values = requiredSecrets(platform).map((name) => [name, config.getSecret(name)] as const);
  const missing = values.flatMap(([name, value]) => {
    const model = platform.models.find((m) => m.kind === 'provider' && m.apiKeySecret === name);
    return value === undefined && model ? [missingSecret(name, model.name, pulumi.getStack())] : [];
  });
  if (missing.length > 0) throw new PlatformError(missing);
  return Object.fromEntries(values.flatMap(([name, value]) => (value ? [[name, late.late(value)]] : [])));
}

function cluster(platform: Platform): Provider {
  return new Provider('cluster', {
    context: platform.cluster.kind === 'local' ? LOCAL_CONTEXT : platform.cluster.context,
    enableServerSideApply: true,
    // A changed ConfigMap or Secret is an update; by default it would be deleted and made again.
    enableConfigMapMutable: true,
    enableSecretMutable: true,
  });
}

/** The program: the stack's platform document, layer by layer, onto its cluster. */
export function deploy(): void {
  const config = new pulumi.Config();
  const late = new LateValues();
  const platform = platformOf(config);
  const charts = platformCharts(new App(), platform, { apiKeys: apiKeys(platform, config, late) });
  const provider = cluster(platform);
  let before: Manifests[] = [];
  for (const layer of LAYERS) {
    before = [new Manifests(layer, charts[layer], late, { provider, dependsOn: before })];
  }
  late.assertAllPlaced();
}
