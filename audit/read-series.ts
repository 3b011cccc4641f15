import { HOUR_MS, type Period } from '../billing/period';
import type { CounterSeries, Labels, Sample } from './counters';
import type { Prometheus, RawSeries } from './prometheus';

/** How far back the last sample before a moment is looked for: as far as Prometheus itself does by default. */
export const LOOKBACK_MS = 300_000;

export const RECENT = `[${LOOKBACK_MS / 1000}s]`;

/** Series of PromQL: a name, and matchers of labels. */
export interface Selector {
  readonly name: string;
  readonly where: readonly string[];
}

const written = ({ name, where }: Selector) => `${name}{${where.join(',')}}`;

/** A series by its labels; those of an earlier name of a metric are the same. */
export type KeyedSeries = CounterSeries & { readonly key: string };

const withoutName = ({ __name__: _, ...labels }: Labels): Labels => labels;
const keyOf = (labels: Labels) => JSON.stringify(Object.entries(withoutName(labels)).sort());
const lastSamples = (all: readonly RawSeries[]) =>
  new Map(
    all.flatMap(({ labels, samples }) => samples.slice(-1).map((last) => [keyOf(labels), last] as const)),
  );

/**
 * A query reads the samples of an hour at most: by default Prometheus loads no more than 50 million, which are an hour of
 * 69,000 series at 5 s, and a month of a hundred.
 */
function hoursOf({ from, to }: Period): readonly Period[] {
  const hours: Period[] = [];
  for (let at = from; at < to; at += HOUR_MS) hours.push({ from: at, to: Math.min(at + HOUR_MS, to) });
  return hours;
}

const range = ({ from, to }: Period) => `[${Math.ceil((to - from) / 1000)}s]`;

/** What is known of a series without its samples. */
interface Presence {
  readonly labels: Labels;
  /** In how many hours it has samples, and the first and the last of these. */
  hours: number;
  readonly first: number;
  last: number;
  wasReset: boolean;
}

/**
 * The series of a counter around a period. All samples are read only of those that were reset, that ended, or that were away
 * for an hour.
 *
 * @throws UserError where Prometheus does not answer
 */
export async function readSeries(
  prometheus: Prometheus,
  selector: Selector,
  period: Period,
): Promise<readonly KeyedSeries[]> {
  const lastBefore = async (at: number) =>
    lastSamples(await prometheus.query(`${written(selector)}${RECENT}`, at));
  const [first, last] = await Promise.all([lastBefore(period.from), lastBefore(period.to)]);
  const present = await presenceOf(prometheus, selector, period);
  const changed = new Map(
    [...present].filter(([key, one]) => {
      const wasAway = one.hours <= one.last - one.first;
      return one.wasReset || wasAway || !last.has(key);
    }),
  );
  const samples = await samplesOf(prometheus, selector, period, changed);
  return [...present].map(([key, { labels }]) => {
    const found = { first: first.get(key), last: last.get(key), samples: samples.get(key) };
    const there = Object.entries(found).filter(([, value]) => value !== undefined);
    return { key, labels, ...Object.fromEntries(there) };
  });
}

async function presenceOf(prometheus: Prometheus, selector: Selector, period: Period) {
  const present = new Map<string, Presence>();
  const text = written(selector);
  for (const [index, hour] of hoursOf(period).entries()) {
    const [found, reset] = await Promise.all([
      prometheus.query(`last_over_time(${text}${range(hour)})`, hour.to),
      // With the hour before it, for a reset between the two.
      prometheus.query(`resets(${text}${range({ ...hour, from: hour.from - HOUR_MS })}) > 0`, hour.to),
    ]);
    for (const { labels } of found) {
      const key = keyOf(labels);
      const one = present.get(key);
      if (one === undefined) {
        present.set(key, {
          ...{ labels: withoutName(labels), hours: 1, first: index, last: index, wasReset: false },
        });
      } else {
        one.hours += 1;
        one.last = index;
      }
    }
    for (const { labels } of reset) {
      const one = present.get(keyOf(labels));
      if (one !== undefined) one.wasReset = true;
    }
  }
  return present;
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Every sample of some series; of none, nothing is asked. */
async function samplesOf(
  prometheus: Prometheus,
  { name, where }: Selector,
  period: Period,
  wanted: ReadonlyMap<string, Presence>,
): Promise<ReadonlyMap<string, readonly Sample[]>> {
  const samples = new Map<string, Sample[]>();
  if (wanted.size === 0) return samples;
  const instances = new Set([...wanted.values()].map(({ labels }) => escaped(labels.instance ?? '')));
  const ofTargets = { name, where: [...where, `instance=~${JSON.stringify([...instances].join('|'))}`] };
  for (const hour of hoursOf(period)) {
    for (const found of await prometheus.query(`${written(ofTargets)}${range(hour)}`, hour.to)) {
      const key = keyOf(found.labels);
      if (!wanted.has(key)) continue;
      const known = samples.get(key);
      if (known === undefined) samples.set(key, [...found.samples]);
      else known.push(...found.samples);
    }
  }
  return samples;
}
