import { Command } from 'commander';
import type { ValidateOptions } from './validate';

/** `vcf-ai validate`: 0 when every case passed, 1 when one failed, 2 when the platform could not be asked. */
export function validateCommand(): Command {
  return new Command('validate')
    .description('run the functional suite against the embedded datacenter, with evidence for every case')
    .option('--stack <name>', 'stack whose document is validated', 'local')
    .option('--state <dir>', 'state folder (default: $VCF_AI_STATE, else .vcf-ai in the project)')
    .option(
      '--out <dir>',
      'folder for functional.json and functional.md (default: reports in the state folder)',
    )
    .option('--json', 'print the report as JSON')
    .action(async (options: ValidateOptions) => (await import('./validate.js')).validateStack(options));
}
