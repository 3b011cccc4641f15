import { setTimeout as sleep } from 'node:timers/promises';
import * as pulumi from '@pulumi/pulumi';
import {
  formatMistakes,
  type LayerName,
  missingSecret,
  PLATFORM_KEY,
  type Platform,
  PlatformError,
  PROJECT,
  parsePlatform,
  programSecrets,
  requiredSecrets,
  warnings,
} from '../config';
import { GATEWAY, type PlatformObject, renderPlatform, SERVING_NAMESPACE } from '../constructs';
import { checkManifests, formatFindings, layerPolicies } from '../policies';
import { usableKeys } from './client-keys';
import { type ClusterLayer, clusterLayer, type ReachedCluster, standingCluster } from './cluster';
import { renderControllers } from './controllers';
import { renderGpuOperator } from './gpu-operator';
import { ChartRenderer, HelmChart, type RenderedCharts } from './helm-chart';
import { LateValues } from './late';
import { Manifests } from './manifests';
import { renderMonitoring } from './monitoring';
import { Protection } from './protection';

function platformOf(config: pulumi.Config): Platform {
  return parsePlatform(config.getObject(PLATFORM_KEY.replace(`${PROJECT}:`, '')));
}

/** The platform's secrets, as markers that become secrets again when objects are registered. */
function secretsOf(platform: Platform, config: pulumi.Config, late: LateValues): Record<string, string> {
  const required = requiredSecrets(platform);
  const missing = [...required, ...programSecrets(platform)].filter(
    ({ name }) => config.getSecret(name) === undefined,
  );
  if (missing.length > 0) {
    throw new PlatformError(missing.map((secret) => missingSecret(secret, pulumi.getStack())));
  }
  const names = [...new Set(required.map(({ name }) => name))];
  const secrets = Object.fromEntries(names.map((name) => [name, config.requireSecret(name)]));
  return Object.fromEntries(
    Object.entries(usableKeys(secrets, platform.workloads)).map(([name, value]) => [name, late.late(value)]),
  );
}

/**
 * The gate: every object against its schema and the rules, before any is registered. The definitions of kinds are left
 * out, as by `vcf-ai check`: they are those of this package.
 */
function refuseFindings(objects: readonly PlatformObject[], { policies: { parameters } }: Platform): void {
  const manifests = objects.filter(({ layer }) => layer !== 'crds').map(({ manifest }) => manifest);
  const findings = checkManifests(manifests, { parameters });
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new pulumi.RunError(formatFindings(errors));
  for (const warning of findings) void pulumi.log.warn(formatFindings([warning]));
}

/**
 * The program: the stack's platform document, layer by layer, from the cluster to the gateway.
 *
 * @returns The stack's outputs.
 */
export async function deploy(): Promise<pulumi.Inputs> {
  const config = new pulumi.Config();
  const late = new LateValues();
  const platform = platformOf(config);
  for (const warning of warnings(platform)) void pulumi.log.warn(formatMistakes([warning], '!'));
  const standing = standingCluster(platform);
  // Its providers start beside what follows; their registration leaves when the program waits for the first time.
  if (standing) await sleep(1);
  const objects = renderPlatform(platform, {
    secrets: secretsOf(platform, config, late),
    admission: layerPolicies(platform.policies, SERVING_NAMESPACE),
  });
  refuseFindings(objects, platform);
  const rendered = await renderCharts(platform);
  const { cluster } = platform;
  const { reached, made, outputs }: ClusterLayer =
    cluster.kind === 'vks'
      ? clusterLayer({ platform, objects: ofLayer(objects, 'cluster'), config, late }, cluster)
      : { reached: standing, made: [], outputs: {} };
  const filled = reached ? fillCluster(platform, { objects, rendered }, late, reached) : [];
  late.assertAllPlaced();
  new Protection([...made, ...filled], platform.protect);
  return { ...outputs, ...(platform.layers.includes('gateway') && { gateway: entranceOf(platform) }) };
}

const ofLayer = (objects: readonly PlatformObject[], layer: LayerName) =>
  objects.filter((object) => object.layer === layer);

/** What the layer `controllers` has beside its own objects. */
async function renderCharts(platform: Platform): Promise<RenderedCharts> {
  const { cluster, controllers, layers, observability } = platform;
  const operator = cluster.kind === 'vks' && cluster.gpuOperator !== undefined;
  const monitoring = observability.prometheus.kind === 'kubePrometheusStack';
  if (!layers.includes('controllers') || !(controllers.install || operator || monitoring)) return {};
  const renderer = new ChartRenderer('charts');
  return {
    ...(await renderControllers(platform, renderer)),
    ...(await renderGpuOperator(platform, renderer)),
    ...(await renderMonitoring(platform, renderer)),
  };
}

/** The layers inside the cluster that the stack owns, each after the one before: everything that they make. */
function fillCluster(
  platform: Platform,
  { objects, rendered }: { readonly objects: readonly PlatformObject[]; readonly rendered: RenderedCharts },
  late: LateValues,
  { provider, bundles, diagnosis, dependsOn }: ReachedCluster,
): pulumi.Resource[] {
  const made: pulumi.Resource[] = [];
  let before = [...dependsOn];
  for (const layer of platform.layers.filter((name) => name !== 'cluster')) {
    const options = { providers: [provider, bundles], dependsOn: before };
    const manifests = new Manifests(
      layer,
      ofLayer(objects, layer),
      { late, diagnosis, protect: platform.protect },
      options,
    );
    before =
      layer === 'controllers'
        ? [
            manifests,
            ...Object.entries(rendered).map(
              ([name, objects]) => new HelmChart(name, objects, { provider, dependsOn: [manifests] }),
            ),
          ]
        : [manifests];
    made.push(...before);
  }
  return made;
}

/** Where clients find the gateway. */
function entranceOf({ gateway: { listener } }: Platform): pulumi.Inputs {
  return {
    ...GATEWAY,
    port: listener.port,
    tls: listener.tls !== undefined,
  };
}
