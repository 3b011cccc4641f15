import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRun } from '../load/run-folder';
import { reportPage } from './page';
import { type LoadReport, reportOf } from './report';

/** Names of what a report adds to the folder of a run. */
export const REPORT_FILES = { page: 'report.html', json: 'report.json' } as const;

export interface WrittenReport {
  readonly report: LoadReport;
  /** Paths. */
  readonly page: string;
  readonly json: string;
}

/** The text of `report.json`. */
export const reportJson = (report: LoadReport): string => `${JSON.stringify(report, null, 2)}\n`;

/**
 * Makes the report of a run from its records, into its folder.
 *
 * @throws UserError where a record is missing or was changed.
 */
export function writeLoadReport(folder: string): WrittenReport {
  const report = reportOf(readRun(folder));
  const [page, json] = [join(folder, REPORT_FILES.page), join(folder, REPORT_FILES.json)];
  writeFileSync(page, reportPage(report));
  writeFileSync(json, reportJson(report));
  return { report, page, json };
}
