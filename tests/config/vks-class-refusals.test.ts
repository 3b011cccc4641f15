import { test } from 'node:test';
import { refuses } from './vks-refused';

test('refuses memory that is not a multiple of 4 MB', () => {
  refuses(
    (vks) => {
      vks.pools.gpu.gpuClass.memory = '786430Mi';
    },
    'pools.gpu.gpuClass.memory',
    /not a multiple of 4 MB.*use 786428Mi/,
  );
});

test('refuses a GPU class without all of its memory reserved', () => {
  refuses(
    (vks) => {
      vks.pools.gpu.gpuClass.memoryReservation = 50;
    },
    'pools.gpu.gpuClass.memoryReservation',
    /50 % of the memory is reserved.*use 100/,
  );
});

test('refuses a device group of other devices', () => {
  refuses(
    (vks) => {
      vks.pools.gpu.gpuClass.deviceGroup = 'Nvidia:8@nvidia_h100xm-80c%NVLink';
    },
    'pools.gpu.gpuClass.deviceGroup',
    /not the device group of 4 nvidia_h100xm-80c.*use Nvidia:4@nvidia_h100xm-80c%NVLink/,
  );
});

test('refuses an NVLink group of GPUs that have none, or fewer', () => {
  for (const [profile, said] of [
    ['nvidia_l40s-48c', /no host offers a group of nvidia_l40s-48c: these GPUs have no NVLink.*remove it/],
    ['nvidia_h100l-94c', /a group of 4 nvidia_h100l-94c: NVLink joins 2 of these GPUs/],
  ] as const) {
    refuses(
      (vks) => {
        vks.pools.gpu.gpuClass.profile = profile;
        vks.pools.gpu.gpuClass.deviceGroup = `Nvidia:4@${profile}%NVLink`;
      },
      'pools.gpu.gpuClass.deviceGroup',
      said,
    );
  }
});

test('refuses a device group that no host offers', () => {
  refuses(
    (vks) => {
      vks.pools.gpu.gpuClass.deviceGroup = '4 x H100';
    },
    'pools.gpu.gpuClass.deviceGroup',
    /is not a device group such as Nvidia:4@/,
  );
});

test('refuses a part of a GPU', () => {
  refuses(
    (vks) => {
      vks.pools.gpu.gpuClass.profile = 'nvidia_h100xm-40c';
    },
    'pools.gpu.gpuClass.profile',
    /not a known vGPU profile of a whole GPU.*has no NVLink.*nvidia_h100xm-80c/,
  );
});

test('refuses an address space for devices that is no power of two', () => {
  refuses(
    (vks) => {
      vks.pools.gpu.gpuClass.mmio = '600Gi';
    },
    'pools.gpu.gpuClass.mmio',
    /not a power of two.*use 1Ti/,
  );
});

test('refuses two classes of one name', () => {
  refuses(
    (vks) => {
      vks.vmClasses = { 'gpu-4x-h100': { cpus: 4, memory: '16Gi' } };
    },
    'pools.gpu.gpuClass.name',
    /VM class gpu-4x-h100 already exists/,
  );
});

test('refuses a class that nobody knows the size of', () => {
  refuses(
    (vks) => {
      vks.pools.system.vmClass = 'guaranteed-larg';
    },
    'pools.system.vmClass',
    /the size of guaranteed-larg is unknown.*did you mean guaranteed-large/,
  );
});
