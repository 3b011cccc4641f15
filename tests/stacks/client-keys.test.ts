import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as pulumi from '@pulumi/pulumi';
import { refuseKeys, usableKeys } from '../../stacks/client-keys';

const IDE = { name: 'ide', apiKeySecret: 'ide-key' };
const BATCH = { name: 'batch', apiKeySecret: 'batch-key' };
const KEYLESS = { name: 'open' };
const long = (letter: string) => letter.repeat(32);

test('keys that differ and are long enough may be used', () => {
  const values: Record<string, string> = { 'ide-key': long('a'), 'batch-key': long('b') };
  assert.equal(
    refuseKeys([IDE, BATCH, KEYLESS], (name) => values[name] ?? ''),
    undefined,
  );
});

test('refuses one key under two names, without showing it', () => {
  const refused = refuseKeys([IDE, BATCH], () => long('s')) ?? '';
  assert.match(
    refused,
    /workloads\.batch\.apiKeySecret: the value of secret batch-key is also the key of ide/,
  );
  assert.ok(!refused.includes(long('s')));
});

test('refuses keys that are too short, all of them, without showing one', () => {
  const refused = refuseKeys([IDE, BATCH], () => 'hunter2') ?? '';
  assert.match(refused, /secret ide-key is shorter than 32 characters/);
  assert.match(refused, /secret batch-key is shorter/);
  assert.ok(!refused.includes('hunter2'));
});

test('a usable key stays secret, and other secrets are left alone', async () => {
  const secrets = { 'ide-key': pulumi.secret(long('a')), other: pulumi.secret('short') };
  const usable = usableKeys(secrets, [IDE]);
  assert.equal(usable.other, secrets.other);
  const output = usable['ide-key'] as pulumi.Output<string>;
  const value = await new Promise((resolve) => output.apply(resolve));
  assert.equal(value, long('a'));
  assert.equal(await pulumi.isSecret(output), true);
});
