import { Command, Option } from 'commander';
import type { BillCommandOptions } from './bill';
import type { SpendOptions } from './spend';

const GROUPINGS = ['workload', 'tenant', 'model', 'unit'];
const SHARED = '\nTakes --from, --to, --prices, --ledger, --records, --by and --json as vcf-ai bill does.';
const FORMATS = ['table', 'csv', 'json', 'focus'];

/**
 * `vcf-ai bill`: 0 billed, 1 the input is refused or something has no price, 2 it could not be read. Its options hold for
 * `forecast` and `anomalies` too, of which the second exits with 1 when it finds something.
 */
export function billCommand(): Command {
  const command = new Command('bill')
    .description('bill calls by a price book: totals or lines, and what is not billed and why')
    .requiredOption('--from <date>', 'first day or time, UTC: 2026-06-01 or 2026-06-01T14:30:00Z')
    .requiredOption('--to <date>', 'first day or time that is no longer billed, UTC')
    .requiredOption('--prices <file>', 'price book (YAML or JSON), as docs/billing.md describes it')
    .option('--ledger <place>', 'ledger: file of DuckDB, or postgres://user:password@host/database')
    .option('--records <file>', 'instead of a ledger: its records as JSON Lines')
    .addOption(
      new Option('--by <what>', 'what totals are for (default: workload; csv: every line)').choices(
        GROUPINGS,
      ),
    )
    .option('--units <file>', 'business units with owners (YAML or JSON)')
    .option('--gpu-bills <file>', 'what the GPUs cost in each month (YAML or JSON): adds on-premises cost')
    .addOption(
      new Option('--format <format>', 'focus: CSV in the columns of FOCUS 1.2')
        .choices(FORMATS)
        .default('table'),
    )
    .option('--json', 'the same as --format json')
    .option('--provider <name>', 'who issues the bill, for FOCUS', 'AI platform')
    .option('--out <file>', 'file to write (default: standard output)')
    .action(async (options: BillCommandOptions) => (await import('./bill.js')).bill(options));
  command
    .command('forecast')
    .description('forecast what the days after --to will cost, from --from to --to: two weeks at least')
    .option('--days <n>', 'how many days', '30')
    .addHelpText('after', SHARED)
    .action(async (_: object, own: Command) =>
      (await import('./spend.js')).spendForecast(own.optsWithGlobals<SpendOptions>()),
    );
  command
    .command('anomalies')
    .description(
      'find hours that cost far more or less than the same hour of the weeks before: three weeks at least',
    )
    .action(async (_: object, own: Command) =>
      (await import('./spend.js')).spendAnomalies(own.optsWithGlobals<SpendOptions>()),
    );
  return command;
}
