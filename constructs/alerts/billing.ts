import { AUDIT_DAYS, BILLING_GAP, GAP_CLASSES, TOKENIZER_DRIFT } from '../../base/audit';
import { METRICS } from '../../base/metrics';
import type { Alert } from './alert';

const { auditTokens, auditDifference, auditInconclusive, auditTime, tokenizerRatio } = METRICS;

/** Other kinds are parts of these two. */
const WHOLES = 'kind=~"input|output"';

const ofAllKinds = (series: string) => `max by (model) (sum by (model, source) (${series}))`;

const DAY_SECONDS = 86_400;

/**
 * What audits found. Their series are there from the first `vcf-ai audit --metrics` on: without one, nothing is asked. They
 * stay as they are until the next audit, so that there is nothing to wait for.
 */
export const BILLING_ALERTS: readonly Alert[] = [
  {
    name: 'BillingGap',
    severity: 'ticket',
    expr:
      `${ofAllKinds(`abs(${auditDifference.name}{class=~"${GAP_CLASSES.join('|')}", ${WHOLES}})`)}\n` +
      `/ ${ofAllKinds(`${auditTokens.name}{${WHOLES}}`)} > ${BILLING_GAP}`,
    summary: '{{ $labels.model }}: {{ $value | humanizePercentage }} of the tokens are not billed as used',
    description:
      'The last audit found tokens that the gateway or a model counted and the ledger does not have, or the other way round: calls without a record, calls past the gateway, or a difference without a reason.',
  },
  {
    name: 'TokenizerDrift',
    severity: 'ticket',
    expr: `abs(max by (model) (${tokenizerRatio.name}) - 1) > ${TOKENIZER_DRIFT}`,
    summary:
      '{{ $labels.model }}: it tells {{ $value | humanizePercentage }} more or fewer tokens than its texts have',
    description:
      'For the samples of the last audit the model told another number of tokens than a count in its vocabulary. Bills, token budgets and context limits follow what it tells.',
  },
  {
    name: 'AuditInconclusive',
    severity: 'ticket',
    expr: `max by (model, source) (${auditInconclusive.name}) > 0`,
    summary: '{{ $labels.model }}: the last audit of its {{ $labels.source }} was inconclusive',
    description:
      'Counters of the period are missing, were not scraped at its edges, a provider’s report does not tell all of it, or there were too few samples. Nobody knows whether what is billed was used.',
  },
  {
    name: 'AuditOverdue',
    severity: 'ticket',
    expr: `time() - max by (audit) (${auditTime.name}) > ${AUDIT_DAYS * DAY_SECONDS}`,
    summary: '{{ $labels.audit }}: the last audit ended {{ $value | humanizeDuration }} ago',
    description:
      'The job that audits the bills has not ended. Its last result is shown on, and says nothing about today.',
  },
];
