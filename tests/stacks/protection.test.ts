import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { ConfigMap } from '@pulumi/kubernetes/core/v1/configMap';
import * as pulumi from '@pulumi/pulumi';
import { Protection } from '../../stacks/protection';

before(async () => {
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
    call: () => ({}),
  });
});

test('it depends on all that the stack makes, and is there where nothing is protected: protection can end', async () => {
  let seen: pulumi.ResourceOptions = {};
  await pulumi.runtime.runInPulumiStack(async () => {
    pulumi.runtime.registerStackTransformation(({ type, opts }) => {
      if (type.endsWith(':Protection')) seen = opts;
      return undefined;
    });
    for (const protect of [true, false]) {
      const everything = [new ConfigMap(`one-${protect}`), new ConfigMap(`two-${protect}`)];
      new Protection(everything, protect);
      assert.deepEqual([seen.dependsOn, seen.protect], [everything, protect]);
    }
    return {};
  });
});
