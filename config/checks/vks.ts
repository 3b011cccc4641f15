import ipaddr from 'ipaddr.js';
import { isAtLeast } from '../../base/version';
import { isVks } from '../defaults-vks';
import type { GpuPoolDocument, PlatformDocument, Sound, VksDocument } from '../document';
import type { Path, UnplacedMistake } from '../mistakes';
import { minorOf } from '../platform/vks';
import { checkVmClasses } from './vks-classes';
import { checkGpuPool } from './vks-gpu';

type Draft = Sound<VksDocument>;

const AT: Path = ['cluster', 'vks'];

/** Kubernetes that a ClusterClass makes, oldest and newest, as far as its release notes say. */
const CLASS_VERSIONS: Readonly<Record<string, readonly [oldest: string, newest: string]>> = {
  'v3.6': ['1.32', '1.35'],
  'v3.7': ['1.33', '1.36'],
};

/** That a cluster that the platform makes agrees with itself; what runs on it is planned later. */
export function checkVks({ cluster }: Sound<PlatformDocument>): UnplacedMistake[] {
  if (!isVks(cluster) || cluster.vks === undefined) return [];
  const { vks } = cluster;
  return [
    ...checkVersion(vks),
    ...checkNetwork(vks),
    ...checkVSphere(vks),
    ...checkStorage(vks),
    ...checkVmClasses(AT, vks),
    ...checkPoolSizes(vks),
    ...checkGpuPool([...AT, 'pools', 'gpu'], vks),
    ...checkGpuOperator(vks),
  ];
}

function checkVersion({ kubernetesVersion, clusterClass }: Draft): UnplacedMistake[] {
  if (kubernetesVersion === undefined || clusterClass === undefined) return [];
  const [, release = ''] = /-(v3\.[0-9]+)\./.exec(clusterClass) ?? [];
  const [oldest, newest] = CLASS_VERSIONS[release] ?? [];
  const minor = minorOf(kubernetesVersion);
  if (oldest === undefined || newest === undefined) return [];
  if (isAtLeast(minor, oldest) && isAtLeast(newest, minor)) return [];
  return [
    {
      at: [...AT, 'kubernetesVersion'],
      value: kubernetesVersion,
      problem: `${clusterClass} supports Kubernetes ${oldest} to ${newest}, and this release is ${minor}`,
      fix: 'use a release in this range, or another clusterClass',
    },
  ];
}

interface Network {
  readonly at: Path;
  readonly cidr: string;
}

function checkNetwork({ network }: Draft): UnplacedMistake[] {
  if (network === undefined) return [];
  const at = [...AT, 'network'];
  const own: Network[] = (['pods', 'services'] as const).flatMap((field) => {
    const cidr = network[field];
    return cidr === undefined ? [] : [{ at: [...at, field], cidr }];
  });
  const reserved: Network[] = (network.reserved ?? []).flatMap((cidr, index) =>
    cidr === undefined ? [] : [{ at: [...at, 'reserved', `${index}`], cidr }],
  );
  const malformed = [...own, ...reserved].flatMap(refuseNetwork);
  if (malformed.length > 0) return malformed;
  const [pods, services] = own;
  return [
    ...(pods && services ? refuseOverlap(services, pods) : []),
    ...own.flatMap((one) => reserved.flatMap((other) => refuseOverlap(one, other))),
  ];
}

function refuseNetwork({ at, cidr }: Network): UnplacedMistake[] {
  if (!ipaddr.IPv4.isValidCIDR(cidr)) {
    return [
      { at, value: cidr, problem: `${cidr} is not an IPv4 network`, fix: 'use one such as 172.20.0.0/16' },
    ];
  }
  const first = `${ipaddr.IPv4.networkAddressFromCIDR(cidr)}/${cidr.split('/')[1]}`;
  if (first === cidr) return [];
  return [
    { at, value: cidr, problem: `${cidr} is not the first address of its network`, fix: `use ${first}` },
  ];
}

function refuseOverlap(one: Network, other: Network): UnplacedMistake[] {
  const [a, b] = [ipaddr.IPv4.parseCIDR(one.cidr), ipaddr.IPv4.parseCIDR(other.cidr)];
  if (!a[0].match(b[0], Math.min(a[1], b[1]))) return [];
  return [
    {
      at: one.at,
      value: one.cidr,
      problem: `${one.cidr} overlaps ${other.at.at(-2) === 'reserved' ? 'the reserved network' : other.at.at(-1)} ${other.cidr}: pods cannot reach the addresses in both`,
      fix: 'use another private network; it cannot be changed after the cluster is created',
    },
  ];
}

