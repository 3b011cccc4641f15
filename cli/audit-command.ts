import { Command } from 'commander';
import type { AuditOptions } from './audit-input';

/** `vcf-ai audit`: 0 everything agrees, 1 a gap or a drift, or the input is refused, 2 inconclusive or it could not be read. */
export function auditCommand(): Command {
  return new Command('audit')
    .description(
      'compare what is billed with what gateway, model servers and providers counted (--from … --prometheus), and what models tell with a count of their texts (--samples)',
    )
    .option('--from <date>', 'first day or time, UTC: 2026-06-01 or 2026-06-01T14:30:00Z')
    .option('--to <date>', 'first day or time that is no longer audited, UTC')
    .option('--ledger <place>', 'ledger: file of DuckDB, or postgres://user:password@host/database')
    .option('--records <file>', 'instead of a ledger: its records as JSON Lines')
    .option('--prometheus <url>', 'Prometheus that scrapes the gateway and the model servers')
    .option(
      '--provider-report <file...>',
      'usage that providers report: CSV or JSON, as docs/billing.md describes it',
    )
    .option('--unreported <model...>', 'models of which nothing upstream tells tokens')
    .option('--prices <file>', 'price book, for its aliases: names of models in answers')
    .option('--samples <file>', 'texts and the tokens that models told of them, as JSON Lines')
    .option(
      '--expect <model=ratio...>',
      'told by counted tokens of a model that has another vocabulary than gpt-oss',
    )
    .option('--metrics <file>', 'write what was found for Prometheus, for the textfile collector')
    .option('--json', 'print the result as JSON')
    .action(async (options: AuditOptions) => (await import('./audit.js')).audit(options));
}
