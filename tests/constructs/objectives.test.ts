import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RECORDED_NAMES, RECORDED_SERIES } from '../../base/metrics';
import { BURN_RATES, burnFactor } from '../../base/objectives';
import { parsePlatform, planObjectives } from '../../config';
import { Alerts, Namespace, ObjectiveRules } from '../../constructs';
import { papersDocument } from '../config/papers-document';
import { assertGolden, chart, field, manifests, only, platformManifests } from './support';

const objectives = (...slos: readonly object[]) =>
  planObjectives(
    parsePlatform(
      papersDocument((document) => {
        document.slos = Object.fromEntries(slos.map((slo, index) => [`slo-${index}`, slo]));
      }),
    ),
  );

const CALLS = { objective: 99.9, availability: { workload: 'swe-rebench-ide' } };

function rendered(...slos: readonly object[]) {
  const scope = chart();
  const namespace = new Namespace(scope, 'ai-observability');
  new ObjectiveRules(scope, 'ai-objectives', { namespace, objectives: objectives(...slos) });
  return only(manifests(scope), 'PrometheusRule');
}

const rulesOf = (object: unknown) =>
  (field(object, 'spec.groups') as { rules: { record?: string; expr: string }[] }[]).flatMap(
    ({ rules }) => rules,
  );

test('the series of an objective are one PrometheusRule [objective-rules]', () => {
  assertGolden('objectives', [rendered(CALLS)]);
});

test('the alerts of a platform are one PrometheusRule [alert-rules]', () => {
  const scope = chart();
  const [namespace, serving] = ['ai-observability', 'ai-serving'].map((name) => new Namespace(scope, name));
  assert.ok(namespace && serving);
  new Alerts(scope, 'ai-alerts', {
    ...{ namespace, serving, runbooks: 'https://wiki.example.com/runbooks' },
    engines: [{ name: 'gpt-oss-120b', tensorParallelSize: 4 }],
    objectives: objectives(CALLS),
  });
  assertGolden('alerts', [only(manifests(scope), 'PrometheusRule')]);
});

test('every series of an objective is recorded, whatever it is about', () => {
  const names = RECORDED_NAMES.filter((name) => RECORDED_SERIES[name].of === 'objectives');
  assert.ok(names.length > 20);
  for (const slo of [
    CALLS,
    { objective: 95, timeToFirstToken: { model: 'gpt-oss-120b', threshold: '1s' } },
    { objective: 95, timePerOutputToken: { model: 'gpt-oss-120b', threshold: '50ms' } },
  ]) {
    assert.deepEqual(
      rulesOf(rendered(slo))
        .map(({ record }) => record)
        .sort(),
      names.toSorted(),
    );
  }
});

test('the burn rates of a month are 14.4, 6, 3 and 1, and those of four weeks fit their budget', () => {
  assert.deepEqual(
    BURN_RATES.map((rate) => burnFactor(rate, 30)),
    [14.4, 6, 3, 1],
  );
  // 28 of 30 days.
  assert.deepEqual(
    BURN_RATES.map((rate) => burnFactor(rate, 28)),
    [13.44, 5.6, 2.8, 0.933333333333],
  );
});

test('a bound in whole seconds is found however it is written: 1 and 1.0', () => {
  const slo = { objective: 95, timeToFirstToken: { model: 'gpt-oss-120b', threshold: '1s' } };
  const [, errors] = rulesOf(rendered(slo));
  assert.match(errors?.expr ?? '', /le=~"1\(\\\\\.0\)\?"/);
});

test('a platform without objectives has alerts, and no series of objectives', () => {
  const rules = platformManifests().filter(({ kind }) => kind === 'PrometheusRule');
  assert.deepEqual(
    rules.map(({ metadata }) => metadata.name),
    ['ai-platform', 'ai-alerts'],
  );
});

test('without model servers nothing is asked about engines and GPUs, and without tensor parallelism nothing about NVLink', () => {
  const groups = (engines: readonly { name: string; tensorParallelSize: number }[]) => {
    const scope = chart();
    const namespace = new Namespace(scope, 'ai-observability');
    new Alerts(scope, 'ai-alerts', {
      ...{ namespace, serving: namespace, runbooks: 'docs/runbooks', engines, objectives: [] },
    });
    const rule = only(manifests(scope), 'PrometheusRule');
    return (field(rule, 'spec.groups') as { name: string }[]).map(({ name }) => name);
  };
  assert.deepEqual(groups([]), ['targets', 'gateway', 'billing']);
  assert.deepEqual(groups([{ name: 'one', tensorParallelSize: 1 }]), [
    'targets',
    'gateway',
    'engine',
    'billing',
  ]);
  assert.deepEqual(groups([{ name: 'one', tensorParallelSize: 2 }]), [
    'targets',
    'gateway',
    'engine',
    'gpu',
    'billing',
  ]);
});
