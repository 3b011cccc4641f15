import { Provider } from '@pulumi/kubernetes/provider';
import * as pulumi from '@pulumi/pulumi';
import { App } from 'cdk8s';
import {
  formatMistakes,
  missingSecret,
  PLATFORM_KEY,
  type Platform,
  PlatformError,
  PROJECT,
  parsePlatform,
  requiredSecrets,
  warnings,
} from '../config';
import { LAYERS, manifestsOf, type PlatformCharts, platformCharts, SERVING_NAMESPACE } from '../constructs';
import { checkManifests, formatFindings, layerPolicies, type Manifest } from '../policies';
import { usableKeys } from './client-keys';
import { installControllers } from './controllers';
import { Diagnosis } from './diagnosis';
import { LateValues } from './late';
import { Manifests } from './manifests';

/** The context that the embedded datacenter's kubeconfig has; no other cluster is taken for it by mistake. */
const LOCAL_CONTEXT = 'vcf-ai-local';

function platformOf(config: pulumi.Config): Platform {
  return parsePlatform(config.getObject(PLATFORM_KEY.replace(`${PROJECT}:`, '')));
}

/** The platform's secrets, as markers that become secrets again when objects are registered. */
function secretsOf(platform: Platform, config: pulumi.Config, late: LateValues): Record<string, string> {
  const required = requiredSecrets(platform);
  const missing = required.filter(({ name }) => config.getSecret(name) === undefined);
  if (missing.length > 0) {
    throw new PlatformError(missing.map((secret) => missingSecret(secret, pulumi.getStack())));
  }
  const names = [...new Set(required.map(({ name }) => name))];
  const secrets = Object.fromEntries(names.map((name) => [name, config.requireSecret(name)]));
  return Object.fromEntries(
    Object.entries(usableKeys(secrets, platform.workloads)).map(([name, value]) => [name, late.late(value)]),
  );
}

function contextOf({ cluster }: Platform): string {
  if (cluster.kind === 'vks') throw new pulumi.RunError('the layer cluster is not deployed yet');
  return cluster.kind === 'local' ? LOCAL_CONTEXT : cluster.context;
}

/** The gate: every object against its schema and the rules, before anything is registered. */
function refuseFindings(charts: PlatformCharts): void {
  const manifests = LAYERS.flatMap((layer) => manifestsOf(charts[layer])).map(({ manifest }) => manifest);
  const findings = checkManifests(manifests as unknown as Manifest[]);
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new pulumi.RunError(formatFindings(errors));
  for (const warning of findings) void pulumi.log.warn(formatFindings([warning]));
}

/** The program: the stack's platform document, layer by layer, onto its cluster. */
export function deploy(): void {
  const config = new pulumi.Config();
  const late = new LateValues();
  const platform = platformOf(config);
  for (const warning of warnings(platform)) void pulumi.log.warn(formatMistakes([warning], '!'));
  const charts = platformCharts(new App(), platform, {
    secrets: secretsOf(platform, config, late),
    admission: layerPolicies(platform.policies, SERVING_NAMESPACE),
  });
  refuseFindings(charts);
  const context = contextOf(platform);
  const diagnosis = new Diagnosis(context);
  const provider = new Provider('cluster', {
    context,
    enableServerSideApply: true,
    // A changed ConfigMap or Secret is an update; by default it would be deleted and made again.
    enableConfigMapMutable: true,
    enableSecretMutable: true,
  });
  let before: pulumi.Resource[] = [];
  for (const layer of platform.layers) {
    const manifests = new Manifests(
      layer,
      charts[layer],
      { late, diagnosis },
      { provider, dependsOn: before },
    );
    const dependsOn = [manifests];
    before =
      layer === 'controllers'
        ? [manifests, ...installControllers(platform, { provider, dependsOn })]
        : [manifests];
  }
  late.assertAllPlaced();
}
