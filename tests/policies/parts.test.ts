import assert from 'node:assert/strict';
import { test } from 'node:test';
import { objectId } from '../../base/manifest';
import { type Finding, type Manifest, rules } from '../../policies';
import { sampleBundle } from '../../policies/rules/baseline';
import { seeded } from '../billing/seeded';
import { type Draft, edited, judged, places, soundBundle } from './support';

const errorsOf = (manifests: readonly Manifest[]) =>
  judged(manifests, { complete: false })
    .filter(({ severity }) => severity === 'error')
    .map(({ rule, object, pointer, problem }) => `${rule} ${object} ${pointer}: ${problem}`);

const soundBundles = () => rules.flatMap(({ good }) => good.map(sampleBundle));

test('no object is refused because another repository has what it needs', () => {
  const tried = new Set<string>();
  for (const object of soundBundles().flat()) {
    const text = JSON.stringify(object);
    if (tried.has(text)) continue;
    tried.add(text);
    assert.deepEqual(errorsOf([object]), []);
  }
});

/** Routes of one namespace are taken for those of one repository: selectors that fit none of them are a mistake. */
const TAKES_ROUTES_FOR_ALL = 'G36';

test('no part of what is sound is refused', () => {
  const random = seeded(15);
  for (const bundle of soundBundles()) {
    const part = bundle.filter(() => random() < 0.7);
    const errors = errorsOf(part).filter((error) => !error.startsWith(TAKES_ROUTES_FOR_ALL));
    assert.deepEqual(errors, [], part.map(objectId).join(' '));
  }
});

const without = (kind: string) => soundBundle().filter((one) => one.kind !== kind);

const at = (findings: readonly Finding[], rule: string) => findings.filter((one) => one.rule === rule);

for (const [kind, rule] of [
  ['Backend', 'R13'],
  ['Secret', 'R13'],
  ['ClientTrafficPolicy', 'R20'],
  ['SecurityPolicy', 'R21'],
  ['NetworkPolicy', 'X01'],
] as const) {
  test(`a missing ${kind} is an error of the whole, and an info of a part (${rule})`, () => {
    const [whole] = at(judged(without(kind)), rule);
    assert.equal(whole?.severity, 'error');
    const [part] = at(judged(without(kind), { complete: false }), rule);
    assert.equal(part?.severity, 'info');
    assert.equal(part?.problem, `among these objects, ${whole?.problem}`);
  });
}

test('what a part says itself is an error of the part', () => {
  const open = edited(soundBundle(), 'ClientTrafficPolicy', ({ spec }) => delete spec.headers);
  assert.deepEqual(
    at(judged(open, { complete: false }), 'R20').map(({ severity }) => severity),
    ['error'],
  );
});

test('a mistake of one field hides no fault of another', () => {
  const bundle = edited(soundBundle(), 'EnvoyProxy', ({ spec }) => {
    spec.concurency = 4;
    spec.provider.kubernetes.envoyDeployment.replicas = 1;
  });
  assert.deepEqual(places(judged(bundle)), [
    'schema envoyproxy/ai/chat /spec/concurency',
    'R40 envoyproxy/ai/chat /spec/provider/kubernetes/envoyDeployment/replicas',
  ]);
});

test('a fault behind an element that cannot be read is told at its own place', () => {
  const bundle = edited(soundBundle(), 'AIGatewayRoute', ({ spec }) => {
    const slow: Draft = structuredClone(spec.rules[0]);
    delete slow.timeouts;
    slow.matches = [{ headers: [{ name: 'x-ai-eg-model', value: 'slow' }] }];
    spec.rules = [{ ...spec.rules[0], backendRefs: 'chat' }, spec.rules[0], slow];
  });
  const found = places(judged(bundle)).filter((place) => /schema|R06/.test(place));
  assert.deepEqual(found, [
    'schema aigatewayroute/ai/chat /spec/rules/0/backendRefs',
    'R06 aigatewayroute/ai/chat /spec/rules/2/timeouts/request',
  ]);
});

test('nobody misses a field whose name is misspelt, or whose value cannot be read', () => {
  const misspelt = edited(soundBundle(), 'ClientTrafficPolicy', ({ spec }) => {
    spec.connection = { bufferlimit: spec.connection.bufferLimit };
  });
  assert.deepEqual(places(judged(misspelt)), [
    'schema clienttrafficpolicy/ai/chat /spec/connection/bufferlimit',
  ]);
  const unreadable = edited(soundBundle(), 'ClientTrafficPolicy', ({ spec }) => {
    spec.headers = 'none';
  });
  assert.deepEqual(places(judged(unreadable)), ['schema clienttrafficpolicy/ai/chat /spec/headers']);
});
