import { type AuditedCall, CallSums } from '../audit/calls';
import { ENGINE, GATEWAY } from '../audit/counter-sources';
import { auditFlow } from '../audit/flow';
import { type FlowAudit, gapsOf } from '../audit/flow-audit';
import { type Audits, metricsText } from '../audit/metrics-text';
import { Prometheus } from '../audit/prometheus';
import { readProviderReports } from '../audit/provider-report';
import { readCounters } from '../audit/read-counters';
import { readSamples } from '../audit/samples-file';
import { flowTable, tokenizerTable } from '../audit/table';
import { type TokenizerDrift, tokenizerDrift } from '../audit/tokenizer';
import { formatInstant, type Period } from '../billing/period';
import { loadPriceBook } from '../billing/price-book';
import { readRecords } from '../billing/records-file';
import { replaceFile } from '../local/files';
import { type AuditOptions, asksForFlow, expectedRatios, refuseAuditInput } from './audit-input';
import { readPeriod } from './bill';
import type { UsagePlace } from './usage-source';

/** A call that began this long before a period may have ended in it: no route waits longer for an answer. */
const LONGEST_CALL_MS = 3_600_000;

/** node-exporter reads the file as another user. */
const READABLE = 0o644;

/** `vcf-ai audit`. */
export async function audit(options: AuditOptions): Promise<void> {
  const audits = await auditsOf(options);
  if (options.metrics !== undefined) {
    replaceFile(options.metrics, await metricsText(audits, Date.now()), READABLE);
  }
  const exitCode = exitCodeOf(audits);
  process.stdout.write(options.json ? jsonOf(audits, exitCode) : textOf(audits));
  process.exitCode = exitCode;
}

/**
 * What the options ask for.
 *
 * @throws PlatformError for options and files with mistakes
 * @throws UserError where Prometheus or the ledger cannot be read
 */
export async function auditsOf(options: AuditOptions): Promise<Audits> {
  refuseAuditInput(options, Date.now());
  return {
    ...(asksForFlow(options) && { flow: await flowOf(options) }),
    ...(options.samples !== undefined && { tokenizer: await tokenizerOf(options.samples, options.expect) }),
  };
}

/** A line on a terminal that says what it waits for; nothing elsewhere. */
function tell(what: string): void {
  if (process.stderr.isTTY === true) process.stderr.write(`\r${what}\u001b[K`);
}

async function flowOf({ from = '', to = '', ...options }: AuditOptions): Promise<FlowAudit> {
  const period = readPeriod({ from, to });
  const nameOf = namesOf(options.prices);
  const prometheus = new Prometheus(options.prometheus ?? '');
  tell('… reads Prometheus');
  const [gateway, engine] = await Promise.all([
    readCounters(prometheus, GATEWAY, period, nameOf),
    readCounters(prometheus, ENGINE, period, nameOf),
  ]);
  const provider = readProviderReports(options.providerReport ?? [], period, nameOf);
  const clocks = {
    ...{ gateway: gateway.clock, engine: engine.clock },
    ...(options.providerReport !== undefined && { provider: provider.clock }),
  };
  tell('… reads the ledger');
  const calls = new CallSums(period, clocks, nameOf);
  for await (const call of callsOf(options, period)) calls.add(call);
  tell('');
  return auditFlow({
    ...{ period, gateway, engine, provider, calls: calls.models, lastCall: calls.last },
    unreported: new Set((options.unreported ?? []).map(nameOf)),
  });
}

function namesOf(prices: string | undefined): (model: string) => string {
  if (prices === undefined) return (model) => model;
  const book = loadPriceBook(prices);
  return (model) => book.pricedName(model);
}

async function* callsOf({ records, ledger }: UsagePlace, { from, to }: Period): AsyncGenerator<AuditedCall> {
  const since = from - LONGEST_CALL_MS;
  if (ledger === undefined) {
    for await (const record of readRecords(records ?? '')) {
      if (record.startedAt >= since && record.startedAt < to) yield record;
    }
    return;
  }
  const { openLedger } = await import('../ledger/open.js');
  const store = await openLedger(ledger);
  try {
    for await (const entries of store.entries({ from: since, to })) yield* entries;
  } finally {
    await store.end();
  }
}

async function tokenizerOf(file: string, expect: AuditOptions['expect']): Promise<readonly TokenizerDrift[]> {
  const samples = readSamples(file);
  const { countTokens } = await import('gpt-tokenizer/encoding/o200k_harmony');
  // What looks like a special token in a text is text.
  const count = (text: string) => countTokens(text, { disallowedSpecial: new Set() });
  return tokenizerDrift(samples, count, expectedRatios(expect));
}

function textOf({ flow, tokenizer }: Audits): string {
  return [flow && flowTable(flow), tokenizer && tokenizerTable(tokenizer)]
    .filter((text) => text !== undefined)
    .join('\n');
}

function jsonOf({ flow, tokenizer }: Audits, exitCode: number): string {
  const told = flow && {
    ...flow,
    period: { from: formatInstant(flow.period.from), to: formatInstant(flow.period.to) },
    ...(flow.lastCall !== undefined && { lastCall: formatInstant(flow.lastCall) }),
    gaps: gapsOf(flow),
  };
  return `${JSON.stringify({ ...(told && { flow: told }), ...(tokenizer && { tokenizer }), exitCode }, null, 2)}\n`;
}

/** A gap or a drift is one, whatever else could not be judged. */
export function exitCodeOf({ flow, tokenizer = [] }: Audits): 0 | 1 | 2 {
  const found = (flow && gapsOf(flow).length > 0) || tokenizer.some(({ verdict }) => verdict === 'drifts');
  if (found) return 1;
  const blind =
    (flow && flow.inconclusive.length > 0) || tokenizer.some(({ verdict }) => verdict === 'inconclusive');
  return blind ? 2 : 0;
}
