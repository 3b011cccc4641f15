import { Command, Option } from 'commander';
import type { ExportOptions } from './export-dashboards';

/** `vcf-ai dashboards …`: the boards for programs that this platform does not run. */
export function dashboardsCommand(): Command {
  const dashboards = new Command('dashboards').description('the dashboards of the platform, as files');
  dashboards
    .command('export')
    .description('write one JSON file per dashboard, to import by hand or to keep in a repository')
    .addOption(
      new Option('--to <program>', 'the program that reads them')
        .choices(['grafana', 'perses'])
        .makeOptionMandatory(),
    )
    .requiredOption('--out <dir>', 'folder to write them into')
    .option('--project <name>', 'project of Perses that they are for', 'ai-platform')
    .option(
      '--runbooks <url>',
      'address of the folder with runbooks that Grafana links to (default: no link)',
    )
    .action(async (options: ExportOptions) => {
      const { exportDashboards } = await import('./export-dashboards.js');
      const files = exportDashboards(options);
      console.log([...files, `${files.length} dashboards for ${options.to}`].join('\n'));
    });
  return dashboards;
}
