import { Command, CommanderError } from 'commander';
import { PlatformError } from '../base/mistake';
import { UserError } from '../base/user-error';
import { writtenStack } from '../base/written';
import { version } from '../package.json';
import { arrivalsCommand } from './arrivals-command';
import { auditCommand } from './audit-command';
import { benchCommand } from './bench-command';
import { billCommand } from './bill-command';
import { checkCommand } from './check-command';
import { dashboardsCommand } from './dashboards-command';
import { datasetCommand } from './dataset-command';
import { diffCommand } from './diff-command';
import { ledgerCommand } from './ledger-command';
import { loadCommand } from './load-command';
import { localCommand } from './local-command';
import { newCommand } from './new-command';
import { pricesCommand } from './prices-command';
import { validateCommand } from './validate-command';

const program = new Command('vcf-ai')
  .description('An enterprise AI platform on VMware Cloud Foundation, as code')
  .version(version)
  .showHelpAfterError();

program
  .command('start')
  .description('boot the embedded datacenter, pulumi up, run the functional suite, print the endpoint')
  .option('--state <dir>', 'state folder (default: $VCF_AI_STATE, else .vcf-ai in the project)')
  .action(async (options: { state?: string }) => (await import('./start.js')).start(options));

program.addCommand(checkCommand());
program.addCommand(diffCommand());
program.addCommand(newCommand());
program.addCommand(dashboardsCommand());
program.addCommand(datasetCommand());
program.addCommand(ledgerCommand());
program.addCommand(localCommand());
program.addCommand(validateCommand());
program.addCommand(billCommand());
program.addCommand(pricesCommand());
program.addCommand(auditCommand());
program.addCommand(loadCommand());
program.addCommand(arrivalsCommand());
program.addCommand(benchCommand());

program
  .command('explain')
  .argument(
    '<what>',
    'a rule (R02), a field of the document (gateway.cpu), or an object (gateway/ai-gateway/ai-gateway)',
  )
  .description('explain a rule, the allowed and current value of a field, or the origin of an object')
  .option('--stack <name>', 'stack whose file and objects are used', 'local')
  .action(async (what: string, { stack }: { stack: string }) => {
    const { explain } = await import('./explain.js');
    console.log(explain(what, stack));
  });

program
  .command('synth')
  .description('print or write every object that pulumi up would apply; offline, secrets as placeholders')
  .option('--stack <name>', 'stack to synthesize', 'local')
  .option('--out <dir>', 'folder to write one file per object into (default: print them as one YAML stream)')
  .option('--json', 'print it as JSON: the objects, or with --out what changed in the folder')
  .action(async ({ stack, out, json }: { stack: string; out?: string; json?: true }) => {
    const { relativePath } = await import('./relative-path.js');
    const { stackFile } = await import('./stack.js');
    const { synthesize, synthText, writeObjects, writtenText } = await import('./synth.js');
    const objects = synthesize(stack);
    console.error(`${stack}: ${relativePath(stackFile(stack))}`);
    if (out === undefined) {
      process.stdout.write(json ? `${JSON.stringify(objects, null, 2)}\n` : synthText(objects));
      return;
    }
    const written = writeObjects(objects, out);
    console.log(json ? JSON.stringify({ stack, ...written }, null, 2) : writtenText(written, out));
  });

program
  .command('doctor')
  .description(
    'list for every tool its location, its version, whether the version is sufficient, and what to do',
  )
  .option('--json', 'print it as JSON')
  .action(async (options: { json?: true }) => {
    const { diagnose, diagnosisTable } = await import('./doctor.js');
    const rows = await diagnose();
    console.log(options.json ? JSON.stringify(rows, null, 2) : diagnosisTable(rows));
    if (rows.some(({ ok }) => !ok)) process.exitCode = 1;
  });

program
  .command('tools')
  .description('build the missing tools of the embedded datacenter')
  .option('--tests', 'also build the tools that only the tests of this repository need')
  .option('--clean', 'remove tools of other versions and files of interrupted builds, and build nothing')
  .action(async ({ tests, clean }: { tests?: true; clean?: true }) => {
    const { cleanToolchain, ensureToolchain } = await import('../local/toolchain/index.js');
    const { withProgress } = await import('./ui.js');
    await withProgress(async (progress) => {
      if (clean) await cleanToolchain(progress);
      else await ensureToolchain(progress, { forTests: tests === true });
    });
  });

/** A help text or a wrong option ends the command, and not the process. */
function endAlone(command: Command): void {
  command.exitOverride();
  for (const each of command.commands) endAlone(each);
}

endAlone(program);

/** What the system refuses, such as a full disk, is no bug either. */
const isOfSystem = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error;

/**
 * Runs the command, and says on standard error what ended it before its end; the exit code of the process is set.
 *
 * @param args Its arguments, without the program.
 */
export async function runCommand(args: readonly string[]): Promise<void> {
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      // It has said why already.
      process.exitCode = error.exitCode;
      return;
    }
    if (error instanceof PlatformError) console.error(error.message);
    else if (error instanceof UserError || isOfSystem(error)) console.error(`✗ ${error.message}`);
    else {
      if (error instanceof Error && error.stack) error.stack = writtenStack(error.stack);
      console.error(error);
    }
    process.exitCode = error instanceof UserError ? error.exitCode : 2;
  }
}
