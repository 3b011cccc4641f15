import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import execa from 'execa';
import { dump } from 'js-yaml';
import { pulumiEnvironment } from '../../cli/pulumi';
import type { Draft } from '../config/papers-document';
import { vksDocument } from '../config/vks-document';
import { newFolder } from '../local/scratch';
import { startVCenter, type VCenterStandIn } from '../stacks/vcsim';

const CLASS = '/api/vcenter/namespace-management/virtual-machine-classes';
const GPU = 'gpu-4x-h100';

/** Where the provider's plugin is on PATH, its resources are made on the stand-in as well. */
const plugin = (process.env.PATH ?? '')
  .split(delimiter)
  .some((folder) => existsSync(join(folder, 'pulumi-resource-vsphere')));

/** A Pulumi project of the vSphere layer alone, with its own home and state. */
class VSphereProject {
  readonly folder = newFolder();
  private environment: Record<string, string> = {};

  constructor(readonly vcenter: VCenterStandIn) {
    const runtime = { name: 'nodejs', options: { typescript: false } };
    const main = resolve(__dirname, 'vsphere-program/program.cjs');
    writeFileSync(join(this.folder, 'Pulumi.yaml'), dump({ name: 'vcf-ai-platform', runtime, main }));
  }

  async start(document: Draft): Promise<void> {
    const state = join(this.folder, 'state');
    mkdirSync(state);
    this.environment = await pulumiEnvironment(state);
    this.write(document);
    await this.done('stack', 'select', '--create');
    await this.password(this.vcenter.login.password);
  }

  write(document: Draft): void {
    const config = { 'vcf-ai-platform:platform': document };
    writeFileSync(join(this.folder, 'Pulumi.test.yaml'), dump({ config }));
  }

  async password(value: string): Promise<void> {
    const { code, text } = await this.pulumi(
      ['config', 'set', '--secret', 'vcf-ai-platform:vcenter-password'],
      value,
    );
    assert.equal(code, 0, text);
  }

  async pulumi(
    args: readonly string[],
    input?: string,
    env: Record<string, string> = {},
  ): Promise<{ code: number; text: string }> {
    const { exitCode, all } = await execa('pulumi', [...args, '--stack', 'test', '--non-interactive'], {
      cwd: this.folder,
      env: { ...this.environment, ...env },
      all: true,
      reject: false,
      timeout: 5 * 60_000,
      ...(input === undefined ? { stdin: 'ignore' } : { input }),
    });
    return { code: exitCode, text: all ?? '' };
  }

  async done(...args: string[]): Promise<string> {
    const { code, text } = await this.pulumi(args);
    assert.equal(code, 0, text);
    return text;
  }

  up(...args: string[]) {
    return this.pulumi(['up', '--yes', '--skip-preview', ...args]);
  }
}

const said = plugin ? 'with the provider plugin' : 'without the provider plugin: the GPU class alone';

