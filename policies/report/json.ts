import type { Report } from './report';

/** For programs: the report as it is. A later run takes it as its baseline. */
export function jsonReport(report: Report): string {
  return JSON.stringify(report, null, 2);
}
