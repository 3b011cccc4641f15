import type * as pulumi from '@pulumi/pulumi';
import { unknownValue } from '@pulumi/pulumi/runtime';
import { linkedOf } from '../config/models/gpus';
import { createClass, deleteClass, readClass, updateClass } from './gpu-class-operations';
import { differences, extraConfigOf, type FoundClass, type GpuClass } from './gpu-class-spec';
import { isVCenterError, type VCenterLogin, withVCenter } from './vcenter';

/** What a GPU VM class is made of. */
export interface GpuClassArgs {
  /** DNS name of the vCenter. */
  readonly server: string;
  readonly user: string;
  /** Configuration key of the password: `<project>:<secret>`. The password itself is no input. */
  readonly passwordKey: string;
  /** Default false. */
  readonly allowUnverifiedSsl?: boolean;
  readonly datacenter: string;
  /** The compute cluster whose hosts have the GPUs. */
  readonly computeCluster: string;
  /** A DNS label, unique in the vCenter. */
  readonly name: string;
  readonly description: string;
  readonly cpus: number;
  /** A multiple of 4. */
  readonly memoryMb: number;
  /** Percent. Default 0. */
  readonly cpuReservation?: number;
  /** vGPU profile as the host calls it: `nvidia_h100xm-80c`. */
  readonly profile: string;
  readonly devices: number;
  /** `Nvidia:4@nvidia_h100xm-80c%NVLink`; absent for one device without a group. */
  readonly deviceGroup?: string;
  /** Address space for the GPUs' memory. */
  readonly mmioGb: number;
  /** Default true. */
  readonly unifiedMemory?: boolean;
}

/** What the state holds: the inputs, what follows from them, and what vCenter says. */
export interface GpuClassState extends Omit<GpuClassArgs, 'deviceGroup' | 'cpuReservation'>, GpuClass {
  /** Places of the devices in the group, as the class has them. */
  readonly sequenceIds?: readonly number[];
  /** The same, as the hosts gave them when the class was made or changed last. */
  readonly hostSequenceIds?: readonly number[];
}

/** Where a class is; changing one of them means another class. */
const PLACE = ['server', 'name'] as const;

/** How it is reached; the class stays as it is, and the state learns the new way. */
const ACCESS = ['user', 'passwordKey', 'allowUnverifiedSsl', 'datacenter', 'computeCluster'] as const;

/** What the engine gives for a property of which it has no value yet. */
const UNKNOWN = unknownValue;

/** The engine hands the stack's whole configuration, with secrets, to the process of dynamic providers alone. */
const settings: { config?: pulumi.dynamic.Config } = {};

const loginOf = ({
  server,
  user,
  passwordKey,
  allowUnverifiedSsl = false,
}: Pick<GpuClassArgs, 'server' | 'user' | 'passwordKey' | 'allowUnverifiedSsl'>): VCenterLogin => {
  const password = settings.config?.get(passwordKey);
  if (password !== undefined && password !== '') return { server, user, password, allowUnverifiedSsl };
  throw new Error(
    `the password of ${user} on vCenter ${server} is not set (pulumi config set --secret ${passwordKey})`,
  );
};

const kept = (state: GpuClassState, found: FoundClass): GpuClassState => ({ ...state, ...found });

/** What can be said of the inputs alone; no vCenter is asked, so that a preview works without one. */
function problemsOf(args: GpuClassArgs): { property: string; reason: string }[] {
  const problems: { property: string; reason: string }[] = [];
  const refuse = (property: keyof GpuClassArgs, wrong: boolean, reason: string) => {
    if (wrong && args[property] !== UNKNOWN) problems.push({ property, reason });
  };
  refuse(
    'name',
    !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(args.name),
    `${JSON.stringify(args.name)} is not a DNS label: lower-case letters, digits and -, 63 at most`,
  );
  refuse(
    'memoryMb',
    args.memoryMb % 4 !== 0,
    `${args.memoryMb} MB is not a multiple of 4, which vCenter requires`,
  );
  const { deviceGroup = '', devices, profile } = args;
  refuse(
    'deviceGroup',
    deviceGroup !== '' && !deviceGroup.startsWith(`Nvidia:${devices}@${profile}%`),
    `${JSON.stringify(deviceGroup)} is not the device group of ${devices} devices of ${profile}, which is Nvidia:${devices}@${profile}%NVLink`,
  );
  refuse(
    'devices',
    devices > 1 && devices <= linkedOf(profile) && deviceGroup === '',
    `${devices} vGPUs without a device group have no NVLink between them`,
  );
  return problems;
}

/**
 * A VM class with GPUs, through the vCenter REST API: the vSphere provider has no word for a device group.
 *
 * The engine keeps this object as text and runs it in a process of its own. What it uses must be plain functions
 * and values of ours, or CommonJS packages.
 */
export const gpuClassProvider: pulumi.dynamic.ResourceProvider = {
  async configure({ config }) {
    settings.config = config;
  },

  async check(_olds, news: GpuClassArgs) {
    const { devices, mmioGb, unifiedMemory = true, cpuReservation = 0, deviceGroup = '' } = news;
    const inputs = {
      ...news,
      cpuReservation,
      deviceGroup,
      memoryReservation: 100,
      extraConfig: extraConfigOf(devices, mmioGb, unifiedMemory),
    };
    return { inputs, failures: problemsOf(news) };
  },

  async diff(_id, olds: GpuClassState, news: GpuClassState) {
    const replaces = PLACE.filter((key) => olds[key] !== news[key]);
    const moved = JSON.stringify(olds.sequenceIds) !== JSON.stringify(olds.hostSequenceIds);
    const accessChanged = ACCESS.some((key) => olds[key] !== news[key]);
    const changes = replaces.length > 0 || moved || accessChanged || differences(olds, news).length > 0;
    return { changes, replaces: [...replaces], deleteBeforeReplace: false };
  },

  async create(inputs: GpuClassState) {
    const found = await withVCenter(loginOf(inputs), (vcenter) => createClass(vcenter, inputs, inputs));
    return { id: inputs.name, outs: { ...kept(inputs, found), hostSequenceIds: found.sequenceIds } };
  },

  async read(id, state: GpuClassState) {
    const found = await withVCenter(loginOf(state), (vcenter) => readClass(vcenter, id));
    return found === undefined ? {} : { id, props: kept(state, found) };
  },

  async update(_id, _olds, news: GpuClassState) {
    const found = await withVCenter(loginOf(news), (vcenter) => updateClass(vcenter, news, news));
    return { outs: { ...kept(news, found), hostSequenceIds: found.sequenceIds } };
  },

  async delete(id, state: GpuClassState) {
    try {
      await withVCenter(loginOf(state), (vcenter) => deleteClass(vcenter, id));
    } catch (error) {
      if (!isVCenterError(error) || error.reason !== 'RESOURCE_IN_USE') throw error;
      throw new Error(`${error.message} (unlink it from every vSphere Namespace, and remove its VMs)`);
    }
  },
};
