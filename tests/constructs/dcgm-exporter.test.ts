import assert from 'node:assert/strict';
import { test } from 'node:test';
import { App } from 'cdk8s';
import { METRICS } from '../../base/metrics';
import { parsePlatform } from '../../config';
import { DCGM_FIELDS, platformCharts } from '../../constructs';
import { dcgmExporter } from '../../local/stand-ins/dcgm-exporter';
import { checkManifests } from '../../policies';
import { type Draft, papersDocument } from '../config/papers-document';
import { vksDocument } from '../config/vks-document';
import { assertGolden, field, manifests, only, SECRETS } from './support';

const rendered = (document: Draft) =>
  platformCharts(new App(), parsePlatform(document), {
    secrets: { ...SECRETS, 'vgpu-license-token': 'token', 'vsphere-password': 'password' },
  });

const observed = (observability: object) =>
  manifests(
    rendered(
      papersDocument((document) => {
        document.cluster = { existing: { context: 'prod' } };
        document.observability = observability;
      }),
    ).observability,
  );

const fields = DCGM_FIELDS.trimEnd()
  .split('\n')
  .map((line) => line.split(', ')[0] ?? '');

test('an exporter of the platform’s own on every GPU node [own-dcgm-exporter]', () => {
  const objects = observed({ dcgmExporter: { own: { runtimeClass: 'nvidia' } }, scrapeInterval: '5s' });
  const own = objects.filter(
    ({ metadata }) => metadata.namespace === 'dcgm-exporter' || metadata.name === 'dcgm-exporter',
  );
  assertGolden('dcgm-exporter', own);
  assert.deepEqual(checkManifests(objects), []);
});

test('it reads what the rules ask for, and what a GPU node of the embedded datacenter exposes [dcgm-fields]', async () => {
  const asked = Object.values(METRICS).flatMap(({ name }) => (name.startsWith('DCGM_') ? [name] : []));
  assert.ok(asked.includes('DCGM_FI_PROF_NVLINK_TX_BYTES') && asked.includes('DCGM_FI_PROF_SM_ACTIVE'));
  assert.deepEqual(
    asked.filter((name) => !fields.includes(name)),
    [],
  );
  const { routes } = dcgmExporter({ gpus: 1, node: 'one' });
  const page = JSON.stringify(await routes['GET /metrics']?.({} as never)).replaceAll('\\n', '\n');
  const exposed = [...page.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name);
  assert.ok(exposed.length > 20);
  assert.deepEqual(
    exposed.filter((name) => !fields.includes(name)),
    [],
  );
});

test('it is root with one capability, asks the GPUs as often as it is asked, and runs nowhere else', () => {
  const { spec } = (only(observed({ dcgmExporter: { own: {} }, scrapeInterval: '5s' }), 'DaemonSet') as Draft)
    .spec.template;
  const [container] = spec.containers;
  const environment = Object.fromEntries(container.env.map(({ name, value }: Draft) => [name, value]));
  assert.equal(environment.DCGM_EXPORTER_INTERVAL, '5000');
  assert.deepEqual(container.securityContext.capabilities, { drop: ['ALL'], add: ['SYS_ADMIN'] });
  assert.ok(!('privileged' in container.securityContext) && !('hostNetwork' in spec) && !('hostPID' in spec));
  assert.deepEqual(spec.nodeSelector, { 'nvidia.com/gpu.present': 'true' });
  assert.deepEqual(spec.tolerations, [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }]);
});

test('without an exporter nothing asks about GPUs, and the rules say why [no-gpu-metrics]', () => {
  const objects = observed({ dcgmExporter: 'none' });
  const text = JSON.stringify(objects.map((object) => field(object, 'spec')));
  assert.doesNotMatch(text, /DCGM_|gpu:|NvlinkSilent|dcgm/);
  assert.match(text, /EngineStuck/);
  for (const name of ['ai-platform', 'ai-alerts']) {
    const rule = objects.find(({ kind, metadata }) => kind === 'PrometheusRule' && metadata.name === name);
    assert.match(rule?.metadata.annotations?.['vcf-ai-platform/without'] ?? '', /dcgmExporter is none/);
  }
  assert.match(JSON.stringify(observed({})), /NvlinkSilent/);
});

test('the exporter of NVIDIA’s operator reads the same fields', () => {
  const { controllers } = rendered(
    vksDocument((vks) => {
      vks.gpuOperator = { nodeImage: {} };
    }),
  );
  const counters = manifests(controllers).find(({ metadata }) => metadata.name === 'dcgm-counters');
  assert.equal(counters?.metadata.namespace, 'gpu-operator');
  assert.deepEqual(field(counters, 'data'), { 'dcgm-metrics.csv': DCGM_FIELDS });
});
