import { formatInstant, type Period } from '../billing/period';
import type { Clock, Span } from './clock';
import type { Counter, CounterSource } from './counter-sources';
import { type CounterSeries, growthOf, type Labels, type Sample } from './counters';
import type { Prometheus } from './prometheus';
import { LOOKBACK_MS, RECENT, readSeries } from './read-series';
import { type Reading, Tally } from './reading';

/** Clocks of machines that are set by NTP, and the moment between the end of a call and its count. */
const CLOCK_SLACK_MS = 1000;

const targetOf = ({ job = '', instance = '' }: Labels) => JSON.stringify([job, instance]);

interface Scrape {
  readonly job: string;
  readonly last: Sample;
}

/** The last scrapes of targets before a moment: each writes `up` with the time of its samples. */
type Scrapes = ReadonlyMap<string, Scrape>;

interface Edges {
  readonly before: Scrapes;
  readonly after: Scrapes;
}

/**
 * What counters in a Prometheus tell of a period. A series that is not there is no zero: without scrapes at both ends of the
 * period nothing is told, and a target that was down at either end is doubted.
 *
 * @param nameOf The name of a model of which a label has another one.
 * @throws UserError where Prometheus does not answer
 */
export async function readCounters(
  prometheus: Prometheus,
  source: CounterSource,
  period: Period,
  nameOf: (model: string) => string,
): Promise<Reading> {
  const scrapes = async (at: number): Promise<Scrapes> => {
    const scraped = await prometheus.query(`up${RECENT}`, at);
    return new Map(
      scraped.flatMap(({ labels, samples }) =>
        samples.slice(-1).map((last) => [targetOf(labels), { job: labels.job ?? '', last }] as const),
      ),
    );
  };
  const [before, after] = await Promise.all([scrapes(period.from), scrapes(period.to)]);
  const edges: Edges = { before, after };
  const series = await Promise.all(
    source.counters.map(async (counter) => ({
      counter,
      found: await readCounter(prometheus, counter, period, edges),
    })),
  );
  const missing = missingOf(source, edges, period, series[0]?.found.length ?? 0);
  return {
    ...tallied(source, series, nameOf),
    ...clockOf(source, period, edges, series),
    ...(missing && { missing }),
  };
}

function missingOf({ what, counters }: CounterSource, edges: Edges, { from, to }: Period, found: number) {
  const nothing = (at: number) =>
    `Prometheus scraped nothing in the five minutes before ${formatInstant(at)}`;
  if (edges.before.size === 0) return nothing(from);
  if (edges.after.size === 0) return nothing(to);
  return found === 0 ? `Prometheus has no ${counters[0]?.names[0]} of ${what}` : undefined;
}

type Found = readonly { readonly counter: Counter; readonly found: readonly CounterSeries[] }[];

function tallied(
  { modelLabel }: CounterSource,
  all: Found,
  nameOf: (model: string) => string,
): Pick<Reading, 'models' | 'doubts'> {
  const tally = new Tally();
  const doubts = new Map<string, string>();
  for (const { counter, found } of all) {
    for (const series of found) {
      const labelled = series.labels[modelLabel];
      const kind = counter.kindOf(series.labels);
      if (labelled === undefined || kind === undefined) continue;
      const model = nameOf(labelled);
      const growth = growthOf(series);
      if ('doubt' in growth) {
        const { instance = 'a target' } = series.labels;
        doubts.set(model, `${counter.names[0]} of ${instance}: ${growth.doubt}`);
      } else tally.add(model, kind, growth.tokens);
    }
  }
  return { models: tally.models, doubts };
}

function spanOf(times: readonly number[], at: number): Span {
  if (times.length === 0) return { least: at - LOOKBACK_MS, most: at };
  return { least: Math.min(...times) - CLOCK_SLACK_MS, most: Math.max(...times) + CLOCK_SLACK_MS };
}

function clockOf({ counts }: CounterSource, { from, to }: Period, edges: Edges, all: Found) {
  const series = all.flatMap(({ found }) => found);
  const jobs = new Set(series.map(({ labels }) => labels.job ?? ''));
  const scrapes = (of: Scrapes) =>
    [...of.values()].filter(({ job }) => jobs.has(job)).map(({ last }) => last.at);
  const times = (name: 'first' | 'last', of: Scrapes) => [
    ...new Set([...series.flatMap((one) => one[name]?.at ?? []), ...scrapes(of)]),
  ];
  const blind = series.flatMap((one) => {
    const growth = growthOf(one);
    return 'blind' in growth ? growth.blind : [];
  });
  const clock: Clock = {
    ...{ counts, blind: merged(blind) },
    from: spanOf(times('first', edges.before), from),
    to: spanOf(times('last', edges.after), to),
  };
  return { clock, resets: series.filter(({ samples }) => samples !== undefined).length };
}

/** The series of a process have the same spans. */
function merged(spans: readonly Span[]): readonly Span[] {
  return [...new Map(spans.map((span) => [`${span.least} ${span.most}`, span])).values()];
}

async function readCounter(
  prometheus: Prometheus,
  { names, where }: Counter,
  period: Period,
  edges: Edges,
): Promise<readonly CounterSeries[]> {
  const all = new Map<string, CounterSeries>();
  // Where a version exposes two names, the current one is taken, and nothing counts twice.
  for (const name of names) {
    for (const { key, ...series } of await readSeries(prometheus, { name, where }, period)) {
      if (all.has(key)) continue;
      const target = targetOf(series.labels);
      const [upBefore, upAfter] = [edges.before.get(target)?.last, edges.after.get(target)?.last];
      all.set(key, { ...series, ...(upBefore && { upBefore }), ...(upAfter && { upAfter }) });
    }
  }
  return [...all.values()];
}
