import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostnameOf, namedServices, servicesNamedIn } from '../../local/named-services';

const object = (spec: object) => ({ apiVersion: 'v1', kind: 'Backend', metadata: { name: 'any' }, spec });

test('a stand-in runs once an object names its host, wherever in it', () => {
  for (const service of namedServices) {
    const hostname = hostnameOf(service);
    assert.deepEqual(servicesNamedIn([object({ endpoints: [{ fqdn: { hostname } }] })]), [service]);
    assert.deepEqual(servicesNamedIn([object({ jwt: { uri: `https://${hostname}:1/keys` } })]), [service]);
  }
});

test('no object, no stand-in; an unknown name, no stand-in', () => {
  assert.deepEqual(servicesNamedIn([]), []);
  assert.deepEqual(servicesNamedIn([object({ hostname: 'nobody.stand-in.internal' })]), []);
  assert.deepEqual(servicesNamedIn([object({ hostname: 'not-gemini.stand-in.internal' })]), []);
});

test('every stand-in has a name of its own', () => {
  assert.equal(new Set(namedServices.map(({ name }) => name)).size, namedServices.length);
});
