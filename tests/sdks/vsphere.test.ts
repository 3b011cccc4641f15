import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { before, describe, test } from 'node:test';
import * as pulumi from '@pulumi/pulumi';
import * as vsphere from '@pulumi/vsphere';
import packageJson from '../../package.json';
import { declarations } from '../../scripts/generate-vsphere';
import sdk from '../../sdks/vsphere/package.json';
import schema from '../../sdks/vsphere/schema.json';
import versions from '../../versions.json';

const sent: { readonly type: string; readonly inputs: Record<string, unknown> }[] = [];

before(() =>
  pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs }) => {
      sent.push({ type, inputs });
      return { id: `${name}-id`, state: inputs };
    },
    call: ({ token, inputs }) => ({ ...inputs, id: token }),
  }),
);

const known = <T>(output: pulumi.Output<T>) => new Promise<T>((done) => output.apply(done));

describe('the local package of the vSphere provider', () => {
  test('its types are what its schema gives', () => {
    const file = join(resolve(__dirname, '../../sdks/vsphere'), 'index.d.ts');
    assert.equal(readFileSync(file, 'utf8'), declarations());
  });

  test('it, its schema and the plugin have one version, and one line of package.json replaces it', () => {
    assert.equal(sdk.version, versions.plugins.vsphere);
    assert.equal(schema.version, versions.plugins.vsphere);
    assert.equal(packageJson.dependencies['@pulumi/vsphere'], 'file:sdks/vsphere');
  });

  test('a resource is registered under the official token with the inputs that it was given', async () => {
    const namespace = new vsphere.Namespace('models', {
      name: 'models',
      supervisor: 'a',
      vmServices: [{ vmClasses: ['gpu'] }],
    });
    assert.equal(await known(namespace.id), 'models-id');
    assert.deepEqual(await known(namespace.vmServices), [{ vmClasses: ['gpu'] }]);
    assert.equal(await known(namespace.storagePolicies), undefined);
    assert.ok(vsphere.Namespace.isInstance(namespace));
    assert.ok(!vsphere.Tag.isInstance(namespace));
    assert.deepEqual(sent.at(-1), {
      type: 'vsphere:index/namespace:Namespace',
      inputs: { name: 'models', supervisor: 'a', vmServices: [{ vmClasses: ['gpu'] }] },
    });
  });

  test('a look-up asks the official token, plain and late', async () => {
    const token = 'vsphere:index/getPolicy:getPolicy';
    assert.deepEqual(await vsphere.getPolicy({ name: 'vsan' }), { name: 'vsan', id: token });
    const late = vsphere.getPolicyOutput({ name: pulumi.output('vsan') });
    assert.deepEqual(await known(late), { name: 'vsan', id: token });
  });

  test("the provider's settings that are no texts travel as JSON", async () => {
    const provider = new vsphere.Provider('vcenter', {
      vsphereServer: 'vc.example.com',
      user: 'ci',
      password: pulumi.secret('p'),
      allowUnverifiedSsl: true,
      apiTimeout: 10,
    });
    await known(provider.id);
    const inputs = sent.at(-1)?.inputs ?? {};
    assert.deepEqual([inputs.allowUnverifiedSsl, inputs.apiTimeout, inputs.user], ['true', '10', 'ci']);
  });

  test('refuses a resource without what the official one requires', () => {
    const incomplete = { name: 'gpu', cpus: 8 } as unknown as vsphere.VirtualMachineClassArgs;
    assert.throws(
      () => new vsphere.VirtualMachineClass('gpu', incomplete),
      /Missing required property 'memory'/,
    );
  });
});
