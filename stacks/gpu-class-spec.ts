import type { GroupMember } from './device-group';

/** What a GPU VM class is, in the same words as wanted and as found. */
export interface GpuClass {
  /** A DNS label. */
  readonly name: string;
  readonly description: string;
  readonly cpus: number;
  readonly memoryMb: number;
  /** Percent. */
  readonly cpuReservation: number;
  /** Percent; a VM with GPUs does not start below 100. */
  readonly memoryReservation: number;
  /** vGPU profile of every device. */
  readonly profile: string;
  readonly devices: number;
  /** Vendor device group; empty for one device without a group. */
  readonly deviceGroup: string;
  /** Advanced settings of the VM, by key. */
  readonly extraConfig: Readonly<Record<string, string>>;
}

/** The fields by which a class that was found is compared with the wanted one. */
export const COMPARED = [
  'description',
  'cpus',
  'memoryMb',
  'cpuReservation',
  'memoryReservation',
  'profile',
  'devices',
  'deviceGroup',
  'extraConfig',
] as const satisfies readonly (keyof GpuClass)[];

/** A class as vCenter has it, with the places of its devices in the group. */
export interface FoundClass extends GpuClass {
  readonly sequenceIds: readonly number[];
}

/** The key of the group inside the spec; negative, because it is new to the VM. */
const GROUP_KEY = -1;

/** Device keys of a spec are temporary and negative; below those that other devices of a class may have. */
const FIRST_DEVICE_KEY = -1000;

/**
 * The advanced settings of a VM with GPUs: room for their memory in the address space, and unified memory,
 * which NVLink multicast needs.
 */
export function extraConfigOf(
  devices: number,
  mmioGb: number,
  unifiedMemory: boolean,
): Record<string, string> {
  const uvm = Array.from({ length: unifiedMemory ? devices : 0 }, (_, index) => [
    `pciPassthru${index}.cfg.enable_uvm`,
    '1',
  ]);
  return {
    'pciPassthru.use64bitMMIO': 'TRUE',
    'pciPassthru.64bitMMIOSizeGB': `${mmioGb}`,
    ...Object.fromEntries(uvm),
  };
}

/**
 * The members of a class's group, once they are what the class asks for.
 *
 * @throws Error when the host's group has another number of GPUs of the profile.
 */
export function fittingMembers(wanted: GpuClass, members: readonly GroupMember[]): readonly GroupMember[] {
  const gpus = members.filter(({ profile }) => profile === wanted.profile);
  if (gpus.length === wanted.devices) return members;
  throw new Error(
    `the device group ${wanted.deviceGroup} of the hosts has ${gpus.length} devices of profile ${wanted.profile}, and the class ${wanted.name} needs ${wanted.devices}`,
  );
}

const single = ({ profile }: GpuClass) => ({
  _typeName: 'VirtualPCIPassthroughVmiopBackingInfo',
  vgpu: profile,
});

/** The body of a POST or PATCH; `members` are those of the host's device group, none where NVLink joins none. */
export function requestOf(wanted: GpuClass, members: readonly GroupMember[]): Record<string, unknown> {
  const grouped = wanted.deviceGroup !== '';
  const devices = grouped
    ? members.map(({ backing, sequenceId }) => ({
        backing,
        deviceGroupInfo: {
          _typeName: 'VirtualDeviceDeviceGroupInfo',
          groupInstanceKey: GROUP_KEY,
          sequenceId,
        },
      }))
    : Array.from({ length: wanted.devices }, () => ({ backing: single(wanted) }));
  return {
    description: wanted.description,
    cpu_count: wanted.cpus,
    memory_MB: wanted.memoryMb,
    cpu_reservation: wanted.cpuReservation,
    memory_reservation: wanted.memoryReservation,
    config_spec: {
      _typeName: 'VirtualMachineConfigSpec',
      memoryReservationLockedToMax: wanted.memoryReservation === 100,
      ...(grouped && {
        deviceGroups: {
          _typeName: 'VirtualMachineVirtualDeviceGroups',
          deviceGroup: [
            {
              _typeName: 'VirtualMachineVirtualDeviceGroupsVendorDeviceGroup',
              groupInstanceKey: GROUP_KEY,
              deviceGroupName: wanted.deviceGroup,
            },
          ],
        },
      }),
      deviceChange: devices.map((device, index) => ({
        _typeName: 'VirtualDeviceConfigSpec',
        operation: 'add',
        device: { _typeName: 'VirtualPCIPassthrough', key: FIRST_DEVICE_KEY - index, ...device },
      })),
      extraConfig: Object.entries(wanted.extraConfig).map(([key, value]) => ({
        _typeName: 'OptionValue',
        key,
        value: { _typeName: 'string', _value: value },
      })),
    },
  };
}

interface Answer {
  readonly id: string;
  readonly description?: string;
  readonly cpu_count: number;
  /** The older reference spells it so, the newer one in lower case. */
  readonly memory_MB?: number;
  readonly memory_mb?: number;
  readonly cpu_reservation?: number;
  readonly memory_reservation?: number;
  readonly config_spec?: {
    readonly deviceGroups?: { readonly deviceGroup?: readonly { readonly deviceGroupName?: string }[] };
    readonly deviceChange?: readonly {
      readonly device?: {
        readonly backing?: { readonly vgpu?: string };
        readonly deviceGroupInfo?: { readonly sequenceId: number };
      };
    }[];
    readonly extraConfig?: readonly { readonly key: string; readonly value?: unknown }[];
  };
}

/** A value of any type is wrapped in the JSON form of the vim API. */
const textOf = (value: unknown) =>
  String(typeof value === 'object' && value !== null && '_value' in value ? value._value : value);

/** What vCenter says of a class. */
export function foundClass(answer: unknown): FoundClass {
  const found = answer as Answer;
  const { deviceGroups, deviceChange = [], extraConfig = [] } = found.config_spec ?? {};
  const gpus = deviceChange.flatMap(({ device }) => device?.backing?.vgpu ?? []);
  return {
    name: found.id,
    description: found.description ?? '',
    cpus: found.cpu_count,
    memoryMb: found.memory_MB ?? found.memory_mb ?? 0,
    cpuReservation: found.cpu_reservation ?? 0,
    memoryReservation: found.memory_reservation ?? 0,
    profile: [...new Set(gpus)].sort().join(','),
    devices: gpus.length,
    deviceGroup: (deviceGroups?.deviceGroup ?? []).map((group) => group.deviceGroupName).join(','),
    extraConfig: Object.fromEntries(extraConfig.map(({ key, value }) => [key, textOf(value)])),
    sequenceIds: deviceChange.flatMap(({ device }) => device?.deviceGroupInfo?.sequenceId ?? []),
  };
}

const canonical = (value: unknown) =>
  typeof value === 'object' && value !== null
    ? JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : JSON.stringify(value);

/** The fields in which two classes differ. */
export function differences(one: Partial<GpuClass>, other: Partial<GpuClass>): (typeof COMPARED)[number][] {
  return COMPARED.filter((field) => canonical(one[field]) !== canonical(other[field]));
}

/** The differences in words: `cpus 2 instead of 48`. */
export function describeDifferences(found: GpuClass, wanted: GpuClass): string {
  return differences(found, wanted)
    .map((field) => `${field} ${JSON.stringify(found[field])} instead of ${JSON.stringify(wanted[field])}`)
    .join(', ');
}
