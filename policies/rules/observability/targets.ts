import { seconds } from '../../../base/duration';
import { type Bundle, ofBundle } from '../../bundle';
import type { RuleKinds } from '../../kinds';
import { add } from '../../lists';
import { modelServers, modelServersIn } from '../../model-servers';
import { type Pods, podsAt, podsOf } from '../../pods';
import { defineRule } from '../../rule';
import { matches } from '../../selectors';
import { suggest } from '../../suggest';

type Monitor = RuleKinds['PodMonitor'];
type Endpoint = NonNullable<NonNullable<Monitor['spec']>['podMetricsEndpoints']>[number];

const PROXIES = 'podmonitor/ai/envoy-proxy';
const SERVER = 'podmonitor/ai/oss';

/** What Envoy Gateway puts on every proxy. */
const PROXY_LABELS = {
  'app.kubernetes.io/component': 'proxy',
  'app.kubernetes.io/managed-by': 'envoy-gateway',
  'app.kubernetes.io/name': 'envoy',
};

/** The two ports of a proxy pod. */
const PROXY_PORTS = [
  { port: 'metrics', path: '/stats/prometheus', of: 'Envoy’s own metrics' },
  { port: 'aigw-admin', path: '/metrics', of: 'the token metrics of the AI gateway' },
] as const;

const FAMILIES: readonly { prefix: string; of: string; name: RegExp }[] = [
  { prefix: 'DCGM_', of: 'the GPUs', name: /dcgm/ },
  { prefix: 'te_', of: 'the embedding servers', name: /text-embeddings|tei/ },
];

export interface Family {
  readonly prefix: string;
  readonly of: string;
  readonly isScraped: boolean;
  /** The longest interval in seconds that a monitor names; undefined where Prometheus decides. */
  readonly interval?: number;
}

/** Seconds between two scrapes of the slowest of some endpoints. */
function slowest(endpoints: readonly Endpoint[]): Pick<Family, 'interval'> {
  const intervals = endpoints.map(({ interval }) => seconds(interval)).filter((each) => each > 0);
  return intervals.length === 0 ? {} : { interval: Math.max(...intervals) };
}

const endpointsOf = (monitors: readonly Monitor[]): readonly Endpoint[] =>
  monitors.flatMap(({ spec }) => spec?.podMetricsEndpoints ?? []);

/** Which families of metrics a bundle scrapes; none where it has no targets, for then others have them. */
export const scraped = ofBundle((all): readonly Family[] => {
  const monitors = all.ofKind('PodMonitor');
  if (monitors.length === 0) return [];
  const [envoy = [], tokens = []] = PROXY_PORTS.map((wanted) => proxyEndpoints(all).filter(asks(wanted)));
  // Where there are no model servers, another stack has them, and nothing is known of what scrapes them.
  const servers = modelServers(all);
  const ofServers = endpointsOf(servers.flatMap((server) => monitorsOf(all, server)));
  const areScraped = ofServers.length > 0 || servers.length === 0;
  return [
    { prefix: 'envoy_', of: 'the proxies', isScraped: envoy.length > 0, ...slowest(envoy) },
    { prefix: 'gen_ai_', of: 'the AI gateway', isScraped: tokens.length > 0, ...slowest(tokens) },
    { prefix: 'vllm:', of: 'the model servers', isScraped: areScraped, ...slowest(ofServers) },
    ...FAMILIES.map(({ prefix, of, name }) => {
      const own = monitors.filter(({ spec }) =>
        name.test(Object.values(spec?.selector.matchLabels ?? {}).join(' ')),
      );
      return { prefix, of, isScraped: own.length > 0, ...slowest(endpointsOf(own)) };
    }),
  ];
});

/** What is asked of the proxies, by all monitors together. */
const proxyEndpoints = ofBundle((all): readonly Endpoint[] =>
  endpointsOf(all.ofKind('PodMonitor').filter(scrapesProxies)),
);

function scrapesProxies({ spec }: Monitor): boolean {
  const { matchLabels = {} } = spec?.selector ?? {};
  const labels: Readonly<Record<string, string>> = { ...matchLabels, ...PROXY_LABELS };
  return (
    Object.keys(PROXY_LABELS).some((key) => key in matchLabels) &&
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value)
  );
}

function asks({ port, path }: { port: string; path: string }) {
  return (endpoint: Endpoint) => endpoint.port === port && (endpoint.path ?? '/metrics') === path;
}

