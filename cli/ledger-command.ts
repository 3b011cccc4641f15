import { Command } from 'commander';
import type { CorrectOptions, ExportOptions, IngestOptions, StoreOptions, VerifyOptions } from './ledger';

/** The databases take a while to load, and no help text waits for them. */
const actions = () => import('./ledger.js');

/** `vcf-ai ledger …`: 0 done, 1 refused or found to be changed, 2 it could not be done. */
export function ledgerCommand(): Command {
  const ledger = new Command('ledger').description(
    'the ledger: one record for each call, from the access log of the gateway; what bills are made of',
  );
  const command = (name: string, description: string) =>
    ledger
      .command(name)
      .description(description)
      .option(
        '--store <place>',
        'file of DuckDB, or postgres://… (default: $VCF_AI_LEDGER, else ledger.duckdb in the state folder)',
      )
      .option('--json', 'print the result as JSON');
  const segments = '--segments <dir>';

  command('ingest', 'read what is new in access logs; what was read before is not read twice')
    .argument('<file...>', 'access logs; give rotated ones too after several rotations')
    .option('--follow', 'go on as the files grow, across rotations, until SIGINT or SIGTERM')
    .option('--retry', 'with --follow: wait for a store that cannot be reached, and go on where it was')
    .option(
      '--rotate <size>',
      'with --follow and --reopen: rename a file of that size, such as 64Mi, and delete it when it is read',
    )
    .option('--reopen <url>', "Envoy's address for it: http://127.0.0.1:19000/reopen_logs")
    .action(async (files: string[], options: IngestOptions) => (await actions()).ingest(files, options));

  command('status', 'show what the ledger holds, and how far each file is read').action(
    async (options: StoreOptions) => (await actions()).tellStatus(options),
  );

  command('close', 'close a month: its rows are final, what comes later for it is a correction')
    .argument('<month>', 'a month that is over, as 2026-11')
    .action(async (month: string, options: StoreOptions) => (await actions()).close(month, options));

  command('verify', 'find rows, closed months and segments that were changed; exit code 1 if there are any')
    .option(segments, 'folder of the segments (default: <store>.segments beside a file of DuckDB)')
    .action(async (options: VerifyOptions) => (await actions()).verify(options));

  command('export', 'write the segments that are full or a day old to Parquet files; or print a month')
    .option(segments, 'folder of the segments (default: <store>.segments beside a file of DuckDB)')
    .option('--all', 'also the rows that are no full segment yet')
    .option(
      '--period <month>',
      'instead print the rows of a month as lines of JSON, always in the same order',
    )
    .action(async (options: ExportOptions) => (await actions()).exportLedger(options));

  command('correct', 'add a row of differences for a record that is wrong; the record itself stays')
    .argument('<id>', 'the unique_id of the record')
    .requiredOption('--tokens <differences>', 'what to add to its counts: output=-12,reasoning=-4')
    .requiredOption('--reason <text>', 'why it was wrong')
    .action(async (id: string, options: CorrectOptions) => (await actions()).correct(id, options));
  return ledger;
}
