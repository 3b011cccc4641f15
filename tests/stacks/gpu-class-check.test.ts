import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as pulumi from '@pulumi/pulumi';
import type { GpuClassArgs } from '../../stacks/gpu-class-provider';
import { requestOf } from '../../stacks/gpu-class-spec';
import { gpuClassArgs, provider } from './gpu-class-case';

const ARGS = gpuClassArgs({ server: 'vcenter.example.com', user: 'administrator@vsphere.local' });

describe('what is refused before a vCenter is asked', () => {
  const reasons = async (changes: Partial<GpuClassArgs>) =>
    (await provider.check({}, { ...ARGS, ...changes })).failures.map(
      ({ property, reason }: { property: string; reason: string }) => `${property}: ${reason}`,
    );

  test('refuses a name that is no DNS label', async () => {
    assert.match((await reasons({ name: 'GPU_H100' })).join(), /^name: "GPU_H100" is not a DNS label/);
  });

  test('refuses memory that is no multiple of 4 MB', async () => {
    assert.match(
      (await reasons({ memoryMb: 786_431 })).join(),
      /^memoryMb: 786431 MB is not a multiple of 4/,
    );
  });

  test('refuses a group of another size than the class, and several GPUs without a group', async () => {
    assert.match(
      (await reasons({ deviceGroup: 'Nvidia:2@nvidia_h100xm-80c%NVLink' })).join(),
      /^deviceGroup: .* is not the device group of 4 devices/,
    );
    assert.match(
      (await reasons({ deviceGroup: '' })).join(),
      /^devices: 4 vGPUs without a device group have no NVLink/,
    );
  });

  test('GPUs without NVLink need no group, and the class has all of them', async () => {
    const profile = 'nvidia_l40s-48c';
    assert.deepEqual(await reasons({ profile, deviceGroup: '' }), []);
    const { config_spec } = requestOf(
      { ...ARGS, profile, deviceGroup: '', extraConfig: {}, cpuReservation: 0, memoryReservation: 100 },
      [],
    );
    const { deviceChange, deviceGroups } = config_spec as {
      deviceChange: { device: { backing: { vgpu: string } } }[];
      deviceGroups?: object;
    };
    assert.deepEqual(
      deviceChange.map(({ device }) => device.backing.vgpu),
      Array(4).fill(profile),
    );
    assert.equal(deviceGroups, undefined);
  });

  test('says nothing about what is not known yet', async () => {
    assert.deepEqual(await reasons({ name: pulumi.runtime.unknownValue }), []);
  });
});
