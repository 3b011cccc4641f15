import type { Finding } from '../../base/finding';
import type { Exempted } from '../exemptions';

/** What a run of `check` found, for any format. */
export interface Report {
  /** What was judged: the stack, the program, or the files and folders as they were named. */
  readonly subject: string;
  /** The stack's file, where a stack was judged. */
  readonly file?: string;
  /** How many objects were judged. */
  readonly objects: number;
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

/** Errors and warnings, counted. */
export function counts(findings: readonly Finding[]): { readonly errors: number; readonly warnings: number } {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return { errors, warnings: findings.length - errors };
}
