import { sum } from '../../base/sample';
import { ENGINE_MEANS, type EngineMean, type EngineReading, resetBetween } from './engine-reading';
import type { Blind, EngineWindow } from './window';

/** What one engine said, reading after reading; and when it did not answer. */
export class EngineHistory {
  private readonly readings: EngineReading[] = [];
  private resets: { readonly at: number; readonly why: string }[] = [];
  private lost: { readonly at: number; readonly why: string }[] = [];

  constructor(readonly name: string) {}

  add(reading: EngineReading): void {
    const before = this.readings.at(-1);
    const why = before && resetBetween(before, reading);
    if (why !== undefined) this.resets.push({ at: reading.at, why });
    this.readings.push(reading);
  }

  /** It did not answer. */
  miss(at: number, why: string): void {
    this.lost.push({ at, why });
  }

  /** The last reading at or before a time. */
  before(time: number): EngineReading | undefined {
    return this.readings.findLast(({ at }) => at <= time);
  }

  between(from: number, to: number): readonly EngineReading[] {
    return this.readings.filter(({ at }) => at > from && at <= to);
  }

  /** Why nothing can be said of a time; undefined where something can. */
  blind(from: number, to: number, oldest: number): string | undefined {
    const reset = this.resets.find(({ at }) => at > from && at <= to);
    if (reset) return `${this.name} was restarted: ${reset.why}`;
    const [first, last] = [this.before(from), this.before(to)];
    const missed = this.lost.findLast(({ at }) => at > from && at <= to);
    if (first === undefined || last === undefined || first === last) {
      return `${this.name} has no metrics for this time${missed ? `: ${missed.why}` : ''}`;
    }
    if (to - last.at > oldest || from - first.at > oldest) {
      const age = Math.max(to - last.at, from - first.at);
      return `the metrics of ${this.name} are ${age.toFixed(1)} s old${missed ? `: ${missed.why}` : ''}`;
    }
    return undefined;
  }

  /** Forgets what is older, but for one reading. */
  forget(before: number): void {
    const keep = this.readings.findLastIndex(({ at }) => at <= before);
    if (keep > 0) this.readings.splice(0, keep);
    this.resets = this.resets.filter(({ at }) => at > before);
    this.lost = this.lost.filter(({ at }) => at > before);
  }
}

const mean = (values: readonly number[]) => sum(values) / values.length;

/**
 * What all engines counted in a time. One of which nothing is known makes all of it blind: what it did is in none of the
 * sums.
 *
 * @param oldest How old a reading may be, in seconds.
 */
export function engineWindow(
  engines: readonly EngineHistory[],
  from: number,
  to: number,
  oldest: number,
): EngineWindow | Blind {
  if (engines.length === 0) return { blind: 'no engine is known' };
  const whys = engines.flatMap((engine) => engine.blind(from, to, oldest) ?? []);
  if (whys.length > 0) return { blind: whys.join('; ') };
  const pairs = engines.map(
    (engine) => [engine.before(from), engine.before(to)] as [EngineReading, EngineReading],
  );
  const increase = (of: (reading: EngineReading) => number) =>
    sum(pairs.map(([first, last]) => of(last) - of(first)));
  const meanOf = (name: EngineMean) => {
    const count = increase(({ counts }) => counts[name]);
    return { count, mean: increase(({ sums }) => sums[name]) / count };
  };
  const all = engines.flatMap((engine) => engine.between(from, to));
  const queries = increase(({ counters }) => counters.prefixQueries);
  const means = Object.fromEntries(ENGINE_MEANS.map((name) => [name, meanOf(name)])) as Record<
    EngineMean,
    ReturnType<typeof meanOf>
  >;
  return {
    firstToken: means.firstToken,
    preemptions: increase(({ counters }) => counters.preemptions),
    scheduled:
      increase(({ counters }) => counters.finished) +
      Math.max(
        0,
        increase(({ gauges }) => gauges.running),
      ),
    running: mean(all.map(({ gauges }) => gauges.running)) * engines.length,
    waiting: mean(all.map(({ gauges }) => gauges.waiting)) * engines.length,
    cacheUsage: mean(all.map(({ gauges }) => gauges.cacheUsage)),
    prefixHits: increase(({ counters }) => counters.prefixHits) / queries,
    queueTime: means.queueTime.mean,
    prefillTime: means.prefillTime.mean,
    timePerToken: means.timePerToken.mean,
    interToken: means.interToken.mean,
    requestTime: means.requestTime.mean,
  };
}
