import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import {
  LAYER_NAMES,
  type LayerName,
  type Mistake,
  type Platform,
  PlatformError,
  planCluster,
  planObjectives,
  requiredSecrets,
} from '../../config';
import { AdmissionPolicies } from '../admission';
import { Alerts } from '../alerts/rules';
import { VksWorkloadCluster } from '../cluster';
import { boardsOf, Dashboards } from '../dashboards';
import { ScrapeTargets } from '../monitoring';
import { Namespace } from '../namespace';
import { ObjectiveRules } from '../objectives/rules';
import { RecordingRules } from '../rules';
import { prepareControllers } from './controllers';
import { installDefinitions } from './definitions';
import { exemptObjects } from './exemptions';
import { routeWorkloads } from './gateway';
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
  observe(observability, servers, platform);
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

function observe(chart: Chart, serving: Namespace, platform: Platform): void {
  const namespace = new Namespace(chart, 'namespace', { name: 'ai-observability' });
  const { scrapeInterval: interval, runbooks, dashboards: program } = platform.observability;
  const embeddings = platform.models.some(({ kind }) => kind === 'tei');
  const pools = platform.models.some((model) => model.kind === 'vllm' && model.endpointPicker);
  new ScrapeTargets(chart, 'scrape-targets', { namespace, serving, interval, embeddings, pools });
  const engines = platform.models.filter((model) => model.kind === 'vllm');
  new RecordingRules(chart, 'ai-platform', { namespace, engines: engines.length > 0 });
  const objectives = planObjectives(platform);
  if (objectives.length > 0) new ObjectiveRules(chart, 'ai-objectives', { namespace, objectives });
  new Alerts(chart, 'ai-alerts', { namespace, serving, runbooks, engines, objectives });
  if (program === 'none') return;
  const boards = boardsOf({ engines: engines.length > 0 });
  new Dashboards(chart, 'dashboards', {
    ...{ namespace, program, boards },
    // A path leads nowhere from a dashboard.
    ...(runbooks.includes('://') && { runbooks }),
  });
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
