import { endText } from '../validation/report/ends';
import { reportJson, writeLoadReport } from '../validation/report/write';
import { withProgress } from './ui';

export interface LoadReportOptions {
  readonly json?: true;
}

/** `vcf-ai load report`: 0 where the report was written, whatever the run came to; 2 where its records are no run. */
export async function reportLoad(dir: string, { json }: LoadReportOptions): Promise<void> {
  const made = await withProgress(async (progress) => {
    progress.step('report');
    return writeLoadReport(dir);
  });
  if (json) process.stdout.write(reportJson(made.report));
  else console.log(`${endText(made.report.run.end)}\nreport: ${made.page}\n        ${made.json}`);
}
