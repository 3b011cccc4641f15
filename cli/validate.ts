import { join } from 'node:path';
import { Command } from 'commander';
import { UserError } from '../base/user-error';
import { statusOf } from '../local/client';
import { stateDir } from '../local/paths';
import { type Report, reportText, runFunctionalSuite, writeReport } from '../validation';
import { pulumiEnvironment } from './pulumi';
import { loadCompleteStack, providerKeys, type Stack } from './stack';
import { localTarget } from './target';
import { withProgress } from './ui';

/** Runs the functional suite against the embedded datacenter and keeps its report in the state folder. */
export async function validate(
  stack: Stack,
  state: string,
  { env, out = join(state, 'reports') }: { env?: NodeJS.ProcessEnv; out?: string } = {},
): Promise<Report> {
  const status = await statusOf(state);
  if (!status) throw new UserError(`nothing runs in ${state}; start it with npm start or vcf-ai local up`);
  const expectedKeys = await providerKeys(stack, env ?? (await pulumiEnvironment(state)));
  const report = await withProgress((progress) => {
    progress.step('functional suite');
    return runFunctionalSuite(stack.platform, localTarget(stack.platform, status), {
      expectedKeys,
      onCase: ({ id, title }) => progress.note(`${id} ${title}`),
      onProgress: (text) => progress.note(`waiting ${text}`),
    });
  });
  const { json, markdown } = await writeReport(report, out);
  console.error(`report: ${markdown}\n        ${json}`);
  return report;
}

/** `vcf-ai validate`: 0 when every case passed, 1 when one failed, 2 when the platform could not be asked. */
export function validateCommand(): Command {
  return new Command('validate')
    .description('run the functional suite against the embedded datacenter, with evidence for every case')
    .option('--stack <name>', 'stack whose document is validated', 'local')
    .option('--state <dir>', 'state folder (default: $VCF_AI_STATE, else .vcf-ai)')
    .option(
      '--out <dir>',
      'folder for functional.json and functional.md (default: reports in the state folder)',
    )
    .option('--json', 'print the report as JSON')
    .action(async (options: { stack: string; state?: string; out?: string; json?: true }) => {
      const { stack, state, out } = options;
      const report = await validate(
        loadCompleteStack(stack),
        stateDir(state),
        out === undefined ? {} : { out },
      );
      console.log(options.json ? JSON.stringify(report, null, 2) : reportText(report));
      if (!report.passed) process.exitCode = 1;
    });
}
