import assert from 'node:assert/strict';
import { test } from 'node:test';
import { App, Chart } from 'cdk8s';
import { parsePlatform } from '../../config';
import { exempt, kubeObject, LAYERS, manifestsOf, platformCharts } from '../../constructs';
import { gate } from '../../policies';
import { papersDocument } from '../config/papers-document';
import { mistakeOf, refuses } from '../config/refused';

const WHY = { reason: 'the second worker only serves probes', owner: 'team-edge', until: '2026-12-31' };

function proxy() {
  const chart = new Chart(new App(), 'demo');
  kubeObject(chart, 'proxy', {
    apiVersion: 'gateway.envoyproxy.io/v1alpha1',
    kind: 'EnvoyProxy',
    metadata: { name: 'proxy' },
    spec: { concurrency: 4 },
  });
  const judged = () =>
    gate(
      manifestsOf(chart).map(({ manifest }) => ({
        manifest: manifest,
        locate: () => undefined,
      })),
      { rules: ['R02'], today: '2026-11-22' },
    );
  return { chart, judged };
}

test('an exemption at a construct covers the objects below it', () => {
  const { chart, judged } = proxy();
  assert.equal(judged().findings.length, 1);
  exempt(chart, 'R02', { ...WHY, pointer: '/spec/nothing' });
  exempt(chart, 'R02', { ...WHY, kind: 'EnvoyProxy' });
  const { findings, exempted } = judged();
  assert.deepEqual(
    exempted.map(({ exemption }) => exemption),
    [{ ...WHY, rule: 'R02' }],
  );
  assert.deepEqual(
    findings.map(({ problem }) => problem),
    ['the exemption from R02 matches no finding'],
  );
});

test('refuses an exemption at a construct with no such object', () => {
  const { problem } = mistakeOf(() => exempt(proxy().chart, 'R02', { ...WHY, kind: 'Gateway' }));
  assert.equal(problem, 'it contains no Gateway to exempt from R02');
});

const EXEMPTION = { rule: 'R02', object: 'envoyproxy/ai-gateway/ai-gateway', ...WHY };

const chartsOf = (exemptions: readonly object[]) => {
  const document = papersDocument((draft) => {
    draft.policies = { exemptions };
  });
  return platformCharts(new App(), parsePlatform(document), { secrets: { 'gemini-api-key': 'key' } });
};

test('an exemption of the document is at the object that it names [exemption-annotated]', () => {
  const charts = chartsOf([EXEMPTION]);
  const annotated = LAYERS.flatMap((layer) => manifestsOf(charts[layer])).flatMap(({ id, manifest }) => {
    const text = manifest.metadata.annotations?.['exempt.vcf-ai-platform/R02'];
    return text === undefined ? [] : [{ id, exemptions: JSON.parse(text) }];
  });
  assert.deepEqual(annotated, [{ id: EXEMPTION.object, exemptions: [WHY] }]);
});

test('refuses an exemption of the document for an object that is not there', () => {
  const mistake = mistakeOf(() => chartsOf([{ ...EXEMPTION, object: 'envoyproxy/ai-gateway/other' }]));
  assert.equal(mistake.path, 'policies.exemptions.0.object');
});

for (const [field, value, said] of [
  ['reason', 'because', /reason of 20 characters/],
  ['until', '31.12.2026', /a day such as/],
  ['rule', 'r 2', /the id of a rule/],
  ['object', 'EnvoyProxy', /an object such as/],
  ['pointer', 'spec', /a JSON pointer/],
] as const) {
  test(`refuses an exemption of the document with another ${field}`, () => {
    const edit = (draft: { policies?: object }) => {
      draft.policies = { exemptions: [{ ...EXEMPTION, [field]: value }] };
    };
    refuses(edit, `policies.exemptions.0.${field}`, said);
  });
}
