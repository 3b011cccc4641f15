import { Command } from 'commander';
import { wholeNumber } from '../local/stand-ins/options';
import type { DashboardsOptions } from './dashboards';
import type { StateOption, UpOptions } from './local';

/** What the commands do takes a while to load, and no help text waits for it. */
const actions = () => import('./local.js');

/** `vcf-ai local …`: the embedded datacenter of one state folder. */
export function localCommand(): Command {
  const local = new Command('local').description(
    'the embedded datacenter: a real control plane and data plane on this machine',
  );
  const command = (name: string, description: string) =>
    local
      .command(name)
      .description(description)
      .option('--state <dir>', 'state folder (default: $VCF_AI_STATE, else .vcf-ai in the project)');

  command('up', 'start it, or restart components that have stopped; builds missing tools')
    .option('--control-plane-only', 'without controllers, proxies, stand-ins and Prometheus')
    .option(
      '--gpu-nodes <n>',
      'number of nodes with four GPUs each (default: 1, or the existing nodes)',
      wholeNumber(1),
    )
    .option(
      '--with-supervisor',
      'with a second control plane as the Supervisor: nodes are created for a Cluster (cluster.vks)',
    )
    .option('--with-process <pid>', 'stop the datacenter when this process ends', Number)
    .option('--json', 'print the status as JSON')
    .action(async (options: UpOptions) => (await actions()).upLocal(options));

  command(
    'status',
    'show the state of every component; exit code 1 if a component is down, 2 if nothing runs',
  )
    .option('--json', 'print it as JSON')
    .action(async (options: StateOption & { json?: true }) => (await actions()).tellStatus(options));

  command('dashboards', 'serve the dashboards to a browser on this machine, until it is interrupted')
    .option('--prometheus <url>', 'another Prometheus, such as one that kubectl port-forward reaches')
    .option('--port <n>', 'port on 127.0.0.1 (default: 10090, or a free one)', wholeNumber(1))
    .option('--json', 'print the addresses as JSON')
    .action(async (options: DashboardsOptions) => (await import('./dashboards.js')).tellDashboards(options));

  command('down', 'stop all its processes; its stored data remains').action(async (options: StateOption) =>
    (await actions()).downLocal(options),
  );

  command('kubeconfig', 'print the path of its kubeconfig').action(async (options: StateOption) =>
    (await actions()).tellKubeconfig(options),
  );

  command(
    'env',
    'print shell exports for plain `pulumi` and `kubectl`: eval "$(npx vcf-ai local env)"',
  ).action(async (options: StateOption) => (await actions()).tellEnvironment(options));
  return local;
}
