import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import {
  LAYER_NAMES,
  type LayerName,
  type Mistake,
  type Platform,
  PlatformError,
  planCluster,
  requiredSecrets,
} from '../../config';
import { AdmissionPolicies } from '../admission';
import { VksWorkloadCluster } from '../cluster';
import { Namespace } from '../namespace';
import { prepareControllers } from './controllers';
import { installDefinitions } from './definitions';
import { exemptObjects } from './exemptions';
import { routeWorkloads } from './gateway';
import { observe } from './observability';
import { type PlatformChartsProps, SERVING_NAMESPACE } from './props';
import { serveModels } from './serving';

/**
 * The layers of a platform by name. `cluster` is what the Supervisor is given, in its vSphere Namespace; it is empty for
 * a cluster that is there.
 */
export type PlatformCharts = Readonly<Record<LayerName, Chart>>;

/** Which layers each needs. */
const NEEDS: Readonly<Record<LayerName, readonly LayerName[]>> = {
  cluster: [],
  crds: [],
  controllers: ['crds'],
  serving: ['crds'],
  observability: ['crds', 'serving'],
  gateway: ['crds', 'controllers', 'serving', 'observability'],
};

/** In the order of creation. */
export const LAYERS: readonly LayerName[] = LAYER_NAMES;

/**
 * Renders a platform document into charts: the one entry for deploying, checking and using it as a library.
 *
 * @throws PlatformError with every secret that is missing and every model that a workload's target names and
 *   that is not there
 */
export function platformCharts(
  scope: Construct,
  platform: Platform,
  { secrets, ...rest }: PlatformChartsProps,
): PlatformCharts {
  refuseDangling(platform, secrets);
  const props = { ...rest, secrets: { ...placeholders(platform), ...secrets } };
  const charts = chartsOf(scope);
  const { cluster, crds, controllers, serving, observability, gateway } = charts;
  makeCluster(cluster, platform);
  prepareControllers(controllers, platform, props.secrets);
  const servers = new Namespace(serving, 'namespace', { name: SERVING_NAMESPACE });
  const upstreams = serveModels(serving, servers, platform, props.secrets);
  observe(observability, servers, platform, props.secrets);
  routeWorkloads(gateway, upstreams, platform, props);
  new AdmissionPolicies(serving, 'admission', { manifests: props.admission?.serving ?? [], after: servers });
  new AdmissionPolicies(gateway, 'admission', { manifests: props.admission?.gateway ?? [] });
  const users = LAYERS.filter((layer) => NEEDS[layer].includes('crds')).map((layer) => charts[layer]);
  installDefinitions(crds, platform.cluster, users);
  exemptObjects(Object.values(charts), platform);
  return charts;
}

/** Layers of other stacks are rendered too, because the stack's own refer to them; nobody applies them here. */
function placeholders(platform: Platform): Record<string, string> {
  const names = requiredSecrets({ ...platform, layers: LAYER_NAMES }).map(({ name }) => name);
  return Object.fromEntries(names.map((name) => [name, 'a secret of another stack']));
}

function chartsOf(scope: Construct): PlatformCharts {
  const charts = Object.fromEntries(
    LAYERS.map((layer) => [layer, new Chart(scope, layer, { disableResourceNameHashes: true })]),
  ) as Record<LayerName, Chart>;
  for (const layer of LAYERS) charts[layer].addDependency(...NEEDS[layer].map((needed) => charts[needed]));
  return charts;
}

function makeCluster(chart: Chart, platform: Platform): void {
  const { cluster } = platform;
  if (cluster.kind !== 'vks') return;
  new VksWorkloadCluster(chart, cluster.name, { cluster, plan: planCluster(platform, cluster) });
}

function refuseDangling(platform: Platform, secrets: PlatformChartsProps['secrets']): void {
  const known = platform.models.map(({ name }) => name);
  const mistakes: Mistake[] = [
    ...requiredSecrets(platform)
      .filter(({ name }) => !secrets[name])
      .map(({ name, at, otherwise }) => ({
        path: at.join('.'),
        value: name,
        problem: `no value was given for ${name}, so ${otherwise}`,
      })),
    ...platform.workloads.flatMap(({ name, routes }) =>
      routes
        .flatMap(({ target: { arms, fallback } }) => [...arms.map(({ model }) => model), ...fallback])
        .filter((model) => !known.includes(model))
        .map((model) => ({
          path: `workloads.${name}`,
          value: model,
          problem: `unknown model ${model}; known models are ${known.join(', ')}`,
        })),
    ),
  ];
  if (mistakes.length > 0) throw new PlatformError(mistakes);
}
