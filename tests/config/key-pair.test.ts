import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { generateKeyPair } from '../../config/key-pair';

test('a certificate holds its names and its authority signed it', async () => {
  const { certificate, key, authority } = await generateKeyPair(['webhook.ns.svc', '127.0.0.1']);
  const leaf = new X509Certificate(certificate);
  assert.equal(leaf.checkHost('webhook.ns.svc'), 'webhook.ns.svc');
  assert.equal(leaf.checkIP('127.0.0.1'), '127.0.0.1');
  assert.ok(leaf.verify(new X509Certificate(authority).publicKey));
  assert.match(key, /PRIVATE KEY/);
});

test('two are never the same', async () => {
  const [one, other] = await Promise.all([generateKeyPair(['a']), generateKeyPair(['a'])]);
  assert.notEqual(one.key, other.key);
});
