import assert from 'node:assert/strict';
import { test } from 'node:test';
import { App } from 'cdk8s';
import { parsePlatform, requiredSecrets } from '../../config';
import { LAYERS, platformCharts } from '../../constructs';
import { checkManifests } from '../../policies';
import { type Draft, papersDocument } from '../config/papers-document';
import { assertGolden, field, manifests, only } from './support';

/** The objects of the paper's platform in a cluster, by layer. */
function render(observability: object) {
  const platform = parsePlatform(
    papersDocument((document: Draft) => {
      document.cluster = { existing: { context: 'prod' } };
      document.observability = observability;
    }),
  );
  const secrets = Object.fromEntries(requiredSecrets(platform).map(({ name }) => [name, `value of ${name}`]));
  const charts = platformCharts(new App(), platform, { secrets });
  return Object.fromEntries(LAYERS.map((layer) => [layer, manifests(charts[layer])]));
}

const PROMETHEUS_KINDS = /^(Prometheus|Alertmanager|PodDisruptionBudget|ServiceAccount|Role|Cluster|Secret$)/;

test('a Prometheus of the platform’s own, with all that it needs [own-prometheus]', () => {
  const own = { replicas: 2, storageClass: 'vsan-gold', alertmanagerConfigSecret: 'alertmanager-config' };
  const { observability = [] } = render({ prometheus: { own }, labels: { team: 'ai' } });
  assertGolden(
    'prometheus',
    observability.filter(
      ({ kind, metadata }) =>
        PROMETHEUS_KINDS.test(kind) && kind !== 'PrometheusRule' && metadata.namespace !== 'ai-serving',
    ),
  );
  assert.deepEqual(checkManifests(observability), []);
});

test('it takes every PodMonitor and every rule of the platform, whatever labels they have [prometheus-labels]', () => {
  const { observability = [] } = render({ prometheus: { own: {} }, labels: { team: 'ai' } });
  const { spec } = only(observability, 'Prometheus') as Draft;
  const chosen = observability.filter(({ kind }) => /^(PodMonitor|PrometheusRule)$/.test(kind));
  assert.ok(chosen.length > 5);
  for (const { kind, metadata } of chosen) {
    const selector = kind === 'PodMonitor' ? spec.podMonitorSelector : spec.ruleSelector;
    assert.ok(Object.keys(selector.matchLabels).length > 0);
    for (const [name, value] of Object.entries(selector.matchLabels)) {
      assert.equal(metadata.labels?.[name], value, metadata.name);
    }
    assert.equal(metadata.labels?.team, 'ai');
    assert.equal(
      spec.podMonitorNamespaceSelector.matchLabels['kubernetes.io/metadata.name'],
      metadata.namespace,
    );
  }
});

test('samples leave a fifth of the volume free, for what is written before and merged after', () => {
  const { observability = [] } = render({ prometheus: { own: { storage: '10Gi' } } });
  assert.equal(field(only(observability, 'Prometheus'), 'spec.retentionSize'), '8192MiB');
});

test('the definitions of Prometheus are the operator’s, and never ours', () => {
  const names = (render({ prometheus: { own: {} } }).crds ?? []).map(({ metadata }) => metadata.name);
  assert.ok(names.includes('podmonitors.monitoring.coreos.com'));
  assert.ok(!names.some((name) => /^(prometheuses|alertmanagers)\./.test(name)));
});

test('model servers let in the Prometheus that there is', () => {
  const namespaces = (prometheus: object) =>
    (render({ prometheus }).serving ?? [])
      .filter(({ kind }) => kind === 'NetworkPolicy')
      .flatMap((policy) => (policy as Draft).spec.ingress)
      .flatMap(({ from }) => from)
      .filter(({ podSelector }) => podSelector.matchLabels['app.kubernetes.io/name'] === 'prometheus')
      .map(({ namespaceSelector }) => namespaceSelector.matchLabels['kubernetes.io/metadata.name']);
  assert.deepEqual(namespaces({ existing: { namespace: 'metrics' } }), ['metrics']);
  assert.deepEqual(namespaces({ own: {} }), ['ai-observability']);
  assert.deepEqual(namespaces({ kubePrometheusStack: {} }), ['monitoring']);
});

test('beside kube-prometheus-stack are its namespace, which lets the node exporter in, and its Secrets', () => {
  const kubePrometheusStack = { alertmanagerConfigSecret: 'who', grafanaPasswordSecret: 'grafana' };
  const { controllers = [] } = render({ prometheus: { kubePrometheusStack } });
  const inside = controllers.filter(({ metadata }) => metadata.namespace === 'monitoring');
  assert.deepEqual(
    inside.map((secret) => [secret.metadata.name, field(secret, 'stringData')]),
    [
      ['alertmanager-config', { 'alertmanager.yaml': 'value of who' }],
      ['grafana-admin', { 'admin-user': 'admin', 'admin-password': 'value of grafana' }],
    ],
  );
  const namespace = controllers.find(
    ({ kind, metadata }) => kind === 'Namespace' && metadata.name === 'monitoring',
  );
  assert.equal(namespace?.metadata.labels?.['pod-security.kubernetes.io/enforce'], 'privileged');
});
