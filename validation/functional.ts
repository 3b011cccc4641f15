import type { Platform } from '../config';
import { type Case, NotApplicable } from './case';
import { functionalCases } from './cases';
import { withoutKeys } from './credentials';
import type { CaseResult } from './evidence';
import { Probe } from './probe';
import { openSuite, type Suite, type SuiteProps } from './suite';
import type { Target } from './target';

export interface FunctionalOptions extends SuiteProps {
  /** Told of every case when it is over. */
  readonly onCase?: (result: CaseResult) => void;
}

/** What a run of the suite found. No key is in it. */
export interface Report {
  readonly suite: 'functional';
  /** ISO 8601. */
  readonly began: string;
  readonly ended: string;
  readonly gateway: string;
  readonly upstreams: readonly {
    readonly name: string;
    readonly kind: string;
    readonly url: string;
    readonly standIn: boolean;
  }[];
  /** No case failed, and at least one passed. */
  readonly passed: boolean;
  readonly counts: { readonly passed: number; readonly failed: number; readonly notApplicable: number };
  /** By id. */
  readonly cases: readonly CaseResult[];
}

/**
 * Chapter 5 of the white paper, and what it takes for granted, against a running platform.
 *
 * The suite has to be alone on the platform: it compares counters and records to the request. It may be run again at
 * any time; where an earlier run has used a limit up, it waits for a minute.
 *
 * @throws UnreachableError where anything that the target names does not answer, in the middle of a case as well.
 */
export async function runFunctionalSuite(
  platform: Platform,
  target: Target,
  options: FunctionalOptions,
): Promise<Report> {
  const began = new Date().toISOString();
  const suite = await openSuite(platform, target, options);
  const cases: CaseResult[] = [];
  for (const one of functionalCases) {
    const result = withoutKeys(await runCase(one, suite), options.expectedKeys);
    options.onCase?.(result);
    cases.push(result);
  }
  cases.sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }));
  const passed = cases.filter((one) => one.passed).length;
  const notApplicable = cases.filter((one) => one.notApplicable !== undefined).length;
  const failed = cases.length - passed - notApplicable;
  return {
    suite: 'functional',
    began,
    ended: new Date().toISOString(),
    gateway: target.gateway,
    upstreams: target.upstreams.map(({ name, kind, url, standIn }) => ({ name, kind, url, standIn })),
    passed: failed === 0 && passed > 0,
    counts: { passed, failed, notApplicable },
    cases,
  };
}

async function runCase(one: Case, suite: Suite): Promise<CaseResult> {
  const { run, ...said } = one;
  const probe = new Probe(suite);
  const result = (outcome: Pick<CaseResult, 'actual' | 'passed' | 'notApplicable'>): CaseResult => ({
    ...said,
    ...outcome,
    checks: probe.checks,
    evidence: probe.evidence,
  });
  try {
    await run(probe);
  } catch (error) {
    if (!(error instanceof NotApplicable)) throw error;
    return result({ actual: 'not carried out', passed: false, notApplicable: error.message });
  }
  const { checks } = probe;
  return result({
    actual: checks.map(({ what, actual }) => `${what}: ${actual}`).join('; '),
    passed: checks.length > 0 && checks.every((check) => check.passed),
  });
}
