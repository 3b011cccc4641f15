import type { Row, Value } from './database';
import { type Ending, TOKEN_KINDS, type TokenKind } from './record';
import { TOKEN_COLUMNS } from './schema';
import type { Entry, UsageSum } from './store';

const text = (value: Value | undefined): string => (typeof value === 'string' ? value : '');
const number = (value: Value | undefined): number => (typeof value === 'number' ? value : 0);

function tokensOf(row: Row): Partial<Record<TokenKind, number>> {
  const tokens: Partial<Record<TokenKind, number>> = {};
  for (const kind of TOKEN_KINDS) {
    const told = row[TOKEN_COLUMNS[kind]];
    if (typeof told === 'number') tokens[kind] = told;
  }
  return tokens;
}

/** A row of the database as what it is. */
export function entryOf(row: Row): Entry {
  return {
    seq: number(row.seq),
    period: text(row.period),
    id: text(row.id),
    startedAt: number(row.started_at),
    durationMs: number(row.duration_ms),
    workload: text(row.workload),
    tenant: text(row.tenant),
    modelAsked: text(row.model_asked),
    modelAnswered: text(row.model_answered),
    backend: text(row.backend),
    status: number(row.status),
    flags: text(row.flags),
    attempts: number(row.attempts),
    ending: text(row.ending) as Ending,
    tokens: tokensOf(row),
    traceId: text(row.trace_id).replaceAll('-', ''),
    reason: text(row.reason),
  };
}

export function sumOf(row: Row, cuts: readonly number[]): UsageSum {
  const cut = cuts[number(row.segment) - 1] ?? Number.NEGATIVE_INFINITY;
  return {
    from: Math.max(number(row.hour), cut),
    workload: text(row.workload),
    tenant: text(row.tenant),
    modelAsked: text(row.model_asked),
    modelAnswered: text(row.model_answered),
    backend: text(row.backend),
    ending: text(row.ending) as Ending,
    calls: number(row.calls),
    attempts: number(row.attempts),
    tokens: tokensOf(row),
  };
}

/**
 * A row as one line of JSON, without its number: what a period holds does not depend on the order in which it came, nor
 * on the store. Its fields are always in this order.
 */
export function entryLine({ seq: _, ...entry }: Entry): string {
  return `${JSON.stringify(entry)}\n`;
}
