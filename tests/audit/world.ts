import { type AuditedCall, CallSums } from '../../audit/calls';
import type { Clock } from '../../audit/clock';
import { auditFlow } from '../../audit/flow';
import type { FlowAudit } from '../../audit/flow-audit';
import type { Reading } from '../../audit/reading';
import type { TokenKind } from '../../ledger/record';

export const FROM = Date.parse('2026-06-01T12:00:00Z');
export const TO = Date.parse('2026-06-01T13:00:00Z');
export const PERIOD = { from: FROM, to: TO };
export const MODEL = 'gpt-oss-120b';

/** A call as the parts of a platform see it, each in its own way. */
export interface WorldCall {
  /** Milliseconds after the beginning of the period; below 0 before it. */
  readonly start: number;
  readonly lasts: number;
  readonly input: number;
  readonly output: number;
  readonly ending?: 'whole' | 'left';
  /** Tokens that the model made after the client had left. */
  readonly inFlight?: number;
  /** Attempts before it that computed the prompt, and did not answer. */
  readonly retries?: number;
  /** The ledger lost it, or it never passed the gateway. */
  readonly lost?: true;
  readonly bypasses?: true;
}

const endOf = ({ start, lasts }: WorldCall) => start + lasts;

/** The calls that the ledger has a record of. */
export function recordsOf(calls: readonly WorldCall[]): AuditedCall[] {
  return calls
    .filter(({ lost, bypasses }) => !lost && !bypasses)
    .map(({ start, lasts, input, output, ending = 'whole', retries = 0 }) => ({
      ...{ startedAt: FROM + start, durationMs: lasts, modelAsked: MODEL, modelAnswered: MODEL, ending },
      ...{ attempts: 1 + retries, tokens: { input, output } },
    }));
}

type Counted = Record<'input' | 'output' | 'requests', number>;

const sumOf = (all: readonly Counted[]): Counted => ({
  input: all.reduce((sum, { input }) => sum + input, 0),
  output: all.reduce((sum, { output }) => sum + output, 0),
  requests: all.reduce((sum, { requests }) => sum + requests, 0),
});

/** What the external processor has counted by a moment: whole answers that passed it. */
export const gatewayAt = (calls: readonly WorldCall[], moment: number): Counted =>
  sumOf(
    calls
      .filter((call) => !call.bypasses && call.ending !== 'left' && endOf(call) <= moment)
      .map(({ input, output }) => ({ input, output, requests: 1 })),
  );

/** What the engine has counted by a moment: prompts as they begin, answers as they grow. */
export const engineAt = (calls: readonly WorldCall[], moment: number): Counted =>
  sumOf(
    calls
      .filter(({ start }) => start <= moment)
      .map((call) => {
        const { start, lasts, input, inFlight = 0, retries = 0 } = call;
        const output = call.output + inFlight;
        const share = lasts === 0 ? 1 : Math.min(1, (moment - start) / lasts);
        return {
          input: input * (1 + retries),
          output: Math.floor(output * share),
          requests: endOf(call) <= moment ? 1 + retries : 0,
        };
      }),
  );

function readingOf(
  countedAt: (moment: number) => Counted,
  counts: Clock['counts'],
  scrapes: readonly [number, number],
): Reading {
  const [before, after] = scrapes.map((at) => countedAt(at - FROM)) as [Counted, Counted];
  const grown = (kind: keyof Counted) => after[kind] - before[kind];
  const at = (moment: number) => ({ least: moment, most: moment });
  const tokens: Partial<Record<TokenKind, number>> = { input: grown('input'), output: grown('output') };
  return {
    models: new Map([[MODEL, { tokens, requests: grown('requests') }]]),
    clock: { counts, from: at(scrapes[0]), to: at(scrapes[1]), blind: [] },
    ...{ doubts: new Map(), resets: 0 },
  };
}

export const NOTHING: Reading = {
  ...{ models: new Map(), doubts: new Map(), resets: 0 },
  clock: {
    counts: 'while it runs',
    from: { least: FROM, most: FROM },
    to: { least: TO, most: TO },
    blind: [],
  },
};

/** How long before the edges of the period each was scraped, in milliseconds. */
export interface Lag {
  readonly gateway: number;
  readonly engine: number;
}

/** What an audit finds in a world in which all counters work. */
export function auditWorld(
  calls: readonly WorldCall[],
  lag: Lag = { gateway: 0, engine: 0 },
  change: Partial<Parameters<typeof auditFlow>[0]> = {},
): FlowAudit {
  const scrapes = (ms: number) => [FROM - ms, TO - ms] as const;
  const gateway = readingOf((at) => gatewayAt(calls, at), 'at the end', scrapes(lag.gateway));
  const engine = readingOf((at) => engineAt(calls, at), 'while it runs', scrapes(lag.engine));
  const sums = new CallSums(PERIOD, { gateway: gateway.clock, engine: engine.clock });
  for (const record of recordsOf(calls)) sums.add(record);
  return auditFlow({
    ...{ period: PERIOD, calls: sums.models, lastCall: sums.last, gateway, engine, provider: NOTHING },
    ...{ unreported: new Set() },
    ...change,
  });
}
