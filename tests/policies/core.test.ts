import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkSchemas } from '../../policies';
import { ADDITIONS } from '../../policies/core/additions';
import { type CoreSample, ELSEWHERE, FIELD_SAMPLES, RULE_SAMPLES, SOUND } from './core-samples';

const findings = ({ object }: Pick<CoreSample, 'object'>) => checkSchemas([object]);

for (const [name, object] of Object.entries(SOUND)) {
  test(`accepts a sound ${name}`, () => {
    assert.deepEqual(findings({ object }), []);
  });
}

for (const sample of [...FIELD_SAMPLES, ...RULE_SAMPLES]) {
  test(`refuses in ${sample.definition}: ${sample.shows}`, () => {
    const found = findings(sample).map(({ pointer }) => pointer);
    const isTold = found.some(
      (pointer) => pointer === sample.pointer || pointer.startsWith(`${sample.pointer}/`),
    );
    assert.ok(isTold, `${found.join(', ')} for ${sample.pointer}`);
  });
}

test('every addition of ours is shown, and every rule of one is broken', () => {
  const told = RULE_SAMPLES.flatMap((sample) =>
    findings(sample).map(({ problem }) => `${sample.definition}: ${problem}`),
  );
  const missing = Object.entries(ADDITIONS).flatMap(
    ([definition, { validations = [], required, properties }]) => {
      if (ELSEWHERE.has(definition)) return [];
      const rules = validations
        .map(({ message }) => `${definition}: ${message}`)
        .filter((rule) => !told.includes(rule));
      const shown = FIELD_SAMPLES.some((sample) => sample.definition === definition);
      return [...rules, ...(!shown && (required || properties) ? [definition] : [])];
    },
  );
  assert.deepEqual(missing, []);
});
