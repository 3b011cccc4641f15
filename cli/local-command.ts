import { Command } from 'commander';
import { wholeNumber } from '../local/stand-ins/options';
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
    .action(async (options: UpOptions) => (await actions()).upLocal(options));

  command('status', 'say for every component whether it runs; 1 when one does not, 2 when nothing runs')
    .option('--json', 'print it as JSON')
    .action(async (options: StateOption & { json?: true }) => (await actions()).tellStatus(options));

  command('down', 'stop every process of it; what it stored stays').action(async (options: StateOption) =>
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
