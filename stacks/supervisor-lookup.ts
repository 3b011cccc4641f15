import type { VCenter } from './vcenter';

interface Summaries {
  readonly items: readonly {
    readonly supervisor: string;
    readonly info: {
      readonly name: string;
      readonly config_status: string;
      readonly kubernetes_status: string;
    };
  }[];
}

/**
 * The id of a Supervisor that can be given work.
 *
 * @throws Error when the vCenter has no such Supervisor, naming those that it has, or when it does not run yet.
 */
export async function readySupervisor(vcenter: VCenter, id: string): Promise<string> {
  const path = '/api/vcenter/namespace-management/supervisors/summaries';
  const { items } = (await vcenter.call('GET', path)) as Summaries;
  const found = items.find(({ supervisor }) => supervisor === id);
  if (found === undefined) {
    const others = items.map(({ supervisor, info }) => `${supervisor} (${info.name})`).join(', ');
    throw new Error(
      `the vCenter has no Supervisor ${id}; it has ${others === '' ? 'none: enable one first' : others}`,
    );
  }
  const { name, config_status, kubernetes_status } = found.info;
  if (config_status !== 'RUNNING' || kubernetes_status !== 'READY') {
    throw new Error(
      `Supervisor ${name} is ${config_status} and its Kubernetes ${kubernetes_status}: wait until it is RUNNING and READY`,
    );
  }
  return id;
}
