import type { Tokens, UsageRecord } from '../ledger/record';
import type { Period } from './period';

/**
 * Calls that are billed alike: one, or several that agree in everything but attempts and tokens, summed up. Calls of
 * which different kinds of tokens were counted are never summed up, nor is a call with more cached or reasoning tokens
 * than the whole of which they are a part: what they lack or have too much is a difference of its own.
 */
export interface Usage
  extends Pick<UsageRecord, 'startedAt' | 'workload' | 'tenant' | 'modelAsked' | 'modelAnswered' | 'ending'> {
  readonly calls: number;
  /** Of all calls together. */
  readonly attempts: number;
  /** Of all calls together; a kind that is absent is absent in every one of them. */
  readonly tokens: Tokens;
}

/** Where a bill reads what was used. */
export interface UsageSource {
  /**
   * Calls that began in a period.
   *
   * @param cuts Times at which a price or a day begins, in order: calls on both sides of one must not be summed up. A sum
   *   begins at or after the last cut before its calls.
   */
  usage(period: Period, cuts: readonly number[]): AsyncIterable<Usage>;
}

/** One call. */
export function usageOf(record: UsageRecord): Usage {
  const { startedAt, workload, tenant, modelAsked, modelAnswered, ending, attempts, tokens } = record;
  return { startedAt, workload, tenant, modelAsked, modelAnswered, ending, attempts, tokens, calls: 1 };
}

/** A source of records that somebody has already. */
export function usageOfRecords(records: Iterable<UsageRecord> | AsyncIterable<UsageRecord>): UsageSource {
  return {
    async *usage({ from, to }) {
      for await (const record of records) {
        if (record.startedAt >= from && record.startedAt < to) yield usageOf(record);
      }
    },
  };
}
