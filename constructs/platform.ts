import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { type Mistake, type Platform, PlatformError, WORKLOAD_HEADER } from '../config';
import { ModelBackend, type ModelBackendProps } from './backends';
import { kubeObject } from './component';
import { crdManifests } from './crds';
import type { GatewayServiceType } from './envoy-proxy';
import { AiGateway } from './gateway';
import { ScrapeTargets } from './monitoring';
import { Namespace } from './namespace';
import { WorkloadRoute } from './routes';
import { RecordingRules } from './rules';
import { WorkloadTraffic } from './traffic';
import { VllmServer } from './vllm';
import { QUICK, waitForCondition } from './wait';

export interface PlatformChartsProps {
  /** The providers' keys by the name that the document gives them (`apiKeySecret`). */
  readonly apiKeys: Readonly<Record<string, string>>;

  /** @default 'LoadBalancer' */
  readonly gatewayServiceType?: GatewayServiceType;
}

/** The layers of a platform; each needs the ones before it. */
export interface PlatformCharts {
  readonly crds: Chart;
  readonly serving: Chart;
  readonly observability: Chart;
  readonly gateway: Chart;
}

/**
 * Renders a platform document into charts: the one entry for deploying, checking and using it as a library.
 *
 * @throws PlatformError with every provider whose key is missing and every workload whose model is
 */
export function platformCharts(
  scope: Construct,
  platform: Platform,
  props: PlatformChartsProps,
): PlatformCharts {
  refuseDangling(platform, props.apiKeys);
  const crds = crdChart(scope);
  const serving = chartOf(scope, 'serving', [crds]);
  const servers = new Namespace(serving, 'namespace', { name: 'ai-serving' });
  const upstreams = serveModels(serving, servers, platform, props.apiKeys);
  const observability = chartOf(scope, 'observability', [crds, serving]);
  observe(observability, servers, platform);
  const gateway = chartOf(scope, 'gateway', [crds, serving, observability]);
  routeWorkloads(gateway, upstreams, platform, props);
  return { crds, serving, observability, gateway };
}

/** What a backend needs to know about a model, wherever it runs. */
type Upstream = Omit<ModelBackendProps, 'namespace' | 'name'>;

function chartOf(scope: Construct, id: string, after: readonly Chart[] = []): Chart {
  const chart = new Chart(scope, id, { disableResourceNameHashes: true });
  chart.addDependency(...after);
  return chart;
}

function crdChart(scope: Construct): Chart {
  const chart = chartOf(scope, 'crds');
  for (const crd of crdManifests()) {
    const annotations = { ...crd.metadata.annotations, ...waitForCondition('Established', QUICK) };
    kubeObject(chart, crd.metadata.name, { ...crd, metadata: { ...crd.metadata, annotations } });
  }
  return chart;
}

function serveModels(
  chart: Chart,
  namespace: Namespace,
  { models, gateway: { requestTimeout } }: Platform,
  apiKeys: PlatformChartsProps['apiKeys'],
): ReadonlyMap<string, Upstream> {
  const scope = new Construct(chart, 'models');
  return new Map(
    models.map((model) => {
      if (model.kind === 'vllm') {
        const server = new VllmServer(scope, model.name, { ...model, namespace, requestTimeout });
        return [model.name, { endpoint: server.endpoint, model: server.name }];
      }
      const { endpoint, model: providersName, apiKeySecret } = model;
      const apiKey = apiKeys[apiKeySecret] ?? '';
      return [model.name, { endpoint, model: providersName, apiKey, removeHeaders: [WORKLOAD_HEADER] }];
    }),
  );
}

function observe(chart: Chart, serving: Namespace, platform: Platform): void {
  const namespace = new Namespace(chart, 'namespace', { name: 'ai-observability' });
  const interval = platform.observability.scrapeInterval;
  new ScrapeTargets(chart, 'scrape-targets', { namespace, serving, interval });
  new RecordingRules(chart, 'ai-platform', { namespace });
}

function routeWorkloads(
  chart: Chart,
  upstreams: ReadonlyMap<string, Upstream>,
  { gateway: settings, workloads }: Platform,
  { gatewayServiceType }: PlatformChartsProps,
): void {
  const namespace = new Namespace(chart, 'namespace', { name: 'ai-gateway' });
  const gateway = new AiGateway(chart, 'ai-gateway', {
    ...settings,
    namespace,
    port: settings.listener.port,
    ...(gatewayServiceType && { serviceType: gatewayServiceType }),
  });
  const models = new Construct(chart, 'models');
  const backends = new Map(
    [...upstreams].map(([name, upstream]) => [
      name,
      new ModelBackend(models, name, { namespace, ...upstream }),
    ]),
  );
  const scopes = new Construct(chart, 'workloads');
  for (const { name, model, limits } of workloads) {
    const scope = new Construct(scopes, name);
    const backend = backends.get(model) as ModelBackend;
    const route = new WorkloadRoute(scope, 'route', { workload: name, gateway, backend });
    new WorkloadTraffic(scope, 'traffic', { route, ...limits });
  }
}

function refuseDangling({ models, workloads }: Platform, apiKeys: PlatformChartsProps['apiKeys']): void {
  const known = models.map(({ name }) => name);
  const mistakes: Mistake[] = [
    ...models
      .filter((model) => model.kind === 'provider')
      .filter(({ apiKeySecret }) => !apiKeys[apiKeySecret])
      .map(({ name, apiKeySecret }) => ({
        path: `models.${name}.apiKeySecret`,
        value: apiKeySecret,
        problem: `no key was given for ${apiKeySecret}, so the provider of ${name} would refuse every request`,
      })),
    ...workloads
      .filter(({ model }) => !known.includes(model))
      .map(({ name, model }) => ({
        path: `workloads.${name}.model`,
        value: model,
        problem: `there is no model ${model}; there are: ${known.join(', ')}`,
      })),
  ];
  if (mistakes.length > 0) throw new PlatformError(mistakes);
}
