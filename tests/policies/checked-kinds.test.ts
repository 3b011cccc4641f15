import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkedDefinition, checkedKinds, kinds } from '../../constructs/crds';
import { checkManifests, type Manifest } from '../../policies';
import { brokenRules } from '../../policies/cel/definitions';
import { places, widgetDefinition } from './support';

const object = (apiVersion: string, kind: string, spec: object): Manifest & { readonly spec: object } => ({
  apiVersion,
  kind,
  metadata: { name: 'chat', namespace: 'ai' },
  spec,
});

/** What manifests of others are held against: Envoy Gateway's chart brings the experimental channel along. */
const check = (...manifests: Manifest[]) =>
  places(checkManifests(manifests, { channel: 'experimental', complete: false })).filter((place) =>
    place.startsWith('schema'),
  );

test('every definition that is only checked against can be read, with its CEL', () => {
  assert.ok(checkedKinds().length > 25);
  for (const one of checkedKinds()) {
    const definition = checkedDefinition(one);
    assert.deepEqual([definition.spec.group, definition.spec.names.kind], [one.group, one.kind]);
    assert.deepEqual(brokenRules(definition), [], one.file);
    assert.equal(
      one.kind in kinds && kinds[one.kind as keyof typeof kinds].apiVersion.startsWith(`${one.group}/`),
      one.experimental === true && one.kind in kinds,
      one.kind,
    );
  }
});

const SOUND: readonly (Manifest & { readonly spec: object })[] = [
  object('monitoring.coreos.com/v1', 'ServiceMonitor', {
    selector: { matchLabels: { app: 'chat' } },
    namespaceSelector: { any: true },
    endpoints: [{ port: 'http', path: '/metrics', interval: '15s', honorLabels: true }],
  }),
  object('monitoring.coreos.com/v1', 'ServiceMonitor', {
    selector: {},
    endpoints: [{ targetPort: 8000, relabelings: [{ action: 'labeldrop', regex: 'pod' }] }],
  }),
  object('monitoring.coreos.com/v1', 'Probe', {
    prober: { url: 'blackbox.monitoring:9115' },
    module: 'http_2xx',
    targets: { staticConfig: { static: ['https://chat.example.com/health'] } },
  }),
  object('monitoring.coreos.com/v1alpha1', 'ScrapeConfig', {
    staticConfigs: [{ targets: ['vllm-1.example.com:8000'] }],
    metricsPath: '/metrics',
  }),
  object('monitoring.coreos.com/v1alpha1', 'AlertmanagerConfig', {
    route: { receiver: 'pager', groupBy: ['alertname'] },
    receivers: [{ name: 'pager', webhookConfigs: [{ url: 'https://pager.example.com' }] }],
  }),
  object('keda.sh/v1alpha1', 'ScaledJob', {
    jobTargetRef: { template: { spec: { containers: [{ name: 'batch', image: 'batch:1' }] } } },
    triggers: [
      {
        type: 'cron',
        metadata: { timezone: 'UTC', start: '0 6 * * *', end: '0 7 * * *', desiredReplicas: '1' },
      },
    ],
  }),
  object('keda.sh/v1alpha1', 'ClusterTriggerAuthentication', { podIdentity: { provider: 'none' } }),
  object('cert-manager.io/v1', 'Certificate', {
    secretName: 'chat-tls',
    dnsNames: ['chat.example.com'],
    issuerRef: { name: 'internal', kind: 'ClusterIssuer' },
  }),
  object('cert-manager.io/v1', 'ClusterIssuer', { ca: { secretName: 'root' } }),
  object('gateway.networking.k8s.io/v1alpha2', 'TCPRoute', {
    parentRefs: [{ name: 'chat' }],
    rules: [{ backendRefs: [{ name: 'redis', port: 6379 }] }],
  }),
  object('gateway.networking.k8s.io/v1alpha3', 'BackendTLSPolicy', {
    targetRefs: [{ group: '', kind: 'Service', name: 'chat' }],
    validation: { hostname: 'chat.example.com', wellKnownCACertificates: 'System' },
  }),
  object('gateway.networking.k8s.io/v1', 'HTTPRoute', {
    parentRefs: [{ name: 'chat' }],
    rules: [
      {
        backendRefs: [{ name: 'chat', port: 80 }],
        retry: { codes: [503], attempts: 2 },
        sessionPersistence: { sessionName: 'chat' },
      },
    ],
  }),
];

for (const sound of SOUND) {
  const { apiVersion, kind, spec } = sound;
  test(`a sound ${kind} of ${apiVersion} passes, and one with a field of nobody does not: ${Object.keys(spec)}`, () => {
    assert.deepEqual(check(sound), []);
    const name = `${kind.toLowerCase()}/ai/chat`;
    assert.deepEqual(check({ ...sound, spec: { ...spec, fieldOfNobody: 1 } } as Manifest), [
      `schema ${name} /spec/fieldOfNobody`,
    ]);
  });
}

test('the definitions that this package installs are of the standard channel', () => {
  const route = SOUND.at(-1) as Manifest;
  const found = places(checkManifests([route])).filter((place) => place.startsWith('schema'));
  assert.deepEqual(found, [
    'schema httproute/ai/chat /spec/rules/0/retry',
    'schema httproute/ai/chat /spec/rules/0/sessionPersistence',
  ]);
});

test('a kind that a group may have in another version is not known, and a misspelt one is told', () => {
  assert.deepEqual(check(object('cluster.x-k8s.io/v1beta2', 'ClusterClass', {})), []);
  assert.deepEqual(check(object('inference.networking.x-k8s.io/v1alpha2', 'InferenceModel', {})), []);
  assert.deepEqual(check(object('serving.kserve.io/v1beta1', 'InferenceService', {})), []);
  assert.deepEqual(check(object('monitoring.coreos.com/v1', 'ServiceMonitors', {})), [
    'schema servicemonitors/ai/chat /kind',
  ]);
  assert.deepEqual(check(object('apps/v1', 'Rollout', {})), ['schema rollout/ai/chat /kind']);
});

test('a definition that comes along counts, also over one of this package', () => {
  const known = widgetDefinition({ type: 'object', properties: { size: { type: 'integer' } } });
  const { spec } = known;
  const own = {
    ...known,
    metadata: { name: 'servicemonitors.monitoring.coreos.com' },
    spec: {
      ...spec,
      group: 'monitoring.coreos.com',
      names: { kind: 'ServiceMonitor', plural: 'servicemonitors' },
    },
  };
  const monitor = object('monitoring.coreos.com/v1', 'ServiceMonitor', { size: 1 });
  assert.deepEqual(check(own, monitor), []);
  assert.deepEqual(check(own, { ...monitor, spec: { size: 'one' } } as Manifest), [
    'schema servicemonitor/ai/chat /spec/size',
  ]);
  assert.deepEqual(check(own, SOUND[2] as Manifest), []);
});

test('a definition without a schema teaches nothing', () => {
  const { spec, ...rest } = widgetDefinition({ type: 'object' });
  const bare = { ...rest, spec: { ...spec, versions: [{ name: 'v1', served: true, storage: true }] } };
  assert.deepEqual(check(bare, object('example.com/v1', 'Widget', { size: 1 })), []);
});