/** The namespaces that a monitor looks at; undefined for all of them. */
function namespacesOf({ metadata, spec }: Monitor): readonly string[] | undefined {
  const { any = false, matchNames = [metadata.namespace ?? ''] } = spec?.namespaceSelector ?? {};
  return any ? undefined : matchNames;
}

/** By namespace; those that look at all of them under undefined. */
const monitorsByNamespace = ofBundle((all) => {
  const found = new Map<string | undefined, Monitor[]>();
  for (const monitor of all.ofKind('PodMonitor')) {
    for (const namespace of namespacesOf(monitor) ?? [undefined]) add(found, namespace, monitor);
  }
  return found;
});

/** The monitors that see pods. */
function monitorsOf(all: Bundle, { namespace, labels }: Pods): Monitor[] {
  return [namespace, undefined]
    .flatMap((name) => monitorsByNamespace(all).get(name) ?? [])
    .filter(({ spec }) => matches(spec?.selector, labels));
}

/** The pods that a monitor sees. */
function podsOfMonitor(all: Bundle, monitor: Monitor): Pods[] {
  const pods = namespacesOf(monitor)?.flatMap((name) => podsAt(all, name)) ?? podsOf(all);
  return pods.filter(({ labels }) => matches(monitor.spec?.selector, labels));
}

export const proxyTargets = defineRule({
  id: 'R35',
  title: 'both metrics ports of the proxies are scraped',
  effect: 'ineffective',
  why:
    'Envoy exposes its metrics on one port and the AI gateway its token metrics on another, and the ' +
    'annotations of the pods name only the first: without the second there are no token counts, and no ' +
    'chargeback.',
  source:
    'AI Gateway 1.0, internal/controller/gateway_mutator.go (aigw-admin, 1064); Envoy Gateway 1.8, infrastructure/kubernetes/proxy (metrics, 19001)',
  fix: 'configure a PodMonitor for port metrics with /stats/prometheus and for port aigw-admin with /metrics',
  area: 'observability',
  scope: 'graph',
  kinds: ['PodMonitor'],
  fields: [`${PROXIES} /spec/podMetricsEndpoints/0`, `${PROXIES} /spec/podMetricsEndpoints/1`],
  good: [
    {
      shows: 'a monitor for each port',
      change: {
        [PROXIES]: { spec: { podMetricsEndpoints: [{ port: 'metrics', path: '/stats/prometheus' }] } },
        'podmonitor/ai/tokens': {
          apiVersion: 'monitoring.coreos.com/v1',
          kind: 'PodMonitor',
          metadata: { namespace: 'ai', name: 'tokens' },
          spec: {
            namespaceSelector: { matchNames: ['envoy-gateway-system'] },
            selector: { matchLabels: PROXY_LABELS },
            podMetricsEndpoints: [{ port: 'aigw-admin' }],
          },
        },
      },
    },
  ],
  bad: [
    {
      shows: 'the wrong path on the right port',
      change: {
        [PROXIES]: {
          spec: {
            podMetricsEndpoints: [
              { port: 'metrics', path: '/metrics' },
              { port: 'aigw-admin', path: '/metrics' },
            ],
          },
        },
      },
      finds: [`${PROXIES} /spec/podMetricsEndpoints`],
    },
  ],
  check(all, one) {
    if (!scrapesProxies(one) || all.ofKind('AIGatewayRoute').length === 0) return [];
    return PROXY_PORTS.filter((wanted) => !proxyEndpoints(all).some(asks(wanted))).map(
      ({ port, path, of }) => ({
        pointer: '/spec/podMetricsEndpoints',
        problem: `no PodMonitor scrapes ${path} on port ${port}: ${of} are missing`,
        elsewhere: true,
      }),
    );
  },
});

