import type { VCenter } from './vcenter';

/** One device of a vendor device group, as the host's template has it. */
export interface GroupMember {
  /** vGPU profile; absent for a device that is no vGPU. */
  readonly profile?: string;
  /** Which place in the group; the host's to say. */
  readonly sequenceId: number;
  /** The template's backing, as it came. */
  readonly backing: unknown;
}

interface Template {
  readonly deviceGroupName: string;
  readonly componentDeviceInfo?: readonly {
    readonly device: {
      readonly backing?: { readonly vgpu?: string };
      readonly deviceGroupInfo?: { readonly sequenceId: number };
    };
  }[];
}

/** Where the hosts are. */
export interface HostsOf {
  readonly datacenter: string;
  readonly computeCluster: string;
}

function only<T>(found: readonly T[], what: string): T {
  const [one, ...others] = found;
  if (one === undefined) throw new Error(`${what} does not exist (names are case-sensitive)`);
  if (others.length > 0) throw new Error(`${what} exists ${found.length} times: names must be unique`);
  return one;
}

const membersOf = ({ componentDeviceInfo = [] }: Template): GroupMember[] =>
  componentDeviceInfo.map(({ device }) => {
    const { backing, deviceGroupInfo } = device;
    if (deviceGroupInfo === undefined) throw new Error('a member of the group has no sequence id');
    return {
      ...(backing?.vgpu !== undefined && { profile: backing.vgpu }),
      sequenceId: deviceGroupInfo.sequenceId,
      backing,
    };
  });

/**
 * The members of a vendor device group, from the hosts that offer it.
 *
 * @throws Error when the datacenter or cluster is not there, no connected host offers the group, or two hosts
 *   describe it differently: a VM class fits one description.
 */
export async function readDeviceGroup(
  vcenter: VCenter,
  { datacenter, computeCluster }: HostsOf,
  group: string,
): Promise<GroupMember[]> {
  const list = (path: string) => vcenter.call('GET', path) as Promise<Record<string, string>[]>;
  const place = only(
    await list(`/api/vcenter/datacenter?names=${encodeURIComponent(datacenter)}`),
    `datacenter ${datacenter}`,
  );
  const cluster = only(
    await list(
      `/api/vcenter/cluster?names=${encodeURIComponent(computeCluster)}&datacenters=${place.datacenter}`,
    ),
    `compute cluster ${computeCluster} of datacenter ${datacenter}`,
  );
  const hosts = await list(`/api/vcenter/host?clusters=${cluster.cluster}`);
  const connected = hosts.filter(({ connection_state }) => connection_state === 'CONNECTED');
  const browser = (await vcenter.vim(
    'GET',
    `/ClusterComputeResource/${cluster.cluster}/environmentBrowser`,
  )) as { value: string };
  const offers: { host: string; members: GroupMember[] }[] = [];
  const others = new Set<string>();
  for (const { host, name } of connected) {
    const target = (await vcenter.vim('POST', `/EnvironmentBrowser/${browser.value}/QueryConfigTarget`, {
      _typeName: 'QueryConfigTargetRequestType',
      host: { _typeName: 'ManagedObjectReference', type: 'HostSystem', value: host },
    })) as { vendorDeviceGroupInfo?: Template[] } | undefined;
    for (const template of target?.vendorDeviceGroupInfo ?? []) {
      if (template.deviceGroupName !== group) others.add(template.deviceGroupName);
      else offers.push({ host: name ?? host ?? '', members: membersOf(template) });
    }
  }
  const [first, ...rest] = offers;
  if (first === undefined) {
    const instead = others.size === 0 ? 'no device group' : [...others].sort().join(', ');
    throw new Error(
      `none of the ${connected.length} connected hosts of ${computeCluster} offers the device group ${group}; they offer ${instead} (check the host driver, Shared Direct graphics, and the name)`,
    );
  }
  const different = rest.find(({ members }) => JSON.stringify(members) !== JSON.stringify(first.members));
  if (different !== undefined) {
    throw new Error(
      `hosts ${first.host} and ${different.host} describe the device group ${group} differently (install the same driver version on all hosts)`,
    );
  }
  return first.members;
}
