import { quantile } from '../../base/sample';
import { Replayer, type ReplayerProps } from '../replay/replayer';
import { isFailed, type RequestRow } from '../replay/request-rows';
import type { Said } from '../replay/said';
import { type Difference, type Interval, intervalOf, pairedDifference } from './paired';

/** One way to the model. */
export interface Way {
  readonly name: string;
  /** `http://127.0.0.1:10080` */
  readonly origin: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface OverheadProps extends Pick<ReplayerProps, 'plan' | 'bodies' | 'workers'> {
  /** To the model itself. */
  readonly direct: Way;
  readonly ways: readonly Way[];
  /** How many times each way is taken; at least 2. */
  readonly rounds: number;
  readonly onRun?: (way: Way, round: number) => void;
}

/** What a way costs beside the direct one, in seconds. */
export interface Overhead {
  readonly way: string;
  readonly firstToken: Interval;
  readonly total: Interval;
  /** Requests that were compared, of all rounds. */
  readonly pairs: number;
}

/** What a way took, in seconds, over all rounds. */
export interface WayFigures {
  readonly way: string;
  readonly requests: number;
  readonly failed: number;
  readonly firstTokenP50: number;
  readonly totalP50: number;
}

/** What was said on a way instead of an answer. */
export interface Refused extends Said {
  readonly way: string;
}

export interface OverheadResult {
  readonly figures: readonly WayFigures[];
  readonly overheads: readonly Overhead[];
  /** Of each way and status once. */
  readonly refused: readonly Refused[];
}

/** Seconds that answers under way have at the end of a run. */
const DRAIN = 30;

/**
 * Takes every way to the model in turn, with the same plan each time, and compares request by request. The order turns
 * around in each round, so that a drift of the machine is as often for a way as against it. The first round warms up
 * connections and prefix caches, and counts for nothing.
 *
 * A round's mean difference is one value of the intervals: requests of one round share its state of the machine, and
 * counting each as independent would promise too much.
 */
export async function measureOverhead(props: OverheadProps): Promise<OverheadResult> {
  const { direct, ways, rounds } = props;
  const all = [direct, ...ways];
  const refused = new Map<string, Refused>();
  const rowsOf = new Map<Way, RequestRow[]>(all.map((way) => [way, []]));
  const differences = new Map<Way, Difference[]>(ways.map((way) => [way, []]));
  for (let round = 0; round <= rounds; round += 1) {
    const taken = new Map<Way, readonly RequestRow[]>();
    for (const way of round % 2 === 0 ? all : [...all].reverse()) {
      props.onRun?.(way, round);
      const said = (status: number, text: string) => {
        const key = `${way.name} ${status}`;
        if (!refused.has(key)) refused.set(key, { way: way.name, status, text });
      };
      taken.set(way, await runOnce(props, way, said));
    }
    if (round === 0) continue;
    for (const way of all) rowsOf.get(way)?.push(...(taken.get(way) ?? []));
    for (const way of ways) {
      differences.get(way)?.push(pairedDifference(taken.get(way) ?? [], taken.get(direct) ?? []));
    }
  }
  return {
    figures: all.map((way) => figuresOf(way, rowsOf.get(way) ?? [])),
    overheads: ways.map((way) => overheadOf(way, differences.get(way) ?? [])),
    refused: [...refused.values()],
  };
}

async function runOnce(
  { plan, bodies, workers }: OverheadProps,
  way: Way,
  onSaid: NonNullable<ReplayerProps['onSaid']>,
): Promise<readonly RequestRow[]> {
  const { origin, headers } = way;
  const replayer = await Replayer.start({
    ...{ plan, bodies, onSaid, target: { origin, ...(headers && { headers }) } },
    ...(workers !== undefined && { workers }),
  });
  await replayer.finish(plan.header.seconds, DRAIN);
  return [...replayer.data];
}

function figuresOf({ name }: Way, rows: readonly RequestRow[]): WayFigures {
  return {
    way: name,
    requests: rows.length,
    failed: rows.filter(isFailed).length,
    firstTokenP50: quantile(
      rows.map(({ firstToken, sent }) => firstToken - sent).filter(Number.isFinite),
      0.5,
    ),
    totalP50: quantile(
      rows.map(({ end, sent }) => end - sent),
      0.5,
    ),
  };
}

function overheadOf({ name }: Way, rounds: readonly Difference[]): Overhead {
  const compared = rounds.filter(({ pairs }) => pairs > 0);
  return {
    way: name,
    firstToken: intervalOf(compared.map(({ firstToken }) => firstToken).filter(Number.isFinite)),
    total: intervalOf(compared.map(({ total }) => total)),
    pairs: compared.reduce((sum, { pairs }) => sum + pairs, 0),
  };
}
