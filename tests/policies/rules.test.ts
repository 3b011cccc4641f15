import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EFFECTS, rules } from '../../policies';
import { isRuleKind } from '../../policies/kinds';
import { compiled } from '../../policies/object-rule';
import { sampleBundle } from '../../policies/rules/baseline';
import { edited, judged, places, soundBundle } from './support';

test('the bundle that samples change has no finding', () => {
  assert.deepEqual(judged(soundBundle()), []);
});

for (const { id, title, effect, good, bad } of rules) {
  for (const sample of good) {
    test(`${id} accepts: ${sample.shows}`, () => {
      assert.deepEqual(judged(sampleBundle(sample)), []);
    });
  }
  for (const sample of bad) {
    test(`${id} refuses: ${sample.shows}`, () => {
      const findings = judged(sampleBundle(sample));
      const expected = [...sample.finds.map((place) => `${id} ${place}`), ...(sample.also ?? [])];
      assert.deepEqual(places(findings).sort(), expected.sort());
      for (const finding of findings) {
        if (finding.rule === id) assert.equal(finding.severity, EFFECTS[effect].severity);
        assert.ok(finding.fix, title);
        assert.doesNotMatch(finding.problem, /\.$/);
      }
    });
  }
}

test('rules have ids and kinds of their own, a reason, and samples of both sorts', () => {
  assert.equal(new Set(rules.map(({ id }) => id)).size, rules.length);
  for (const rule of rules) {
    assert.match(rule.id, /^[A-Z]+\d\d$/);
    for (const kind of rule.kinds) assert.ok(isRuleKind(kind), kind);
    assert.ok(rule.good.length > 0 && rule.bad.length > 0, rule.id);
    assert.ok(rule.why.length > rule.title.length, rule.id);
    assert.ok(rule.source, rule.id);
  }
});

test('the expressions of object rules have the right types', () => {
  for (const rule of rules) {
    for (const check of rule.scope === 'object' ? rule.checks : []) {
      const texts = typeof check.problem === 'string' ? [] : [check.problem.expression];
      const conditions = check.only === undefined ? [check.expression] : [check.only, check.expression];
      const wanted = [
        ...conditions.map((condition) => [condition, 'bool'] as const),
        ...texts.map((text) => [text, 'string'] as const),
      ];
      for (const [expression, type] of wanted) {
        const checked = compiled(check, expression).check();
        assert.ok(checked.valid, `${rule.id}: ${checked.error?.message}`);
        assert.match(`${checked.type}`, new RegExp(`^(?:${type}|dyn)$`), rule.id);
      }
      assert.equal(check.each?.length ?? 0, check.as?.length ?? 0, rule.id);
      assert.equal(check.pointer.split('/*').length - 1, check.each?.length ?? 0, rule.id);
    }
  }
});

test('rules do not look at an object that its schema refuses', () => {
  const bundle = edited(soundBundle(), 'EnvoyProxy', ({ spec }) => {
    spec.concurrency = 'four';
  });
  assert.deepEqual(places(judged(bundle)), ['schema envoyproxy/ai/chat /spec/concurrency']);
});

test('an object that its schema refuses is still there for those that name it', () => {
  const bundle = edited(soundBundle(), 'Backend', ({ spec }) => {
    spec.endpoint = [];
  });
  assert.deepEqual(places(judged(bundle)), ['schema backend/ai/chat /spec/endpoint']);
});

test('rules do not look at a foreign kind of the same name', () => {
  const foreign = { apiVersion: 'example.com/v1', kind: 'EnvoyProxy', metadata: { name: 'x' }, spec: {} };
  assert.deepEqual(judged([foreign]), []);
});