export const serverTargets = defineRule({
  id: 'O03',
  title: 'model servers are scraped on a port that they expose',
  effect: 'ineffective',
  why:
    'A target with a port or with labels that the pods do not have is silently empty: no queue, cache or ' +
    'saturation metrics, and an autoscaler without data.',
  source: 'prometheus-operator, PodMonitor; Prometheus, kubernetes_sd',
  fix: 'configure a PodMonitor that selects the pods by their labels and scrapes /metrics on a named port',
  area: 'observability',
  scope: 'graph',
  kinds: ['PodMonitor', 'Deployment', 'LeaderWorkerSet', 'StatefulSet'],
  fields: [`${SERVER} /spec/podMetricsEndpoints/0/port`],
  good: [
    {
      shows: 'the number of the port',
      change: { [SERVER]: { spec: { podMetricsEndpoints: [{ portNumber: 8000 }] } } },
    },
  ],
  bad: [
    {
      shows: 'a port of another name',
      change: { [SERVER]: { spec: { podMetricsEndpoints: [{ port: 'metrics' }] } } },
      finds: [`${SERVER} /spec/podMetricsEndpoints/0/port`],
    },
    {
      shows: 'labels of other pods',
      change: { [SERVER]: { spec: { selector: { matchLabels: { app: 'gpt' } } } } },
      finds: ['deployment/ai/oss /spec/template/metadata/labels'],
      also: ['O02 prometheusrule/ai/oss /spec/groups/0/rules/0/expr'],
    },
  ],
  check: (all, one) => (one.kind === 'PodMonitor' ? missingPorts(all, one) : unseen(all, one)),
});

function missingPorts(all: Bundle, monitor: Monitor) {
  const pods = podsOfMonitor(all, monitor);
  if (pods.length === 0) return [];
  const ports = pods
    .flatMap(({ spec }) => [...spec.containers, ...(spec.initContainers ?? [])])
    .flatMap(({ ports = [] }) => ports);
  const names = ports.flatMap(({ name }) => name ?? []);
  return [...(monitor.spec?.podMetricsEndpoints ?? []).entries()]
    .filter(([, { port, portNumber }]) =>
      portNumber === undefined
        ? !names.includes(port ?? '')
        : !ports.some((each) => each.containerPort === portNumber),
    )
    .map(([index, { port, portNumber }]) => {
      const fix = suggest(port ?? '', names);
      return {
        pointer: `/spec/podMetricsEndpoints/${index}/port`,
        value: port,
        problem: `the pods have no port ${port ?? portNumber ?? 'without a name'}`,
        ...(fix && { fix }),
      };
    });
}

/** Model servers that no monitor of the bundle sees; where it has none somebody else may. */
function unseen(all: Bundle, one: RuleKinds['Deployment' | 'LeaderWorkerSet' | 'StatefulSet']) {
  if (all.ofKind('PodMonitor').length === 0) return [];
  return modelServersIn(one)
    .slice(0, 1)
    .filter((server) => monitorsOf(all, server).length === 0)
    .map(({ pointer }) => ({
      pointer: pointer.replace(/spec$/, 'metadata/labels'),
      problem: 'no PodMonitor selects the pods',
      elsewhere: true,
    }));
}

export const scrapeTiming = defineRule({
  id: 'O04',
  title: 'a scrape ends before the next one begins',
  effect: 'refused',
  why:
    'The operator rejects a target whose timeout is longer than its interval, and the default timeout is 10 ' +
    'seconds: the target, and in some versions the whole configuration, is missing.',
  source: 'prometheus-operator, pkg/prometheus/promcfg.go, scrapeTimeout',
  fix: 'set scrapeTimeout to less than the interval',
  area: 'observability',
  scope: 'graph',
  kinds: ['PodMonitor'],
  good: [
    {
      shows: 'four seconds of five',
      change: {
        [SERVER]: { spec: { podMetricsEndpoints: [{ port: 'http', interval: '5s', scrapeTimeout: '4s' }] } },
      },
    },
  ],
  bad: [
    {
      shows: 'every five seconds, and ten seconds by default',
      change: { [SERVER]: { spec: { podMetricsEndpoints: [{ port: 'http', interval: '5s' }] } } },
      finds: [`${SERVER} /spec/podMetricsEndpoints/0/scrapeTimeout`],
    },
  ],
  check: (_, { spec }) =>
    [...(spec?.podMetricsEndpoints ?? []).entries()]
      .filter(
        ([, { interval, scrapeTimeout = '10s' }]) => interval && seconds(scrapeTimeout) > seconds(interval),
      )
      .map(([index, { interval, scrapeTimeout }]) => ({
        pointer: `/spec/podMetricsEndpoints/${index}/scrapeTimeout`,
        value: scrapeTimeout,
        problem: `a scrape may take ${scrapeTimeout ?? '10s by default'}, and the next one begins after ${interval}`,
      })),
});
