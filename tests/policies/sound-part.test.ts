import assert from 'node:assert/strict';
import { test } from 'node:test';
import { objectId } from '../../base/manifest';
import { Definitions } from '../../policies/definitions';
import { soundPart } from '../../policies/sound-part';
import { mutated } from '../e2e/object-mutations';
import { type Draft, edited, judged, places, soundBundle } from './support';

const definitions = new Definitions();

/** The `chat` of a kind, edited, and what is left of it. */
function leftOf(kind: string, edit: (object: Draft) => void): Draft {
  const [object] = edited(soundBundle(), kind, edit).filter(
    (one) => one.kind === kind && one.metadata?.name === 'chat',
  );
  assert.ok(object);
  return soundPart(object, definitions)?.manifest;
}

test('what is of another type goes, the last of a list first, and the rest stays', () => {
  const { spec } = leftOf('AIGatewayRoute', (route) => {
    route.spec.parentRefs.push(7, { name: 'other' }, 'eight');
    route.spec.rules[0].timeouts = 'long';
  });
  assert.deepEqual(
    spec.parentRefs.map(({ name }: Draft) => name),
    ['chat', 'other'],
  );
  assert.equal(spec.rules[0].timeouts, undefined);
  assert.equal(spec.rules[0].backendRefs.length, 1);
});

test('what lacks a field goes with what holds it, up to nothing', () => {
  const withoutPort = leftOf('Backend', ({ spec }) => delete spec.endpoints[0].fqdn.port);
  assert.deepEqual(withoutPort.spec.endpoints, [{}]);
  assert.equal(
    leftOf('Gateway', (gateway) => delete gateway.spec),
    undefined,
  );
});

test('an object of which nothing can be read is there all the same', () => {
  const bundle = edited(soundBundle(), 'Gateway', (gateway) => delete gateway.spec);
  const found = places(judged(bundle));
  assert.ok(found.includes('schema gateway/ai/chat /spec'), `${found}`);
  assert.deepEqual(
    found.filter((place) => place.startsWith('R13')),
    [],
  );
});

test('one mistake of one object is no mistake of those that name it', () => {
  const bundle = edited(soundBundle(), 'AIServiceBackend', ({ spec }) => {
    spec.schema.version = 7;
  });
  assert.deepEqual(places(judged(bundle)), ['schema aiservicebackend/ai/chat /spec/schema/version']);
});

test('no object can be so wrong that a rule breaks over it', () => {
  const bundle = soundBundle();
  let refused = 0;
  for (const { object } of mutated(bundle, 500, 20261122)) {
    const found = judged(bundle.map((one) => (objectId(one) === objectId(object) ? object : one)));
    if (found.some(({ rule }) => rule === 'schema')) refused += 1;
  }
  assert.ok(refused > 150, `${refused} of 500 are refused by a schema`);
});
