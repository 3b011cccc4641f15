import { isAtLeast } from '../../base/version';
import versions from '../../versions.json';
import { isVks } from '../defaults-vks';
import type { PlatformDocument, Sound } from '../document';
import { OLDEST_KUBERNETES } from '../gates';
import type { UnplacedMistake } from '../mistakes';
import { minorOf } from '../platform/vks';

type Draft = Sound<PlatformDocument>;

/** That the controllers run on the cluster, and that the embedded datacenter is asked for what it has. */
export function checkControllers({ cluster, controllers }: Draft): UnplacedMistake[] {
  return [...checkKubernetes(cluster), ...(cluster && 'local' in cluster ? checkLocal(controllers) : [])];
}

function checkKubernetes(cluster: Draft['cluster']): UnplacedMistake[] {
  const [kind, version] = versionOf(cluster);
  if (!version || isAtLeast(version, OLDEST_KUBERNETES)) return [];
  return [
    {
      at: ['cluster', kind, 'kubernetesVersion'],
      value: version,
      problem: `Kubernetes ${version} is older than ${OLDEST_KUBERNETES}, the oldest that Envoy AI Gateway 1.x supports`,
      fix: `upgrade the cluster to ${OLDEST_KUBERNETES} or later`,
    },
  ];
}

/** The kind of the cluster and its `<major>.<minor>`; the embedded one's is ours. */
function versionOf(cluster: Draft['cluster']): readonly [kind: string, version?: string] {
  if (isVks(cluster)) {
    const release = cluster.vks?.kubernetesVersion;
    return release === undefined ? ['vks'] : ['vks', minorOf(release)];
  }
  const version = cluster && 'existing' in cluster ? cluster.existing?.kubernetesVersion : undefined;
  return version === undefined ? ['existing'] : ['existing', version];
}

/** What each field may be where host processes do the work, and why. */
function checkLocal(controllers: Draft['controllers'] = {}): UnplacedMistake[] {
  const embedded = versions.tools['ai-gateway'];
  const refuse = (
    field: keyof typeof controllers,
    allowed: unknown,
    problem: string,
    fix = 'remove it',
  ): UnplacedMistake[] => {
    const value = controllers[field];
    return value === undefined || value === allowed
      ? []
      : [{ at: ['controllers', field], value, problem, fix }];
  };
  return [
    ...refuse(
      'aiGatewayVersion',
      embedded,
      `the embedded datacenter runs AI Gateway ${embedded}`,
      `use ${embedded}`,
    ),
    ...refuse(
      'replicas',
      1,
      'the embedded datacenter runs one process for each controller, whatever the number of replicas',
      'use 1',
    ),
    ...refuse('redisUrl', undefined, 'the embedded datacenter runs its own Redis'),
  ];
}
