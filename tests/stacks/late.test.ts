import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as pulumi from '@pulumi/pulumi';
import { LateValues } from '../../stacks/late';

const resolved = <T>(value: pulumi.Input<T>): Promise<{ value: unknown; secret: boolean }> =>
  new Promise((resolve) => {
    const output = pulumi.output(value);
    const secret = pulumi.isSecret(output);
    output.apply(async (plain) => resolve({ value: plain, secret: await secret }));
  });

test('a late value comes back where its marker came out, alone and inside a longer text', async () => {
  const late = new LateValues();
  const marker = late.late(pulumi.output('key'));
  const tree = late.restore({
    data: { apiKey: marker, header: `Bearer ${marker}!` },
    list: [marker, 1, true, null],
  });
  const { value } = await resolved(tree);
  assert.deepEqual(value, { data: { apiKey: 'key', header: 'Bearer key!' }, list: ['key', 1, true, null] });
  late.assertAllPlaced();
});

test('a secret stays secret', async () => {
  const late = new LateValues();
  const marker = late.late(pulumi.secret('key'));
  const { secret } = await resolved(late.restore({ apiKey: `x${marker}` }));
  assert.equal(secret, true);
});

test('refuses a value that did not come out', () => {
  const late = new LateValues();
  late.late(pulumi.output('lost'));
  assert.throws(() => late.assertAllPlaced(), /1 late value\(s\) are missing/);
});

test('refuses a marker of somebody else', () => {
  const marker = new LateValues().late(pulumi.output('other'));
  assert.throws(() => new LateValues().restore({ marker }), /unknown late value 0/);
});

test('refuses an Output that was put into a text', () => {
  const text = `Bearer ${pulumi.output('key')}`;
  assert.throws(() => new LateValues().restore({ text }), /instead of passing through late\(\)/);
});

test('a marker is as long as the shortest key that rules let pass', () => {
  const late = new LateValues();
  assert.ok(late.late(pulumi.output('key')).length >= 32);
});
