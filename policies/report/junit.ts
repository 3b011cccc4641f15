import type builder from 'junit-report-builder';
import { type Finding, formatFindings, formatPlace } from '../../base/finding';
import { coverage, type Report } from './report';

/** JUnit's XML: a suite for each rule, a failed case for each finding; one case that passed when there is none. An info fails nothing. */
export function junitReport(report: Report): string {
  const { subject, findings } = report;
  // Loaded by who asks for this format alone: it takes as long as a tenth of a check.
  const builders: typeof builder = require('junit-report-builder');
  const junit = builders.newBuilder();
  for (const [rule, found] of grouped(findings)) {
    const suite = junit.testSuite().name(rule);
    for (const finding of found) {
      const { object, pointer, problem, at } = finding;
      const test = suite
        .testCase()
        .className(object)
        .name(pointer || '/');
      if (at !== undefined) test.file(formatPlace(at));
      if (finding.severity === 'info') test.standardOutput(formatFindings([finding]));
      else test.failure(formatFindings([finding]), finding.severity).stacktrace(problem);
    }
  }
  if (findings.length === 0) {
    junit.testSuite().name(subject).testCase().className(subject).name(coverage(report));
  }
  return junit.build().trimEnd();
}

function grouped(findings: readonly Finding[]): Map<string, Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) groups.set(finding.rule, [...(groups.get(finding.rule) ?? []), finding]);
  return groups;
}
