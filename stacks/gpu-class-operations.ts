import { type GroupMember, type HostsOf, readDeviceGroup } from './device-group';
import {
  describeDifferences,
  differences,
  type FoundClass,
  fittingMembers,
  foundClass,
  type GpuClass,
  requestOf,
} from './gpu-class-spec';
import { isVCenterError, type VCenter } from './vcenter';

const CLASSES = '/api/vcenter/namespace-management/virtual-machine-classes';

const pathOf = (name: string) => `${CLASSES}/${encodeURIComponent(name)}`;

const isMissing = (error: unknown) => isVCenterError(error) && error.reason === 'NOT_FOUND';

/** No answer is no refusal: the work may have been done. */
const isLost = (error: unknown) =>
  isVCenterError(error) && (error.trouble === 'unreachable' || error.trouble === 'silent');

/** The class as it is; undefined when it is not there. */
export async function readClass(vcenter: VCenter, name: string): Promise<FoundClass | undefined> {
  try {
    return foundClass(await vcenter.call('GET', pathOf(name)));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

const membersFor = async (
  vcenter: VCenter,
  wanted: GpuClass,
  hosts: HostsOf,
): Promise<readonly GroupMember[]> =>
  wanted.deviceGroup === ''
    ? []
    : fittingMembers(wanted, await readDeviceGroup(vcenter, hosts, wanted.deviceGroup));

/**
 * Makes the class, reads it back, and takes it away again when vCenter kept something else than was asked.
 *
 * A class of the name that is already as wanted, description and all, is taken over: it is what an update that
 * was stopped in the middle left.
 */
export async function createClass(vcenter: VCenter, wanted: GpuClass, hosts: HostsOf): Promise<FoundClass> {
  const members = await membersFor(vcenter, wanted, hosts);
  const there = await readClass(vcenter, wanted.name);
  if (there !== undefined) {
    if (differences(there, wanted).length === 0) return there;
    throw new Error(
      `VM class ${wanted.name} already exists and was created by another stack or by hand: it has ${describeDifferences(there, wanted)} (choose another name, or remove it in the vSphere Client)`,
    );
  }
  try {
    await vcenter.call('POST', CLASSES, { id: wanted.name, ...requestOf(wanted, members) });
  } catch (error) {
    // Whether it was made decides; a vCenter that is gone for good fails again here, and says so.
    if (!isLost(error)) throw error;
    const made = await readClass(vcenter, wanted.name);
    if (made === undefined) throw error;
  }
  const made = await readClass(vcenter, wanted.name);
  if (made !== undefined && differences(made, wanted).length === 0) return made;
  await deleteClass(vcenter, wanted.name);
  throw new Error(
    made === undefined
      ? `vCenter accepted VM class ${wanted.name} but did not create it`
      : `vCenter created VM class ${wanted.name} with other settings, so it was removed again: it has ${describeDifferences(made, wanted)}`,
  );
}

/** Sets the class to what is wanted and reads it back. VMs keep what they were made with until they are made anew. */
export async function updateClass(vcenter: VCenter, wanted: GpuClass, hosts: HostsOf): Promise<FoundClass> {
  const members = await membersFor(vcenter, wanted, hosts);
  await vcenter.call('PATCH', pathOf(wanted.name), requestOf(wanted, members));
  const now = await readClass(vcenter, wanted.name);
  if (now !== undefined && differences(now, wanted).length === 0) return now;
  throw new Error(
    now === undefined
      ? `VM class ${wanted.name} was deleted while it was changed`
      : `vCenter did not change VM class ${wanted.name} as requested: it has ${describeDifferences(now, wanted)}`,
  );
}

/** Removes the class; one that is gone already is as good. */
export async function deleteClass(vcenter: VCenter, name: string): Promise<void> {
  try {
    await vcenter.call('DELETE', pathOf(name));
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
