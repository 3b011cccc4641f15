import type { Finding, Severity } from '../../base/finding';
import { groupOf } from '../../base/manifest';
import type { Exempted } from '../exemptions';
import type { NotJudged } from '../gate';
import { isRuleKind } from '../kinds';

/** What a run of `check` found, for any format. */
export interface Report {
  /** What was judged: the stack, the program, or the files and folders as they were named. */
  readonly subject: string;
  /** The stack's file, where a stack was judged. */
  readonly file?: string;
  /** How many objects there are, those that were not judged among them. */
  readonly objects: number;
  /** The kinds of the objects that were not judged, for there is no schema for them. */
  readonly notJudged: readonly NotJudged[];
  readonly findings: readonly Finding[];
  /** Findings that an earlier report has too: they are told and change no exit code. */
  readonly known: readonly Finding[];
  /** Findings that an exemption covers. */
  readonly exempted: readonly Exempted[];
  /** Documents that are no objects of Kubernetes, as `<file>:<line>`. */
  readonly skipped: readonly string[];
  /** The version of this package. */
  readonly version: string;
}

/** Findings by severity, counted. */
export function counts(findings: readonly Finding[]): Readonly<Record<`${Severity}s`, number>> {
  const ofSeverity = (wanted: Severity) => findings.filter(({ severity }) => severity === wanted).length;
  return { errors: ofSeverity('error'), warnings: ofSeverity('warning'), infos: ofSeverity('info') };
}

/** How many objects there are and were judged: `41 objects: 37 judged, 4 not known (Route, ExternalSecret)`. */
export function coverage({ objects, notJudged }: Pick<Report, 'objects' | 'notJudged'>): string {
  if (notJudged.length === 0) return `${objects} objects`;
  const left = notJudged.reduce((sum, one) => sum + one.objects, 0);
  const names = [...new Set(notJudged.map(nameOf))];
  return `${objects} objects: ${objects - left} judged, ${left} not known (${names.join(', ')})`;
}

/** With its group where the name alone would be taken for a kind that is known. */
function nameOf({ apiVersion, kind }: NotJudged): string {
  return isRuleKind(kind) ? `${kind} of ${groupOf({ apiVersion })}` : kind;
}
