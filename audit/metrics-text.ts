import { Gauge, Registry } from 'prom-client';
import { METRICS, type Metric } from '../base/metrics';
import type { FlowAudit } from './flow-audit';
import type { TokenizerDrift } from './tokenizer';

/** What audits found; one that did not run is absent. */
export interface Audits {
  readonly flow?: FlowAudit;
  readonly tokenizer?: readonly TokenizerDrift[];
}

const HELP = {
  tokens: 'Tokens of the period of the last audit, by source.',
  difference: 'Tokens that a source has more than the ledger, by class.',
  inconclusive: 'Whether the last audit of a source could not be made.',
  time: 'When the last audit ended, in seconds since 1970.',
  ratio: 'Tokens that a model told for samples, by those of a count in its vocabulary; 1 without drift.',
} as const;

/**
 * What audits found as a page of Prometheus, for node-exporter's textfile collector or the Pushgateway.
 *
 * @param endedAt When the audits ended, in milliseconds since 1970.
 */
export async function metricsText({ flow, tokenizer }: Audits, endedAt: number): Promise<string> {
  const registry = new Registry();
  const gauge = <L extends string>({ name }: Metric, help: string, labelNames: readonly L[]) =>
    new Gauge({ name, help, labelNames: [...labelNames], registers: [registry] });
  const time = gauge(METRICS.auditTime, HELP.time, ['audit']);
  const inconclusive = gauge(METRICS.auditInconclusive, HELP.inconclusive, ['model', 'source']);
  if (flow !== undefined) {
    time.set({ audit: 'flow' }, endedAt / 1000);
    const tokens = gauge(METRICS.auditTokens, HELP.tokens, ['model', 'kind', 'source']);
    for (const { model, kind, ...told } of flow.rows) {
      for (const [source, of] of Object.entries(told)) tokens.set({ model, kind, source }, of);
    }
    const difference = gauge(METRICS.auditDifference, HELP.difference, ['model', 'kind', 'source', 'class']);
    for (const { model, kind, source, classes, unexplained } of flow.differences) {
      for (const [name, of] of Object.entries({ ...classes, unexplained })) {
        difference.set({ model, kind, source, class: name }, of);
      }
      inconclusive.set({ model, source }, 0);
    }
    for (const { model, source } of flow.inconclusive) inconclusive.set({ model, source }, 1);
  }
  if (tokenizer !== undefined) {
    time.set({ audit: 'tokenizer' }, endedAt / 1000);
    const ratio = gauge(METRICS.tokenizerRatio, HELP.ratio, ['model']);
    for (const one of tokenizer) {
      const isBlind = one.verdict === 'inconclusive';
      inconclusive.set({ model: one.model, source: 'tokenizer' }, Number(isBlind));
      if (!isBlind) ratio.set({ model: one.model }, one.ratio);
    }
  }
  return registry.metrics();
}
