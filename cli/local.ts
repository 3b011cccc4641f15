import Table from 'cli-table3';
import { Command } from 'commander';
import { UserError } from '../base/user-error';
import { down, statusOf, up } from '../local/client';
import type { DatacenterStatus } from '../local/datacenter';
import { stateDir } from '../local/paths';
import { wholeNumber } from '../local/stand-ins/options';
import { pulumiEnvironment } from './pulumi';
import { withProgress } from './ui';

interface StateOption {
  readonly state?: string;
}

const broken = (status: DatacenterStatus) => status.components.filter(({ state }) => state !== 'running');
const isWhole = (status: DatacenterStatus) => !status.starting && broken(status).length === 0;

function statusText(status: DatacenterStatus): string {
  const table = new Table({
    head: ['component', 'state', 'pid', 'address'],
    style: { head: [], border: [] },
  });
  for (const { name, state, pid, address, detail } of status.components) {
    table.push([name, detail ? `${state}: ${detail}` : state, pid ?? '', address ?? '']);
  }
  const dead = broken(status);
  const lines = [table.toString()];
  for (const { name, state, log } of dead) lines.push(`✗ ${name} is ${state}; its log: ${log}`);
  if (dead.length > 0) lines.push('fix: vcf-ai local up');
  if (status.starting) lines.push('it is being started; vcf-ai local up waits for it');
  if (status.note) lines.push(`note: ${status.note}`);
  return lines.join('\n');
}

/** `vcf-ai local …`: the embedded datacenter of one state folder. */
export function localCommand(): Command {
  const local = new Command('local').description(
    'the embedded datacenter: a real control plane and data plane on this machine',
  );
  const command = (name: string, description: string) =>
    local
      .command(name)
      .description(description)
      .option('--state <dir>', 'state folder (default: $VCF_AI_STATE, else .vcf-ai)');

  command('up', 'start it, or start again what died; makes the tools that are missing')
    .option('--control-plane-only', 'no controllers, proxies, stand-ins and Prometheus')
    .option(
      '--gpu-nodes <n>',
      'nodes with four GPUs each (default: 1, or those that are there)',
      wholeNumber(1),
    )
    .option(
      '--with-supervisor',
      'with a second control plane that plays the Supervisor: nodes come with a Cluster (cluster.vks)',
    )
    .option('--with-process <pid>', 'end the datacenter when this process ends', Number)
    .option('--json', 'print the status as JSON')
    .action(
      async (
        options: StateOption & {
          controlPlaneOnly?: true;
          gpuNodes?: number;
          withSupervisor?: true;
          withProcess?: number;
          json?: true;
        },
      ) => {
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
      },
    );

  command('status', 'say for every component whether it runs; 1 when one does not, 2 when nothing runs')
    .option('--json', 'print it as JSON')
    .action(async (options: StateOption & { json?: true }) => {
      const state = stateDir(options.state);
      const status = await statusOf(state);
      if (!status) {
        console.log(
          options.json
            ? JSON.stringify({ state, running: false })
            : `nothing runs in ${state}; start it with vcf-ai local up`,
        );
        process.exitCode = 2;
        return;
      }
      console.log(options.json ? JSON.stringify(status, null, 2) : statusText(status));
      if (!isWhole(status)) process.exitCode = 1;
    });

  command('down', 'stop every process of it; what it stored stays').action(async (options: StateOption) => {
    const state = stateDir(options.state);
    console.log((await down(state)) ? `stopped; what it stored is in ${state}` : `nothing ran in ${state}`);
  });

  command('kubeconfig', 'print the path of its kubeconfig').action(async (options: StateOption) => {
    const status = await statusOf(stateDir(options.state));
    if (!status)
      throw new UserError(`nothing runs in ${stateDir(options.state)}; start it with vcf-ai local up`);
    console.log(status.kubeconfig);
  });

  command(
    'env',
    'print shell exports for plain `pulumi` and `kubectl`: eval "$(npx vcf-ai local env)"',
  ).action(async (options: StateOption) => {
    const environment = await pulumiEnvironment(stateDir(options.state));
    for (const [name, value] of Object.entries(environment)) {
      console.log(`export ${name}='${value.replaceAll("'", "'\\''")}'`);
    }
  });
  return local;
}
