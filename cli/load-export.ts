import { join } from 'node:path';
import { aiperfExport } from '../validation/export/aiperf';
import { type ExportedFile, type ExportProps, writeExport } from '../validation/export/exported';
import { locustExport } from '../validation/export/locust';
import { refuseOverLimits } from './load-apps';
import { type JobOptions, jobExport } from './load-job';
import { type LoadPlanOptions, type MadePlan, makePlan, openPlan, planText } from './load-plan';
import { loadCompleteStack } from './stack';

export interface LoadExportOptions extends Omit<LoadPlanOptions, 'out'>, JobOptions {
  readonly to: 'locust' | 'aiperf' | 'job';
  readonly plan?: string;
  readonly target: string;
  readonly timeScale: number;
  readonly out: string;
}

/** `vcf-ai load export`. */
export async function exportLoad(options: LoadExportOptions): Promise<void> {
  const { to, target, timeScale, out } = options;
  const made = await madeOf(options);
  const { plan, bodies } = made;
  const files = EXPORTS[to]({ plan, bodies, target, timeScale }, options);
  const written = writeExport(out, files);
  if (options.json) console.log(JSON.stringify({ out, files: written }, null, 2));
  else
    console.log(
      `${planText(made)}\n${out}: ${written.join(', ')}\nnext: ${join(out, 'README.md')} has the commands`,
    );
}

const EXPORTS: Readonly<
  Record<LoadExportOptions['to'], (props: ExportProps, options: JobOptions) => ExportedFile[]>
> = {
  locust: locustExport,
  aiperf: aiperfExport,
  job: jobExport,
};

async function madeOf(options: LoadExportOptions): Promise<MadePlan> {
  const { plan, corpus, out, timeScale } = options;
  if (plan !== undefined && corpus !== undefined) return openPlan(plan, corpus);
  const { platform } = loadCompleteStack(options.stack);
  const made = await makePlan(options, platform, `${out}.corpus`);
  refuseOverLimits(platform, made, timeScale);
  return made;
}
