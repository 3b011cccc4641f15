import type * as pulumi from '@pulumi/pulumi';
import * as vsphere from '@pulumi/vsphere';
import { type Mistake, PlatformError } from '../config';

type Plain<T> =
  T extends pulumi.Input<infer U> ? (U extends object ? { readonly [K in keyof U]: Plain<U[K]> } : U) : T;

/** What a Supervisor is made of, in plain values: what is late cannot be checked. */
export type SupervisorArgs = Plain<vsphere.SupervisorV2Args>;

/** Whose defects they are: read in its source, and run, at the version that versions.json pins. */
const READ_IN = 'the vSphere provider';

const PROXY_FIELDS = ['httpConfig', 'httpsConfig', 'noProxyConfigs', 'tlsRootCaBundle'] as const;

function dropped(path: string, fix: string): Mistake {
  return { path, problem: `${READ_IN} omits it silently`, fix };
}

/** Why a Supervisor cannot be made as it is written: defects of the provider, and what the API would refuse late. */
export function refuseSupervisor(args: SupervisorArgs): Mistake[] {
  const { cluster, zones, controlPlane, workloads } = args;
  const mistakes: Mistake[] = [];
  if ((cluster === undefined) === (zones === undefined)) {
    mistakes.push({
      path: 'cluster',
      problem: 'needs exactly one of cluster and zones',
      fix: 'set the id of one compute cluster, or three zones',
    });
  }
  if (![1, 3].includes(controlPlane.count ?? 3)) {
    mistakes.push({
      path: 'controlPlane.count',
      value: controlPlane.count,
      problem: `a Supervisor has 1 or 3 control plane VMs, not ${controlPlane.count}`,
      fix: 'use 3',
    });
  }
  if (workloads.images !== undefined) {
    mistakes.push(dropped('workloads.images', 'attach content libraries in the vSphere Client'));
  }
  if (workloads.storage !== undefined) {
    mistakes.push(dropped('workloads.storage', 'set the storage of the Supervisor in the vSphere Client'));
  }
  if (workloads.edge.nsx?.egressIpRanges !== undefined) {
    mistakes.push(dropped('workloads.edge.nsx.egressIpRanges', 'set them in NSX'));
  }
  if (workloads.kubeApiServerOptions.security === undefined) {
    mistakes.push({
      path: 'workloads.kubeApiServerOptions',
      problem: `${READ_IN} panics when it is empty`,
      fix: 'set security.certificateDnsNames',
    });
  }
  const { proxy } = controlPlane.network;
  const given = PROXY_FIELDS.filter((field) => proxy?.[field] !== undefined);
  if (proxy?.settingsSource === 'CLUSTER_CONFIGURED' && given.length > 0) {
    mistakes.push({
      path: 'controlPlane.network.proxy',
      problem: `${READ_IN} rejects ${given.join(', ')} with CLUSTER_CONFIGURED, the value that needs them`,
      fix: 'use VC_INHERITED and configure the proxy of the vCenter',
    });
  }
  mistakes.push(
    ...onlyOne('workloads.network', workloads.network, ['vsphere', 'nsx', 'nsxVpc']),
    ...onlyOne('workloads.edge', workloads.edge, ['foundation', 'haproxy', 'nsx', 'nsxAdvanced']),
  );
  return mistakes;
}

function onlyOne<T extends object>(path: string, block: T, kinds: readonly (keyof T & string)[]): Mistake[] {
  const given = kinds.filter((kind) => block[kind] !== undefined);
  if (given.length === 1) return [];
  const said = given.length === 0 ? 'none' : given.join(' and ');
  return [{ path, problem: `needs exactly one block of ${kinds.join(', ')}, and has ${said}` }];
}

/**
 * Enables a Supervisor: an opt-in for who does not do it by hand, with the provider's known defects as refusals.
 *
 * Every change replaces it, it cannot be imported, and it takes up to an hour. It is protected from deletion.
 *
 * @throws PlatformError with everything that is wrong.
 */
export function enableSupervisor(
  name: string,
  args: SupervisorArgs,
  options: pulumi.CustomResourceOptions = {},
): vsphere.SupervisorV2 {
  const mistakes = refuseSupervisor(args);
  if (mistakes.length > 0) throw new PlatformError(mistakes);
  return new vsphere.SupervisorV2(name, args as vsphere.SupervisorV2Args, {
    protect: true,
    // Passwords of load balancers are no secrets in the plugin's schema.
    additionalSecretOutputs: ['workloads'],
    customTimeouts: { create: '90m', delete: '60m' },
    ...options,
  });
}
