import { formatFindings } from '../../base/finding';
import { counts, coverage, type Report } from './report';

/** For people: a line for each finding, and at the end what was judged. */
export function textReport(report: Report): string {
  const { subject, file, findings, known, exempted, skipped } = report;
  const { errors, warnings, infos } = counts(findings);
  const summary = [
    `${subject}${file === undefined ? '' : ` (${file})`}: ${coverage(report)}, ${errors} errors, ${warnings} warnings`,
    ...(infos > 0 ? [`${infos} infos`] : []),
    ...(known.length > 0 ? [`${known.length} known from the baseline`] : []),
    ...(exempted.length > 0 ? [`${exempted.length} exempted`] : []),
    ...(skipped.length > 0 ? [`${skipped.length} documents that are not Kubernetes objects skipped`] : []),
  ].join(', ');
  return [formatFindings(findings), summary].filter(Boolean).join('\n');
}
