import type { MeanOf } from '../../base/sample';
import type { GateSettings } from './settings';
import { type GateWindow, isBlind } from './window';

/** Mean times to the first token at low load, in seconds of the plan's clock; never below the floor. */
export interface Baseline {
  readonly client: number;
  readonly engine: number;
  /** Of the client's mean, relative. */
  readonly error: number;
  readonly firstTokens: number;
}

/** What a window shows. */
export interface Judgement {
  readonly kind:
    | 'stable'
    /** T2 is passed. */
    | 'breach'
    /** Too near to T2 for so few requests. */
    | 'unclear'
    /** It proves nothing. */
    | 'blind'
    /** T3 is passed. */
    | 'preemptions'
    | 'errors'
    | 'generator'
    /** Users had nothing left to ask. */
    | 'plan';
  readonly why: string;
}

/** Two-sided 95 % of the normal distribution. */
const SURE = 1.96;

const seconds = (value: number) => `${value.toFixed(3)} s`;
const percent = (value: number) => `${(value * 100).toFixed(1)} %`;

/**
 * Judges one window. T3 comes before everything else, then what makes a window worthless, then T2, at the clients and at
 * the engines: what waits in front of an engine is in none of its own metrics.
 */
export function judge(
  settings: GateSettings,
  baseline: Baseline | undefined,
  { client, engine }: GateWindow,
): Judgement {
  if (!isBlind(engine)) {
    const preempted = judgePreemptions(settings, engine);
    if (preempted !== undefined) return preempted;
  }
  if (client.left > 0) {
    const why = `${client.left} of the users had come to the end of the plan, so that the load was less than it says`;
    return { kind: 'plan', why };
  }
  if (client.lagP99 > settings.lag) {
    const why = `1 % of the requests were sent more than ${seconds(client.lagP99)} late, and ${seconds(settings.lag)} is allowed`;
    return { kind: 'generator', why };
  }
  const failed = client.failed / client.requests;
  if (client.requests > 0 && failed > settings.errorBudget) {
    const why = `${client.failed} of ${client.requests} requests failed, and ${percent(settings.errorBudget)} may`;
    // A single failure of a few requests is no rate.
    if (client.failed > 1) return { kind: 'errors', why };
  }
  if (isBlind(engine)) return { kind: 'blind', why: engine.blind };
  if (client.firstToken.count === 0 || engine.firstToken.count === 0) {
    return { kind: 'blind', why: 'no first token came' };
  }
  if (baseline === undefined) return { kind: 'stable', why: 'baseline' };
  return judgeFirstTokens(settings, baseline, client.firstToken, engine.firstToken.mean);
}

/** T3; undefined where it is not passed, or where too few requests were scheduled to say so. */
export function judgePreemptions(
  { preemptionRate, preemptionRequests }: GateSettings,
  { preemptions, scheduled }: { readonly preemptions: number; readonly scheduled: number },
): Judgement | undefined {
  if (scheduled < preemptionRequests || preemptions / scheduled <= preemptionRate) return undefined;
  const rate = percent(preemptions / scheduled);
  const why = `T3: ${preemptions} preemptions for ${scheduled} scheduled requests, ${rate}, and ${percent(preemptionRate)} is allowed`;
  return { kind: 'preemptions', why };
}

function judgeFirstTokens(
  { firstTokenFactor }: GateSettings,
  baseline: Baseline,
  client: MeanOf,
  engine: number,
): Judgement {
  const [atClient, atEngine] = [client.mean / baseline.client, engine / baseline.engine];
  const times = (value: number) => `${value.toFixed(2)} times`;
  const said = `the first token takes ${times(atClient)} its baseline at the clients and ${times(atEngine)} at the engines`;
  if (atClient > firstTokenFactor || atEngine > firstTokenFactor) {
    return { kind: 'breach', why: `T2: ${said}, and ${times(firstTokenFactor)} is allowed` };
  }
  const highest = (client.mean + SURE * client.standardError) / baseline.client;
  if (!(highest <= firstTokenFactor)) {
    return { kind: 'unclear', why: `${said}, which may as well be ${times(highest)}` };
  }
  return { kind: 'stable', why: said };
}

/** Joins the windows at low load; or says what is lacking. */
export function baselineOf(
  { baseline }: GateSettings,
  windows: readonly GateWindow[],
): Baseline | { readonly refused: string } {
  const seen = windows.flatMap(({ client, engine }) => (isBlind(engine) ? [] : [{ client, engine }]));
  const client = joined(seen.map((one) => one.client.firstToken));
  const engine = seen.reduce(
    (sum, { engine: { firstToken } }) => ({
      count: sum.count + firstToken.count,
      total: sum.total + firstToken.count * firstToken.mean,
    }),
    { count: 0, total: 0 },
  );
  const error = client.standardError / client.mean;
  if (client.count < baseline.firstTokens || engine.count === 0) {
    return { refused: `${client.count} first tokens are no baseline, ${baseline.firstTokens} are` };
  }
  if (!(error <= baseline.error)) {
    return { refused: `the baseline is not sure to more than ${percent(error)}` };
  }
  return {
    client: Math.max(baseline.floor, client.mean),
    engine: Math.max(baseline.floor, engine.total / engine.count),
    ...{ error, firstTokens: client.count },
  };
}

/** Mean and standard error of several samples as one. */
export function joined(samples: readonly MeanOf[]): MeanOf {
  const some = samples.filter(({ count }) => count > 0);
  const count = some.reduce((sum, one) => sum + one.count, 0);
  const mean = some.reduce((sum, one) => sum + one.count * one.mean, 0) / count;
  const squares = some.reduce((sum, one) => {
    const variance = one.count > 1 ? one.standardError ** 2 * one.count : 0;
    return sum + variance * (one.count - 1) + one.count * (one.mean - mean) ** 2;
  }, 0);
  return { count, mean, standardError: count > 1 ? Math.sqrt(squares / (count - 1) / count) : Number.NaN };
}
