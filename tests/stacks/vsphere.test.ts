import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import * as pulumi from '@pulumi/pulumi';
import { type Platform, parsePlatform, type VksCluster } from '../../config';
import { readySupervisor } from '../../stacks/supervisor-lookup';
import { withVCenter } from '../../stacks/vcenter';
import { vsphereLayer } from '../../stacks/vsphere';
import type { Draft } from '../config/papers-document';
import { vksDocument } from '../config/vks-document';
import { startVCenter, type VCenterStandIn } from './vcsim';

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

/** The one that the stand-in has. */
const supervisorId = '5f0e1f3c-1f0b-4a57-9d6c-0b2f6f1f8a10';

const short = (type: string) => type.slice(type.lastIndexOf(':') + 1);

/** Everything that is registered and asked, as the engine sees it. The plugin is mocked, the vCenter's REST is not. */
describe('the vSphere layer, with the provider plugin mocked', () => {
  let vcenter: VCenterStandIn;
  let registered: Registered[] = [];
  let asked: string[] = [];

  const mock = (preview: boolean) =>
    pulumi.runtime.setMocks(
      {
        newResource: ({ type, name, inputs }) => {
          registered.push({ type, name, inputs });
          return { id: `${name}-id`, state: inputs };
        },
        call: ({ token, inputs }) => {
          asked.push(`${short(token)} ${inputs.name}`);
          return { ...inputs, id: `${inputs.name}-id` };
        },
      },
      'vcf-ai-platform',
      'prod',
      preview,
    );

  const platformOf = (edit?: (vks: Draft) => void): Platform => {
    const platform = parsePlatform(
      vksDocument((vks) => {
        vks.supervisor.id = supervisorId;
        edit?.(vks);
      }),
    );
    const cluster = platform.cluster as VksCluster;
    if (cluster.vcenter === undefined) return platform;
    return {
      ...platform,
      cluster: {
        ...cluster,
        vcenter: {
          ...cluster.vcenter,
          server: vcenter.login.server,
          user: vcenter.login.user,
          allowUnverifiedSsl: true,
        },
      },
    };
  };
  /** Registers the layer, and waits until nothing more comes. */
  const register = async (platform: Platform): Promise<void> => {
    const { dependsOn } = vsphereLayer(platform);
    for (const resource of dependsOn) await new Promise((done) => resource.urn.apply(done));
    await pulumi.runtime.disconnect();
  };
  const one = (type: string) => {
    const found = registered.filter((resource) => short(resource.type) === type);
    assert.equal(found.length, 1, `${type}: ${registered.map((resource) => resource.type)}`);
    return found[0]?.inputs ?? {};
  };
  before(async () => {
    vcenter = await startVCenter();
  });
  beforeEach(async () => {
    registered = [];
    asked = [];
    await mock(false);
    pulumi.runtime.setAllConfig({ 'vcf-ai-platform:vcenter-password': vcenter.login.password }, [
      'vcf-ai-platform:vcenter-password',
    ]);
  });
  after(() => vcenter.stop());

  test('the vSphere Namespace has every class of the nodes, its policies and its library', async () => {
    await register(
      platformOf((vks) => {
        vks.controlPlane = { vmClass: 'guaranteed-medium' };
        vks.pools.system.vmClass = 'guaranteed-large';
        vks.namespace.contentLibrary = { name: 'node-images' };
      }),
    );
    assert.deepEqual(one('Namespace'), {
      name: 'ai-prod',
      supervisor: supervisorId,
      storagePolicies: ['vsan-gold-id'],
      vmServices: [
        {
          vmClasses: ['guaranteed-medium', 'guaranteed-large', 'guaranteed-xlarge', 'gpu-4x-h100'],
          contentLibraries: ['node-images-id'],
        },
      ],
    });
    assert.deepEqual(asked.sort(), ['getContentLibrary node-images', 'getPolicy vsan-gold']);
  });

  test('a GPU class has the numbers of the document, and no password', async () => {
    await register(platformOf());
    const { __provider: _, ...inputs } = one('GpuVmClass');
    assert.deepEqual(inputs, {
      server: vcenter.login.server,
      user: vcenter.login.user,
      allowUnverifiedSsl: true,
      passwordKey: 'vcf-ai-platform:vcenter-password',
      datacenter: 'dc-1',
      computeCluster: 'gpu-hosts',
      name: 'gpu-4x-h100',
      description: 'vcf-ai-platform, stack prod',
      cpus: 48,
      memoryMb: 768 * 1024,
      cpuReservation: 0,
      profile: 'nvidia_h100xm-80c',
      devices: 4,
      deviceGroup: 'Nvidia:4@nvidia_h100xm-80c%NVLink',
      unifiedMemory: true,
      mmioGb: 512,
    });
  });

  test("a class of the document's own is made, vSphere's are not", async () => {
    await register(
      platformOf((vks) => {
        vks.vmClasses = { 'gateway-16': { cpus: 16, memory: '32Gi', memoryReservation: 100 } };
        vks.pools.gateway.vmClass = 'gateway-16';
      }),
    );
    assert.deepEqual(one('VirtualMachineClass'), {
      name: 'gateway-16',
      cpus: 16,
      memory: 32_768,
      memoryReservation: 100,
    });
  });

  test('a library is subscribed to, on the datastore of the datacenter', async () => {
    await register(
      platformOf((vks) => {
        vks.namespace.contentLibrary = {
          name: 'node-images',
          subscriptionUrl: 'https://wp-content.example.com/lib.json',
          datastore: 'vsan-1',
        };
      }),
    );
    assert.deepEqual(one('ContentLibrary'), {
      name: 'node-images',
      storageBackings: ['vsan-1-id'],
      subscription: {
        subscriptionUrl: 'https://wp-content.example.com/lib.json',
        authenticationMethod: 'NONE',
        automaticSync: true,
        onDemand: true,
      },
    });
    assert.deepEqual(asked.sort(), ['getDatacenter dc-1', 'getDatastore vsan-1', 'getPolicy vsan-gold']);
  });

  test('a storage policy of its own is every datastore with its tag', async () => {
    await register(
      platformOf((vks) => {
        vks.namespace.tagPolicy = { name: 'ai-models', category: 'ai', tag: 'models' };
      }),
    );
    assert.deepEqual(one('TagCategory'), {
      name: 'ai',
      cardinality: 'MULTIPLE',
      associableTypes: ['Datastore'],
    });
    assert.deepEqual(one('Tag'), { name: 'models', categoryId: 'ai-id' });
    assert.deepEqual(one('VmStoragePolicy'), {
      name: 'ai-models',
      tagRules: [{ tagCategory: 'ai', tags: ['models'], includeDatastoresWithTags: true }],
    });
    assert.deepEqual(one('Namespace').storagePolicies, ['vsan-gold-id', 'ai-models-id']);
  });

  test('the password goes to the plugin as a secret', async () => {
    await register(platformOf());
    const { password, ...rest } = one('vsphere');
    assert.deepEqual(rest, {
      vsphereServer: vcenter.login.server,
      user: vcenter.login.user,
      allowUnverifiedSsl: 'true',
    });
    assert.equal(
      (password as Record<string, unknown>)[pulumi.runtime.specialSigKey],
      pulumi.runtime.specialSecretSig,
    );
  });

  test('nothing of vSphere is made without a vCenter, nor on another cluster', async () => {
    await register(
      platformOf((vks) => {
        delete vks.vcenter;
        vks.namespace.manage = false;
        vks.pools.gpu = { vmClass: 'gpu-4x-h100' };
        vks.vmClasses = { 'gpu-4x-h100': { cpus: 48, memory: '768Gi', gpus: 4 } };
      }),
    );
    await register({
      ...platformOf(),
      cluster: { kind: 'existing', context: 'x', kubernetesVersion: '1.34' },
    });
    assert.deepEqual(registered, []);
  });

  test('a GPU class alone needs no plugin', async () => {
    await register(
      platformOf((vks) => {
        vks.namespace.manage = false;
      }),
    );
    assert.deepEqual(
      registered.map(({ type }) => short(type)),
      ['VSphere', 'GpuVmClass'],
    );
  });

  test('a preview without a vCenter has every object, and asks nobody', async () => {
    await mock(true);
    process.env.VCF_AI_OFFLINE = '1';
    const before = (await vcenter.requests()).length;
    try {
      await register(platformOf());
    } finally {
      delete process.env.VCF_AI_OFFLINE;
    }
    assert.deepEqual(registered.map(({ type }) => short(type)).sort(), [
      'GpuVmClass',
      'Namespace',
      'VSphere',
      'vsphere',
    ]);
    assert.equal((await vcenter.requests()).length, before);
    assert.deepEqual(asked, []);
    assert.notEqual(one('Namespace').supervisor, supervisorId);
  });

  test('refuses a Supervisor that the vCenter does not have, by those that it has', async () => {
    await assert.rejects(
      withVCenter(vcenter.login, (api) => readySupervisor(api, 'f0a1b2c3')),
      { message: `the vCenter has no Supervisor f0a1b2c3; it has ${supervisorId} (supervisor)` },
    );
  });
});
