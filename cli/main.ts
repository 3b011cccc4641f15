import { Command } from 'commander';
import { PlatformError } from '../config';
import { StartError } from '../local/process';
import { BuildError } from '../local/toolchain';
import versions from '../package.json';
import { diagnose, diagnosisTable } from './doctor';
import { localCommand } from './local';
import { start } from './start';
import { validateCommand } from './validate';

const program = new Command('vcf-ai')
  .description('An enterprise AI platform on VMware Cloud Foundation, as code')
  .version(versions.version)
  .showHelpAfterError();

program
  .command('start')
  .description('boot the embedded datacenter, pulumi up, run the functional suite, print the endpoint')
  .option('--state <dir>', 'state folder (default: $VCF_AI_STATE, else .vcf-ai)')
  .action(start);

program
  .command('doctor')
  .description('say for every tool where it is found, which version, whether that will do, and what to do')
  .option('--json', 'print it as JSON')
  .action(async (options: { json?: true }) => {
    const rows = await diagnose();
    console.log(options.json ? JSON.stringify(rows, null, 2) : diagnosisTable(rows));
    if (rows.some(({ ok }) => !ok)) process.exitCode = 1;
  });

program.addCommand(localCommand());
program.addCommand(validateCommand());

/** A user's mistake or a failed step is told without a stack trace; anything else is a bug and keeps it. */
program.parseAsync().catch((error: unknown) => {
  if (error instanceof PlatformError) {
    console.error(error.message);
    process.exitCode = 1;
  } else if (
    error instanceof BuildError ||
    error instanceof StartError ||
    (error as Error).name === 'Error'
  ) {
    console.error(`✗ ${(error as Error).message}`);
    process.exitCode = 2;
  } else {
    console.error(error);
    process.exitCode = 2;
  }
});
