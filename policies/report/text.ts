import { formatFindings } from '../../base/finding';
import { counts, type Report } from './report';

/** For people: a line for each finding, and at the end what was judged. */
export function textReport({ subject, file, objects, findings, known, exempted, skipped }: Report): string {
  const { errors, warnings } = counts(findings);
  const summary = [
    `${subject}${file === undefined ? '' : ` (${file})`}: ${objects} objects, ${errors} errors, ${warnings} warnings`,
    ...(known.length > 0 ? [`${known.length} known from the baseline`] : []),
    ...(exempted.length > 0 ? [`${exempted.length} exempted`] : []),
    ...(skipped.length > 0 ? [`${skipped.length} documents that are not Kubernetes objects skipped`] : []),
  ].join(', ');
  return [formatFindings(findings), summary].filter(Boolean).join('\n');
}
