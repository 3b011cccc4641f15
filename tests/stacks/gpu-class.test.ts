import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, describe, test } from 'node:test';
import { serializeFunction } from '@pulumi/pulumi/runtime/closure/serializeClosure';
import { createClass, deleteClass, readClass } from '../../stacks/gpu-class-operations';
import { type GpuClassArgs, type GpuClassState, gpuClassProvider } from '../../stacks/gpu-class-provider';
import { differences } from '../../stacks/gpu-class-spec';
import { type VCenter, type VCenterLogin, withVCenter } from '../../stacks/vcenter';
import { gpuClassArgs, NAME, PASSWORD_KEY, provider } from './gpu-class-case';
import { startVCenter, type VCenterStandIn } from './vcsim';

const CLASSES = '/api/vcenter/namespace-management/virtual-machine-classes';

/** As the program does it: before anything is configured, which only the engine's process is. */
const kept = serializeFunction(() => gpuClassProvider, { allowSecrets: true }).then(({ text }) => text);

describe('the GPU VM class on the vCenter stand-in', () => {
  let vcenter: VCenterStandIn;
  let args: GpuClassArgs;

  const configure = (password?: string) =>
    provider.configure({
      config: { get: (key: string) => (key === PASSWORD_KEY ? password : undefined) },
    });
  const checked = async (changes: Partial<GpuClassArgs> = {}): Promise<GpuClassState> => {
    const { inputs, failures } = await provider.check({}, { ...args, ...changes });
    assert.deepEqual(failures, []);
    return inputs;
  };
  const make = async (changes: Partial<GpuClassArgs> = {}) => provider.create(await checked(changes));
  const found = (login: VCenterLogin = vcenter.login) => withVCenter(login, (api) => readClass(api, NAME));
  const impatient = <T>(work: (api: VCenter) => Promise<T>, timeoutMs = 5000) =>
    withVCenter(vcenter.login, work, { timeoutMs, retries: 1, pauseMs: 10 });

  before(async () => {
    await kept;
    vcenter = await startVCenter();
    args = gpuClassArgs(vcenter.login);
    await configure(vcenter.login.password);
  });
  afterEach(async () => {
    await vcenter.fault({});
    await withVCenter(vcenter.login, (api) => deleteClass(api, NAME));
    await configure(vcenter.login.password);
  });
  after(() => vcenter.stop());

  test('it says that it is a stand-in', async () => {
    const said = (await vcenter.admin('')) as { standIn: boolean; kind: string };
    assert.deepEqual([said.standIn, said.kind], [true, 'vcenter']);
  });

  test("four GPUs are made as one device group, with the sequence ids of the hosts' own template", async () => {
    const { id, outs } = await make();
    assert.equal(id, NAME);
    assert.deepEqual(outs.sequenceIds, [101, 102, 103, 104]);
    const { body } =
      (await vcenter.requests()).filter((r) => r.method === 'POST' && r.path === CLASSES).at(-1) ?? {};
    assert.deepEqual(
      [
        body.cpu_count,
        body.memory_MB,
        body.memory_reservation,
        body.config_spec.memoryReservationLockedToMax,
      ],
      [48, 786_432, 100, true],
    );
    assert.deepEqual(body.config_spec.deviceGroups.deviceGroup, [
      {
        _typeName: 'VirtualMachineVirtualDeviceGroupsVendorDeviceGroup',
        groupInstanceKey: -1,
        deviceGroupName: 'Nvidia:4@nvidia_h100xm-80c%NVLink',
      },
    ]);
    assert.equal(body.config_spec.deviceChange.length, 4);
    const settings = body.config_spec.extraConfig.map((one: { key: string; value: { _value: string } }) => [
      one.key,
      one.value._value,
    ]);
    assert.deepEqual(Object.fromEntries(settings), {
      'pciPassthru.use64bitMMIO': 'TRUE',
      'pciPassthru.64bitMMIOSizeGB': '512',
      ...Object.fromEntries([0, 1, 2, 3].map((i) => [`pciPassthru${i}.cfg.enable_uvm`, '1'])),
    });
  });

  test('what was made and read back differs in nothing from what is wanted', async () => {
    const inputs = await checked();
    const { id, outs } = await provider.create(inputs);
    assert.equal((await provider.diff(id, outs, inputs)).changes, false);
    const { props } = await provider.read(id, outs);
    assert.equal((await provider.diff(id, props, inputs)).changes, false);
  });

  test('drift is seen by a refresh, and mended by an update', async () => {
    const inputs = await checked();
    const { id, outs } = await provider.create(inputs);
    await vcenter.admin(`/classes/${NAME}`, 'PATCH', { cpu_count: 2, memory_reservation: 0 });
    const { props } = await provider.read(id, outs);
    assert.deepEqual(differences(props, inputs), ['cpus', 'memoryReservation']);
    assert.deepEqual(await provider.diff(id, props, inputs), {
      changes: true,
      replaces: [],
      deleteBeforeReplace: false,
    });
    const updated = await provider.update(id, props, inputs);
    assert.equal((await provider.diff(id, updated.outs, inputs)).changes, false);
    assert.equal((await found())?.cpus, 48);
  });

  test('a device group that somebody took out of the class is drift too', async () => {
    const inputs = await checked();
    const { id, outs } = await provider.create(inputs);
    await vcenter.admin(`/classes/${NAME}`, 'PATCH', {
      config_spec: { _typeName: 'VirtualMachineConfigSpec', memoryReservationLockedToMax: true },
    });
    const { props } = await provider.read(id, outs);
    assert.equal(props.devices, 0);
    assert.equal((await provider.diff(id, props, inputs)).changes, true);
    await provider.update(id, props, inputs);
    assert.deepEqual((await found())?.sequenceIds, [101, 102, 103, 104]);
  });

  test('another size is an update, another name another class', async () => {
    const { id, outs } = await make();
    const larger = await checked({ cpus: 96, mmioGb: 1024 });
    assert.deepEqual((await provider.diff(id, outs, larger)).replaces, []);
    await provider.update(id, outs, larger);
    assert.equal((await found())?.extraConfig['pciPassthru.64bitMMIOSizeGB'], '1024');
    const renamed = await checked({ name: 'gpu-h100-four' });
    assert.deepEqual((await provider.diff(id, outs, renamed)).replaces, ['name']);
  });

  test('a class that is gone is read as gone, and deleting it again is fine', async () => {
    const { id, outs } = await make();
    await vcenter.admin(`/classes/${NAME}`, 'DELETE');
    assert.deepEqual(await provider.read(id, outs), {});
    await provider.delete(id, outs);
  });

  test('a class that an update made and forgot is taken over', async () => {
    await make();
    const again = await make();
    assert.deepEqual(again.outs.sequenceIds, [101, 102, 103, 104]);
  });

  test('every session is ended', async () => {
    await make();
    const seen = await vcenter.requests();
    const logins = seen.filter((r) => r.method === 'POST' && r.path === '/api/session' && r.status === 201);
    const ends = seen.filter((r) => r.method === 'DELETE' && r.path === '/api/session');
    assert.ok(logins.length > 0);
    assert.equal(logins.length, ends.length);
  });

  test('the password is in no state, no text of the provider and no record', async () => {
    const { outs } = await make();
    for (const place of [JSON.stringify(outs), await kept, readFileSync(vcenter.recordFile, 'utf8')]) {
      assert.ok(!place.includes(vcenter.login.password));
    }
  });

  test('the text that the engine keeps works by itself, and names no folder of this machine', async () => {
    const text = await kept;
    assert.ok(!text.includes(process.cwd()));
    const required = [...text.matchAll(/require\("([^"]+)"\)/g)].map(([, name]) => name);
    assert.deepEqual([...new Set(required)], ['undici/index.js']);
    const alone = require('require-from-string')(text).handler();
    await alone.configure({ config: { get: () => vcenter.login.password } });
    const { inputs } = await alone.check({}, args);
    const { id, outs } = await alone.create(inputs);
    assert.equal((await alone.diff(id, outs, inputs)).changes, false);
    await alone.delete(id, outs);
  });

  describe('faults', () => {
    test('refuses wrong credentials with what to check, and makes nothing', async () => {
      await configure('wrong');
      await assert.rejects(make(), {
        message:
          /^vCenter 127\.0\.0\.1:\d+ rejected the login of administrator@vsphere\.local \(check cluster\.vks\.vcenter\.user and the secret/,
      });
      assert.equal(await found(), undefined);
    });

    test('refuses a password that is not set, by the command that sets it', async () => {
      await configure(undefined);
      await assert.rejects(make(), {
        message: /pulumi config set --secret vcf-ai-platform:vcenter-password/,
      });
    });

    test('refuses a certificate that nobody vouches for', async () => {
      await assert.rejects(make({ allowUnverifiedSsl: false }), {
        message: /has a certificate that is not trusted: .*NODE_EXTRA_CA_CERTS/,
      });
    });

    test('refuses a vCenter that is not there', async () => {
      const login = { ...vcenter.login, server: '127.0.0.1:1' };
      await assert.rejects(
        withVCenter(login, (api) => readClass(api, NAME), { pauseMs: 10 }),
        {
          trouble: 'unreachable',
          message: /vCenter 127\.0\.0\.1:1 cannot be reached for POST \/api\/session: .*ECONNREFUSED/,
        },
      );
    });

    test('refuses to wait for ever: a slow answer is an error with the time', async () => {
      await vcenter.fault({ slowMs: 3000 });
      await assert.rejects(
        impatient((api) => readClass(api, NAME), 200),
        {
          trouble: 'silent',
          message: /did not answer POST \/api\/session within 0\.2 s/,
        },
      );
    });

    test('slow answers within the patience are waited for', async () => {
      await vcenter.fault({ slowMs: 100 });
      assert.equal((await make()).id, NAME);
    });

    test('an answer of 503 is asked for again', async () => {
      const inputs = await checked();
      await impatient(async (api) => {
        await vcenter.fault({ status: 503, times: 1 });
        assert.equal((await createClass(api, inputs, inputs)).cpus, 48);
      });
    });

    test('an answer that is lost after the work was done is no failure, and makes no second class', async () => {
      await vcenter.fault({ loseAnswer: `POST ${CLASSES}` });
      assert.equal((await make()).id, NAME);
      await vcenter.fault({ loseAnswer: `DELETE ${CLASSES}` });
      await provider.delete(NAME, await checked());
      assert.equal(await found(), undefined);
    });

    test('wherever vCenter goes down there is the whole class or none, and the next attempt has it', async () => {
      const inputs = await checked();
      for (let downAfter = 0; ; downAfter += 1) {
        await vcenter.fault({ downAfter });
        const outcome = await impatient((api) => createClass(api, inputs, inputs)).then(
          () => 'made',
          (error) => {
            assert.match(error.message, /^vCenter 127\.0\.0\.1:\d+ cannot be reached for /);
            return 'failed';
          },
        );
        await vcenter.fault({});
        const left = await found();
        if (left !== undefined) assert.deepEqual(differences(left, inputs), []);
        if (outcome === 'made') {
          assert.ok(downAfter > 5, `${downAfter}`);
          break;
        }
        assert.equal((await make()).outs.cpus, 48);
        await withVCenter(vcenter.login, (api) => deleteClass(api, NAME));
      }
    });

    test('refuses a class of the name that is somebody else’s, and leaves it as it is', async () => {
      await withVCenter(vcenter.login, (api) =>
        api.call('POST', CLASSES, { id: NAME, cpu_count: 2, memory_MB: 4096 }),
      );
      await assert.rejects(make(), {
        message: /VM class gpu-h100-4 already exists .*: it has .*cpus 2 instead of 48/,
      });
      assert.equal((await found())?.cpus, 2);
    });

    test('refuses a device group that no host offers, by those that they offer', async () => {
      await assert.rejects(
        make({ profile: 'nvidia_h100xm-40c', deviceGroup: 'Nvidia:4@nvidia_h100xm-40c%NVLink' }),
        {
          message:
            /none of the 3 connected hosts of DC0_C0 offers the device group Nvidia:4@nvidia_h100xm-40c%NVLink; they offer Nvidia:4@nvidia_h100xm-80c%NVLink/,
        },
      );
    });

    test('refuses a compute cluster that is not there', async () => {
      await assert.rejects(make({ computeCluster: 'dc0_c0' }), {
        message: /compute cluster dc0_c0 of datacenter DC0 does not exist/,
      });
    });

    test('refuses to delete a class that a vSphere Namespace has, and says which', async () => {
      const { id, outs } = await make();
      const instances = '/api/vcenter/namespaces/instances';
      await withVCenter(vcenter.login, async (api) => {
        const { items } = (await api.call(
          'GET',
          '/api/vcenter/namespace-management/supervisors/summaries',
        )) as { items: { supervisor: string }[] };
        const spec = { vm_classes: [NAME], content_libraries: [] };
        await api.call('POST', `${instances}/v2`, {
          namespace: 'models',
          supervisor: items[0]?.supervisor,
          vm_service_spec: spec,
        });
      });
      await assert.rejects(provider.delete(id, outs), {
        message: /RESOURCE_IN_USE: .*\[models\] \(unlink it from every vSphere Namespace/,
      });
      await withVCenter(vcenter.login, (api) => api.call('DELETE', `${instances}/models`));
    });
  });
});
