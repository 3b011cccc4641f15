import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gate, type Manifest, type Source } from '../../policies';
import { type Draft, edited, places, soundBundle } from './support';

const sources = (manifests: readonly Manifest[]): Source[] =>
  manifests.map((manifest) => ({ manifest, locate: () => undefined }));

const wrong = (edit: (spec: Draft) => void = () => {}) =>
  edited(soundBundle(), 'AIGatewayRoute', ({ spec }) => {
    spec.rules = [{ backendRefs: [{ name: 'chat' }, { name: 'gone' }] }];
    edit(spec);
  });

const fingerprints = (manifests: readonly Manifest[]) =>
  gate(sources(manifests), { rules: ['R13'] }).findings.map(({ fingerprint }) => fingerprint);

test('a fingerprint stays when the lists around the fault change, and is another for another fault', () => {
  const before = fingerprints(wrong());
  assert.equal(before.length, 1);
  const moved = wrong(({ rules: [rule] }) => rule.backendRefs.reverse());
  assert.deepEqual(fingerprints(moved), before);
  const other = wrong(({ rules: [rule] }) => {
    rule.backendRefs[1].name = 'lost';
  });
  assert.notDeepEqual(fingerprints(other), before);
});

test('two objects of one id keep their own findings, with places and fingerprints of their own', () => {
  const all = [...wrong(), ...wrong()].map((manifest, line) => ({
    manifest,
    locate: () => ({ file: 'a.yaml', line }),
  }));
  const { findings } = gate(all, { rules: ['R13'] });
  assert.equal(findings.length, 2);
  assert.equal(new Set(findings.map(({ at }) => at?.line)).size, 2);
  assert.equal(new Set(findings.map(({ fingerprint }) => fingerprint)).size, 2);
});

test('only the rules that are asked for have findings, the schema among them', () => {
  const both = edited(wrong(), 'EnvoyProxy', ({ spec }) => {
    spec.concurency = 2;
  });
  assert.deepEqual(places(gate(sources(both), { rules: ['schema'] }).findings), [
    'schema envoyproxy/ai/chat /spec/concurency',
  ]);
  assert.deepEqual(places(gate(sources(both), { rules: ['R13'] }).findings), [
    'R13 aigatewayroute/ai/chat /spec/rules/0/backendRefs/1',
  ]);
});
