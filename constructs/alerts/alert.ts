import type { Severity } from '../../base/objectives';
import type { Duration } from '../../config';

/** An alert: a condition that somebody has to do something about, and what that is. */
export interface Alert {
  /** In words that begin with a capital: `EngineStuck`. Its runbook is `docs/runbooks/engine-stuck.md`. */
  readonly name: string;
  /** `page` wakes somebody, `ticket` waits for the next working day. */
  readonly severity: Severity;
  /** How long the condition holds before the alert fires; absent: it fires at once. */
  readonly for?: Duration;
  /** PromQL that has a result only where something is wrong. */
  readonly expr: string;
  /** One line, with `{{ $labels.… }}`. */
  readonly summary: string;
  /** What it means for whom, with figures. */
  readonly description: string;
  /** More labels, for conditions of the same name. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Alerts about one part of the platform. */
export interface AlertGroup {
  readonly name: 'billing' | 'budgets' | 'engine' | 'gateway' | 'gpu' | 'objectives' | 'targets';
  readonly alerts: readonly Alert[];
}

/** The file of an alert's runbook: `EngineStuck` is explained in `engine-stuck.md`. */
export function runbookOf({ name }: Pick<Alert, 'name'>): string {
  return `${name.replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '-').toLowerCase()}.md`;
}
