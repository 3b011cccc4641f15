import { githubReport } from './github';
import { jsonReport } from './json';
import { junitReport } from './junit';
import type { Report } from './report';
import { sarifReport } from './sarif';
import { textReport } from './text';

export { counts, coverage, type Report } from './report';

/** A report in words that somebody reads. None of them ends with a line break. */
export const FORMATS = {
  text: textReport,
  json: jsonReport,
  sarif: sarifReport,
  junit: junitReport,
  github: githubReport,
} as const satisfies Readonly<Record<string, (report: Report) => string>>;

export type Format = keyof typeof FORMATS;
