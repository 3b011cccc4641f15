import assert from 'node:assert/strict';
import { test } from 'node:test';
import { objectId } from '../../base/manifest';
import { rules } from '../../policies';
import { type Draft, judged, soundBundle } from './support';

/** The sound bundle without one field; throws where there is no such field to take away. */
function without(place: string) {
  const [id = '', pointer = ''] = place.split(' ');
  const keys = pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const sound = soundBundle();
  const object: Draft = structuredClone(sound.find((one) => objectId(one) === id));
  const parent = keys.slice(0, -1).reduce((value, key) => value?.[key], object);
  const last = keys.at(-1) ?? '';
  assert.ok(parent && last in parent, `the sound bundle has no ${place}`);
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
  return sound.map((one) => (objectId(one) === id ? object : one));
}

for (const { id, fields = [] } of rules) {
  for (const place of fields) {
    test(`${id} misses ${place}`, () => {
      const found = judged(without(place)).map(({ rule }) => rule);
      assert.ok(found.includes(id), `found only: ${found.join(', ')}`);
    });
  }
}

test('fields are named once in a rule, and many rules name some', () => {
  for (const { id, fields = [] } of rules) assert.equal(new Set(fields).size, fields.length, id);
  const naming = rules.filter(({ fields }) => fields !== undefined);
  // The others are about what is there, and no removal of one field makes it wrong.
  assert.ok(naming.length > 0.3 * rules.length, `${naming.length} of ${rules.length}`);
});
