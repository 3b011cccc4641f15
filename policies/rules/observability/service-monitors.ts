import type { ServicePort } from 'kubernetes-types/core/v1';
import type { Bundle } from '../../bundle';
import type { RuleKinds } from '../../kinds';
import { serversBehind } from '../../model-servers';
import { defineRule, type Violation } from '../../rule';
import { matches } from '../../selectors';
import { suggest } from '../../suggest';

type Monitor = RuleKinds['ServiceMonitor'];
type Service = RuleKinds['Service'];

const MONITOR = 'servicemonitor/ai/oss';

const monitored = (spec: object, metadata: object = {}) => ({
  'service/ai/oss': { metadata: { labels: { app: 'oss' } } },
  [MONITOR]: {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata: { namespace: 'ai', name: 'oss', ...metadata },
    spec: { selector: { matchLabels: { app: 'oss' } }, endpoints: [{ port: 'http' }], ...spec },
  },
});

export const serviceTargets = defineRule({
  id: 'O18',
  title: 'a ServiceMonitor selects Services, and ports by the names that they have',
  effect: 'ineffective',
  why:
    'A ServiceMonitor looks at the labels of Services, not of pods, in its own namespace unless it names others, and at ' +
    'the names of their ports. Where one of these differs it has no targets, and nothing says so.',
  source: 'prometheus-operator, pkg/prometheus/promcfg.go and Documentation/user-guides/troubleshooting.md',
  fix: 'use the labels of the Service, the name of its port, and namespaceSelector for another namespace',
  area: 'observability',
  scope: 'graph',
  kinds: ['ServiceMonitor'],
  good: [
    { shows: 'the labels and the port of the Service', change: monitored({}) },
    { shows: 'a port of the pods', change: monitored({ endpoints: [{ targetPort: 8000 }] }) },
    {
      shows: 'a monitor of another namespace that names this one',
      change: {
        ...monitored({}),
        [MONITOR]: null,
        'servicemonitor/monitoring/oss': {
          ...monitored({})[MONITOR],
          metadata: { namespace: 'monitoring', name: 'oss' },
          spec: {
            namespaceSelector: { matchNames: ['ai'] },
            selector: { matchLabels: { app: 'oss' } },
            endpoints: [{ port: 'http' }],
          },
        },
      },
    },
  ],
  bad: [
    {
      shows: 'a port of another name',
      change: monitored({ endpoints: [{ port: 'metrics' }] }),
      finds: [`${MONITOR} /spec/endpoints/0/port`],
    },
    {
      shows: 'labels of the pods that the Service does not have',
      change: { ...monitored({}), 'service/ai/oss': { metadata: { labels: { app: 'other' } } } },
      finds: [`${MONITOR} /spec/selector`],
    },
    {
      shows: 'a Service of another namespace',
      change: {
        ...monitored({}),
        [MONITOR]: null,
        'servicemonitor/monitoring/oss': {
          apiVersion: 'monitoring.coreos.com/v1',
          kind: 'ServiceMonitor',
          metadata: { namespace: 'monitoring', name: 'oss' },
          spec: { selector: { matchLabels: { app: 'oss' } }, endpoints: [{ port: 'http' }] },
        },
      },
      finds: ['servicemonitor/monitoring/oss /spec/selector'],
    },
  ],
  check(all, one) {
    const seen = servicesAt(all, one).filter(({ metadata }) =>
      matches(one.spec.selector, metadata?.labels ?? {}),
    );
    return seen.length === 0 ? unseen(all, one) : missingPorts(one, seen);
  },
});

/** The Services of the namespaces that a monitor looks at. */
function servicesAt(all: Bundle, { metadata, spec }: Monitor): readonly Service[] {
  const { any = false, matchNames } = spec.namespaceSelector ?? {};
  if (any) return all.ofKind('Service');
  const names = matchNames === undefined || matchNames.length === 0 ? [metadata.namespace ?? ''] : matchNames;
  return names.flatMap((name) => [...all.ofKind('Service', name)]);
}

/** Why no Service is selected, where one of the bundle was probably meant; of others nothing is known. */
function unseen(all: Bundle, one: Monitor): Violation[] {
  const { selector } = one.spec;
  const fault = { pointer: '/spec/selector', value: selector };
  const far = all.ofKind('Service').find(({ metadata }) => matches(selector, metadata?.labels ?? {}));
  if (far !== undefined) {
    const { name, namespace } = far.metadata ?? {};
    const problem = `selects no Service: ${name} is in namespace ${namespace}, and the monitor looks elsewhere`;
    return [{ ...fault, problem, fix: `add namespaceSelector: { matchNames: [${namespace}] }` }];
  }
  const [meant] = servicesAt(all, one).filter(
    (service) =>
      serversBehind(all, service).length > 0 &&
      (service.metadata?.name === one.metadata.name || matches(selector, service.spec?.selector ?? {})),
  );
  if (meant === undefined) return [];
  const labels = Object.entries(meant.metadata?.labels ?? {}).map(([key, value]) => `${key}: ${value}`);
  const has = labels.length === 0 ? 'no labels of its own' : labels.join(', ');
  return [{ ...fault, problem: `selects no Service: ${meant.metadata?.name} has ${has}` }];
}

function missingPorts({ spec }: Monitor, services: readonly Service[]): Violation[] {
  const ports: readonly ServicePort[] = services.flatMap(({ spec: own }) => own?.ports ?? []);
  const names = ports.flatMap(({ name }) => name ?? []);
  return [...spec.endpoints.entries()].flatMap(([index, { port }]) => {
    if (port === undefined || names.includes(port)) return [];
    const fix = suggest(port, names);
    const problem = `the Services have no port named ${port}`;
    return [{ pointer: `/spec/endpoints/${index}/port`, value: port, problem, ...(fix && { fix }) }];
  });
}