describe(`the vSphere layer by pulumi on the vCenter stand-in, ${said}`, () => {
  let vcenter: VCenterStandIn;
  let project: VSphereProject;

  const documentOf = (edit: (vks: Draft) => void = () => {}, whole = plugin) =>
    vksDocument((vks) => {
      vks.vcenter.server = vcenter.login.server;
      vks.vcenter.datacenter = 'DC0';
      vks.vcenter.computeCluster = 'DC0_C0';
      vks.vcenter.allowUnverifiedSsl = true;
      vks.vcenter.user = vcenter.login.user;
      vks.supervisor.id = '5f0e1f3c-1f0b-4a57-9d6c-0b2f6f1f8a10';
      vks.namespace.manage = whole;
      if (whole) {
        vks.namespace.storagePolicies = ['vSAN Default Storage Policy'];
        vks.namespace.tagPolicy = { name: 'ai-models', category: 'ai', tag: 'models' };
        vks.storage = { nodes: 'vsan-default-storage-policy', default: 'ai-models' };
        vks.vmClasses = { 'gateway-16': { cpus: 16, memory: '32Gi', memoryReservation: 100 } };
        vks.pools.gateway.vmClass = 'gateway-16';
        vks.namespace.contentLibrary = {
          name: 'node-images',
          subscriptionUrl: 'https://127.0.0.1:1/lib.json',
          datastore: 'LocalDS_0',
        };
      }
      edit(vks);
    });
  const gpuClass = () => vcenter.admin(`/classes/${GPU}`) as Promise<Record<string, unknown>>;

  before(async () => {
    vcenter = await startVCenter();
    project = new VSphereProject(vcenter);
    await project.start(documentOf());
  });
  after(async () => {
    await vcenter.stop();
  });

  test('a preview without a vCenter shows all of it, plugin or not, and says no secret', async () => {
    project.write(documentOf(() => {}, true));
    await project.password(vcenter.login.password);
    await vcenter.fault({ down: true });
    const { code, text } = await project.pulumi(['preview', '--diff'], undefined, { VCF_AI_OFFLINE: '1' });
    assert.equal(code, 0, text);
    for (const resource of [
      'vcf-ai:GpuVmClass: (create)',
      'index/namespace:Namespace: (create)',
      'index/contentLibrary:ContentLibrary: (create)',
      'index/vmStoragePolicy:VmStoragePolicy: (create)',
      'index/virtualMachineClass:VirtualMachineClass: (create)',
    ]) {
      assert.ok(text.includes(resource), `${resource}\n${text}`);
    }
    assert.ok(!text.includes(vcenter.login.password));
    await vcenter.fault({});
    project.write(documentOf());
    await project.password(vcenter.login.password);
  });

  test('refuses wrong credentials in one sentence, and makes nothing', async () => {
    await project.password('wrong');
    const { code, text } = await project.up();
    assert.notEqual(code, 0);
    if (!plugin) assert.match(text, /rejected the login of administrator@vsphere\.local/);
    await assert.rejects(gpuClass(), /404/);
    await project.password(vcenter.login.password);
  });

  test('an update makes it, and a second one changes nothing', async () => {
    const first = await project.up();
    assert.equal(first.code, 0, first.text);
    assert.equal((await gpuClass()).cpu_count, 48);
    const second = await project.up('--expect-no-changes');
    assert.equal(second.code, 0, second.text);
  });

  test('the password is nowhere in clear in the state', async () => {
    const text = await project.done('stack', 'export');
    assert.ok(text.includes(GPU));
    assert.ok(!text.includes(vcenter.login.password));
  });

  test('drift is shown by a refresh and mended by the update', async () => {
    await vcenter.admin(`/classes/${GPU}`, 'PATCH', { cpu_count: 2 });
    const { code, text } = await project.up('--refresh');
    assert.equal(code, 0, text);
    assert.equal((await gpuClass()).cpu_count, 48);
  });

  test('a vCenter that goes down in the middle is an error that says so; the next update ends it', async () => {
    project.write(
      documentOf((vks) => {
        vks.pools.gpu.gpuClass.cpus = 64;
      }),
    );
    await project.password(vcenter.login.password);
    // The tenth request of the update is the one that changes the class; its answer is lost too.
    await vcenter.fault({ loseAnswer: `PATCH ${CLASS}`, downAfter: 10 });
    const { code, text } = await project.up();
    assert.notEqual(code, 0);
    if (!plugin) assert.match(text, /vCenter 127\.0\.0\.1:\d+ cannot be reached for PATCH /);
    await vcenter.fault({});
    const again = await project.up('--refresh');
    assert.equal(again.code, 0, again.text);
    assert.equal((await gpuClass()).cpu_count, 64);
  });

  test('a class that somebody deleted is made again', async () => {
    await vcenter.admin(`/classes/${GPU}`, 'DELETE');
    const { code, text } = await project.up('--refresh');
    assert.equal(code, 0, text);
    assert.equal((await gpuClass()).cpu_count, 64);
  });

  test('destroy leaves nothing, and is content with a class that is gone', async () => {
    await vcenter.admin(`/classes/${GPU}`, 'DELETE');
    const { code, text } = await project.pulumi(['destroy', '--yes', '--skip-preview']);
    assert.equal(code, 0, text);
    await assert.rejects(gpuClass(), /404/);
  });
});
