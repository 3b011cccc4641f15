import { textTable } from '../base/text-table';
import { down, statusOf, up } from '../local/client';
import type { DatacenterStatus } from '../local/datacenter';
import { stateDir } from '../local/paths';
import { pulumiEnvironment } from './pulumi';
import { runningIn } from './running';
import { withProgress } from './ui';

export interface StateOption {
  readonly state?: string;
}

export interface UpOptions extends StateOption {
  readonly controlPlaneOnly?: true;
  readonly gpuNodes?: number;
  readonly withSupervisor?: true;
  readonly withProcess?: number;
  readonly json?: true;
}

const broken = (status: DatacenterStatus) => status.components.filter(({ state }) => state !== 'running');
const isWhole = (status: DatacenterStatus) => !status.starting && broken(status).length === 0;

function statusText(status: DatacenterStatus): string {
  const rows = status.components.map(({ name, state, pid, address, detail }) => [
    ...[name, detail ? `${state}: ${detail}` : state],
    ...[pid ?? '', address ?? ''],
  ]);
  const dead = broken(status);
  const lines = [textTable(['component', 'state', 'pid', 'address'], rows)];
  for (const { name, state, log } of dead) lines.push(`✗ ${name} is ${state}; its log: ${log}`);
  if (dead.length > 0) lines.push('fix: vcf-ai local up');
  if (status.starting) lines.push('it is starting; vcf-ai local up waits for it');
  if (status.note) lines.push(`note: ${status.note}`);
  return lines.join('\n');
}

/** Starts the datacenter; the exit code is 1 when a component of it does not run. */
export async function upLocal(options: UpOptions): Promise<void> {
  const daemon = {
    state: stateDir(options.state),
    dataPlane: options.controlPlaneOnly !== true,
    ...(options.gpuNodes !== undefined && { gpuNodes: options.gpuNodes }),
    ...(options.withSupervisor && { supervisor: true }),
    ...(options.withProcess !== undefined && { parent: options.withProcess }),
  };
  const status = await withProgress((progress) => up(daemon, progress));
  console.log(options.json ? JSON.stringify(status, null, 2) : statusText(status));
  if (!isWhole(status)) process.exitCode = 1;
}

/** Says how each component does; the exit code is 1 when one does not run, 2 when nothing does. */
export async function tellStatus(options: StateOption & { readonly json?: true }): Promise<void> {
  const state = stateDir(options.state);
  const status = await statusOf(state);
  if (!status) {
    console.log(
      options.json
        ? JSON.stringify({ state, running: false })
        : `no datacenter runs in ${state}; start it with vcf-ai local up`,
    );
    process.exitCode = 2;
    return;
  }
  console.log(options.json ? JSON.stringify(status, null, 2) : statusText(status));
  if (!isWhole(status)) process.exitCode = 1;
}

/** Stops every process. */
export async function downLocal(options: StateOption): Promise<void> {
  const state = stateDir(options.state);
  console.log(
    (await down(state)) ? `stopped; its stored data is in ${state}` : `no datacenter was running in ${state}`,
  );
}

/** @throws UserError when nothing runs */
export async function tellKubeconfig(options: StateOption): Promise<void> {
  const { kubeconfig } = await runningIn(stateDir(options.state), 'start it with vcf-ai local up');
  console.log(kubeconfig);
}

/** Prints what plain `pulumi` and `kubectl` need, as exports of a shell. */
export async function tellEnvironment(options: StateOption): Promise<void> {
  const environment = await pulumiEnvironment(stateDir(options.state));
  for (const [name, value] of Object.entries(environment)) {
    console.log(`export ${name}='${value.replaceAll("'", "'\\''")}'`);
  }
}
