import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  parsePlatform,
  planGpuMetrics,
  planKubePrometheusStack,
  requiredSecrets,
  warnings,
} from '../../config';
import { assertGolden } from './golden';
import { type Draft, papersDocument } from './papers-document';
import { mistakesOf, refuses } from './refused';
import { vksDocument } from './vks-document';

const inCluster = (observability: object, edit: (document: Draft) => void = () => {}) =>
  parsePlatform(
    papersDocument((document) => {
      document.cluster = { existing: { context: 'prod' } };
      document.observability = observability;
      edit(document);
    }),
  );

const onVks = (observability: object) =>
  parsePlatform(
    vksDocument((_, document) => {
      document.observability = observability;
    }),
  );

test('the values of kube-prometheus-stack, with every field and with none [kube-prometheus-stack-values]', () => {
  const every = {
    replicas: 2,
    retention: '60d',
    storage: '200Gi',
    storageClass: 'vsan-gold',
    alertmanagerConfigSecret: 'alertmanager-config',
    grafanaPasswordSecret: 'grafana-password',
  };
  const valuesOf = (settings: object) =>
    planKubePrometheusStack(onVks({ prometheus: { kubePrometheusStack: settings } }))?.values;
  assertGolden('kube-prometheus-stack', { every: valuesOf(every), none: valuesOf({}) });
});

test('the chart is one release of the one that its community publishes', () => {
  const { chart } = planKubePrometheusStack(inCluster({ prometheus: { kubePrometheusStack: {} } })) ?? {};
  assert.match(chart?.reference ?? '', /^oci:\/\/.*\/kube-prometheus-stack$/);
  assert.match(chart?.version ?? '', /^\d+\.\d+\.\d+$/);
  assert.equal(planKubePrometheusStack(inCluster({ prometheus: { own: {} } })), undefined);
});

test('secrets are asked for by what holds them, in the layer that has it', () => {
  const named = (prometheus: object, layers: string[]) =>
    requiredSecrets(
      inCluster({ prometheus }, (document) => {
        document.layers = layers;
      }),
    ).map(({ name, at }) => `${at.join('.')}: ${name}`);
  const secrets = { alertmanagerConfigSecret: 'who', grafanaPasswordSecret: 'grafana' };
  const at = 'observability.prometheus.kubePrometheusStack';
  assert.deepEqual(named({ kubePrometheusStack: secrets }, ['controllers']), [
    `${at}.alertmanagerConfigSecret: who`,
    `${at}.grafanaPasswordSecret: grafana`,
  ]);
  assert.deepEqual(named({ kubePrometheusStack: secrets }, ['observability']), []);
  assert.deepEqual(named({ own: { alertmanagerConfigSecret: 'who' } }, ['observability']), [
    'observability.prometheus.own.alertmanagerConfigSecret: who',
  ]);
});

test('GPU nodes are those of the pool, those that were discovered, or those that are named', () => {
  const nodesOf = (platform: ReturnType<typeof inCluster>) => {
    const plan = planGpuMetrics(platform);
    return plan.kind === 'own' ? plan.nodeSelector : undefined;
  };
  const nodeSelector = { 'example.com/gpu': 'h100' };
  assert.deepEqual(nodesOf(onVks({ dcgmExporter: { own: {} } })), { 'vcf-ai-platform/pool': 'gpu' });
  assert.deepEqual(nodesOf(inCluster({ dcgmExporter: { own: {} } })), { 'nvidia.com/gpu.present': 'true' });
  assert.deepEqual(nodesOf(inCluster({ dcgmExporter: { own: { nodeSelector } } })), nodeSelector);
});

test('warns of alerts that nobody gets, and of an objective over more than is kept', () => {
  const warned = (own: object) =>
    warnings(
      inCluster({ prometheus: { own } }, (document) => {
        document.models['gpt-oss-120b'].vllm = { revision: '0'.repeat(40) };
        document.slos = {
          calls: { objective: 99, window: '28d', availability: { workload: 'toolbench-agent' } },
        };
      }),
    ).map(({ path, problem, fix }) => `${path} ${problem} (${fix})`);
  const [silent, ...others] = warned({});
  assert.match(silent ?? '', /own\.alertmanagerConfigSecret is not set: .* tells nobody/);
  assert.deepEqual(others, []);
  const told = { alertmanagerConfigSecret: 'who' };
  const [short] = warned({ ...told, retention: '600h' });
  assert.match(short ?? '', /own\.retention 600h is shorter than .* 28d.*\(use 28d\)/);
  for (const retention of ['672h', '4w', '1y']) assert.deepEqual(warned({ ...told, retention }), []);
});

test('refuses in the embedded datacenter what no process of it does, all at once', () => {
  const mistakes = mistakesOf(() =>
    parsePlatform(
      papersDocument((document) => {
        document.observability = { prometheus: { kubePrometheusStack: {} }, dcgmExporter: { own: {} } };
        document.gateway.ledger = { image: 'registry.example.com/vcf-ai-platform:1.0.0' };
      }),
    ),
  );
  assert.deepEqual(
    mistakes.map(({ path }) => path),
    ['gateway.ledger', 'observability.dcgmExporter.own', 'observability.prometheus.kubePrometheusStack'],
  );
});

test('refuses two kinds of Prometheus, labels that are none, and an image without a tag', () => {
  const inside = (edit: (document: Draft) => void) => (document: Draft) => {
    document.cluster = { existing: { context: 'prod' } };
    edit(document);
  };
  const observability = (settings: object) =>
    inside((document) => {
      document.observability = settings;
    });
  refuses(
    observability({ prometheus: { existing: {}, own: {} } }),
    'observability.prometheus',
    /exactly one of existing, own and kubePrometheusStack/,
  );
  refuses(observability({ labels: { release: 'a b' } }), 'observability.labels.release', /value of a label/);
  refuses(observability({ labels: { 'a b': 'x' } }), 'observability.labels["a b"]', /name of a label/);
  refuses(
    observability({ prometheus: { own: { retention: '1d12h' } } }),
    'observability.prometheus.own.retention',
    /such as 30d/,
  );
  refuses(
    inside((document) => {
      document.gateway.ledger = { image: 'registry.example.com/vcf-ai-platform' };
    }),
    'gateway.ledger.image',
    /with a tag or a digest/,
  );
});