/** What the platform makes in vSphere takes a vCenter and the Supervisor's id. */
function checkVSphere({ vcenter, supervisor, namespace, pools, vmClasses = {} }: Draft): UnplacedMistake[] {
  const findings: UnplacedMistake[] = [];
  const managed = namespace?.manage === true;
  const made = [
    ...(managed ? ['the vSphere Namespace'] : []),
    ...(pools?.gpu?.gpuClass === undefined ? [] : ['the GPU class']),
    ...Object.entries(vmClasses).flatMap(([name, one]) =>
      one?.create === true ? [`the VM class ${name}`] : [],
    ),
  ];
  if (vcenter === undefined && made.length > 0) {
    findings.push({
      at: [...AT, 'vcenter'],
      problem: `is required: the platform creates ${made.join(', ')} in it`,
      fix: 'add it, or use existing objects: namespace.manage false, and vmClass instead of gpuClass',
    });
  }
  if (managed && supervisor !== undefined && !('id' in supervisor)) {
    findings.push({
      at: [...AT, 'supervisor', 'id'],
      problem: 'is required: vCenter creates the vSphere Namespace for the Supervisor with this id',
      fix: 'take it from GET /api/vcenter/namespace-management/supervisors/summaries',
    });
  }
  if (managed && (namespace.storagePolicies ?? []).length === 0 && !('tagPolicy' in namespace)) {
    findings.push({
      at: [...AT, 'namespace', 'storagePolicies'],
      problem: 'is empty: without a storage policy the vSphere Namespace has no StorageClass for nodes',
      fix: 'add a storage policy, or tagPolicy',
    });
  }
  return findings;
}

/** The StorageClass of a storage policy: lower case, and - for what a label cannot hold. */
export function storageClassOf(policy: string): string {
  return policy
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

function checkStorage({ storage, namespace }: Draft): UnplacedMistake[] {
  if (storage === undefined) return [];
  const findings: UnplacedMistake[] = [];
  const volumes = (storage.volumes ?? []).filter((name): name is string => name !== undefined);
  if (storage.default !== undefined && volumes.length > 0 && !volumes.includes(storage.default)) {
    findings.push({
      at: [...AT, 'storage', 'default'],
      value: storage.default,
      problem: `${storage.default} is not in volumes (${volumes.join(', ')}), so the cluster would have no such StorageClass`,
      fix: 'add it to volumes',
    });
  }
  if (namespace?.manage !== true) return findings;
  const policies = (namespace.storagePolicies ?? []).filter((name): name is string => name !== undefined);
  const own = namespace.tagPolicy?.name;
  const known = [...policies, ...(own === undefined ? [] : [own])].map(storageClassOf);
  if (known.length === 0) return findings;
  const used: [Path, string | undefined][] = [
    [['nodes'], storage.nodes],
    ...volumes.map((name, index): [Path, string] => [
      'volumes' in storage && storage.volumes ? ['volumes', `${index}`] : ['default'],
      name,
    ]),
  ];
  for (const [field, name] of used) {
    if (name === undefined || known.includes(name.replace(/-latebinding$/, ''))) continue;
    findings.push({
      at: [...AT, 'storage', ...field],
      value: name,
      problem: `no storage policy of the vSphere Namespace provides the StorageClass ${name}: they provide ${known.join(', ')}`,
      fix: 'add the policy to namespace.storagePolicies',
    });
  }
  return findings;
}

function checkPoolSizes({ pools }: Draft): UnplacedMistake[] {
  return Object.entries(pools ?? {}).flatMap(([name, pool]) => {
    const { replicas, min, max } = (pool ?? {}) as Sound<GpuPoolDocument>;
    const at = [...AT, 'pools', name];
    if (min !== undefined && max !== undefined && max < min) {
      return [
        {
          at: [...at, 'max'],
          value: max,
          problem: `max ${max} is less than min ${min}`,
          fix: `use ${min} or more`,
        },
      ];
    }
    if (replicas === undefined || max === undefined) return [];
    return [
      {
        at: [...at, 'replicas'],
        value: replicas,
        problem:
          'replicas and the bounds of an autoscaler exclude each other: each would undo the changes of the other',
        fix: 'keep replicas, or keep min and max',
      },
    ];
  });
}

function checkGpuOperator({ gpuOperator, pools }: Draft): UnplacedMistake[] {
  if (gpuOperator === undefined || pools === undefined || 'gpu' in pools) return [];
  return [
    {
      at: [...AT, 'gpuOperator'],
      problem: 'has no effect without a GPU pool',
      fix: 'remove it, or add pools.gpu',
    },
  ];
}
