import { join } from 'node:path';
import { stateDir } from '../local/paths';
import { type Report, reportText, runFunctionalSuite, writeReport } from '../validation';
import { pulumiEnvironment } from './pulumi';
import { runningIn } from './running';
import { loadCompleteStack, providerKeys, type Stack } from './stack';
import { localTarget } from './target';
import { withProgress } from './ui';

/** Runs the functional suite against the embedded datacenter and keeps its report in the state folder. */
export async function validate(
  stack: Stack,
  state: string,
  { env, out = join(state, 'reports') }: { env?: NodeJS.ProcessEnv; out?: string } = {},
): Promise<Report> {
  const status = await runningIn(state, 'start it with npm start or vcf-ai local up');
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

export interface ValidateOptions {
  readonly stack: string;
  readonly state?: string;
  readonly out?: string;
  readonly json?: true;
}

/** Validates a stack and prints the report; the exit code is 1 when a case failed. */
export async function validateStack({ stack, state, out, json }: ValidateOptions): Promise<void> {
  const report = await validate(loadCompleteStack(stack), stateDir(state), out === undefined ? {} : { out });
  console.log(json ? JSON.stringify(report, null, 2) : reportText(report));
  if (!report.passed) process.exitCode = 1;
}
