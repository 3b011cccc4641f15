import { type Ending, TOKEN_KINDS, type TokenKind, type UsageRecord } from '../ledger/record';
import { type Clock, type Share, shareOf } from './clock';
import type { Range } from './explain';

/** A record, or a correction of one: its tokens are a difference then. */
export type AuditedCall = Pick<
  UsageRecord,
  'startedAt' | 'durationMs' | 'modelAsked' | 'modelAnswered' | 'ending' | 'attempts' | 'tokens'
> & { readonly reason?: string };

/** Sources with a clock of their own. */
export type Source = 'gateway' | 'engine' | 'provider';

export type Clocks = Readonly<Partial<Record<Source, Clock>>>;

type ByKind<T> = Partial<Record<TokenKind, T>>;

/** What the ledger says of one kind of token of a model. */
export interface KindSums {
  /** Of calls that began in the period. */
  tokens: number;
  /** The part of it that is of streams that their clients left, and of calls that failed. */
  left: number;
  failed: number;
  /** Of calls that an upstream may have had in the period: streams that were left and counted, or left before it. */
  leftCounted: number;
  leftUncounted: number;
  failedUncounted: number;
  /** The most that one call had. */
  largest: number;
}

/** Other kinds are parts of these two. */
const WHOLES: readonly TokenKind[] = ['input', 'output'];

export const isWhole = (kind: TokenKind): boolean => WHOLES.includes(kind);

export const noSums = (): KindSums => ({
  ...{ tokens: 0, left: 0, failed: 0, leftCounted: 0, leftUncounted: 0, failedUncounted: 0, largest: 0 },
});

/** What the ledger says of one model. */
export interface ModelCalls {
  readonly kinds: ByKind<KindSums>;
  /** Calls that asked a model and began in the period. */
  readonly endings: Record<Exclude<Ending, 'refused'>, number>;
  /** Of the same calls: attempts at any model before the one that answered; they asked this model or were answered by it. */
  unanswered: number;
  /** The part of them that is of calls over an edge of the period: their requests need not have ended within it. */
  unansweredAtEdges: number;
  /** By how many tokens a source differs because of its clock: what it has more than the ledger. */
  readonly late: Partial<Record<Source, ByKind<Range>>>;
  /** The same of calls. */
  readonly lateCalls: Partial<Record<Source, Range>>;
}

export const noCalls = (): ModelCalls => ({
  ...{ kinds: {}, endings: { whole: 0, left: 0, failed: 0 }, unanswered: 0, unansweredAtEdges: 0 },
  ...{ late: {}, lateCalls: {} },
});

const NONE: Range = { least: 0, most: 0 };

const plus = (range: Range | undefined, { least, most }: Range): Range => ({
  least: (range?.least ?? 0) + least,
  most: (range?.most ?? 0) + most,
});

/** How much more a source has than the ledger, of one call. */
function lateness(isInPeriod: boolean, share: Share, amount: number): Range {
  const ledger = isInPeriod ? amount : 0;
  const [a, b] = [(share === 'all' ? amount : 0) - ledger, (share === 'none' ? 0 : amount) - ledger];
  return { least: Math.min(a, b), most: Math.max(a, b) };
}

type Shares = readonly (readonly [Source, Share])[];

const shareOfCall = ({ startedAt, durationMs }: AuditedCall, clock: Clock) =>
  shareOf(clock, startedAt, startedAt + durationMs);

/** The list of models, and calls of tools: they pass the gateway, and nobody counts a token. */
const asksNoModel = ({ modelAsked, modelAnswered, tokens }: AuditedCall) =>
  modelAsked === '' && modelAnswered === '' && !TOKEN_KINDS.some((kind) => tokens[kind]);

/** Sums over the calls of a period, by model, as an audit needs them. */
export class CallSums {
  readonly models = new Map<string, ModelCalls>();
  /** When the last call began, in milliseconds since 1970. */
  last: number | undefined;

  private readonly clocks: readonly (readonly [Source, Clock])[];

  /** @param nameOf The name of a model of which answers have another one. */
  constructor(
    private readonly period: { readonly from: number; readonly to: number },
    clocks: Clocks,
    private readonly nameOf: (model: string) => string = (model) => model,
  ) {
    this.clocks = Object.entries(clocks) as [Source, Clock][];
  }

  add(call: AuditedCall): void {
    const { startedAt, modelAsked, modelAnswered } = call;
    if (call.ending === 'refused' || asksNoModel(call)) return;
    const [asked, answered] = [modelAsked, modelAnswered || modelAsked].map(this.nameOf) as [string, string];
    const isInPeriod = startedAt >= this.period.from && startedAt < this.period.to;
    const isCorrection = (call.reason ?? '') !== '' && call.reason !== 'late';
    const model = this.model(answered);
    if (isInPeriod) this.count(model, call, isCorrection);
    if (isCorrection) return;
    const shares = this.clocks.map(([source, clock]) => [source, shareOfCall(call, clock)] as const);
    this.time(model, call, isInPeriod, shares);
    const upstream = shares.filter(([source]) => source !== 'gateway').map(([, share]) => share);
    if (!isInPeriod && upstream.every((share) => share === 'none')) return;
    this.bound(model, call);
    if (call.attempts <= 1) return;
    const isOverEdge = upstream.includes('some');
    for (const name of new Set([asked, answered])) {
      const of = this.model(name);
      of.unanswered += call.attempts - 1;
      if (isOverEdge) of.unansweredAtEdges += call.attempts - 1;
    }
  }

  private model(name: string): ModelCalls {
    const known = this.models.get(name) ?? noCalls();
    this.models.set(name, known);
    return known;
  }

  private count(model: ModelCalls, { ending, tokens, startedAt }: AuditedCall, isCorrection: boolean): void {
    if (ending === 'refused') return;
    if (!isCorrection) {
      this.last = Math.max(this.last ?? startedAt, startedAt);
      model.endings[ending] += 1;
    }
    for (const kind of TOKEN_KINDS) {
      const told = tokens[kind];
      if (told === undefined && !isWhole(kind)) continue;
      const sums = this.sums(model, kind);
      sums.tokens += told ?? 0;
      if (ending !== 'whole') sums[ending] += told ?? 0;
    }
  }

  private sums({ kinds }: ModelCalls, kind: TokenKind): KindSums {
    const known = kinds[kind] ?? noSums();
    kinds[kind] = known;
    return known;
  }

  /** What an upstream may have made of a call beyond its record. */
  private bound(model: ModelCalls, { ending, tokens }: AuditedCall): void {
    for (const kind of WHOLES) {
      const told = tokens[kind];
      const sums = this.sums(model, kind);
      sums.largest = Math.max(sums.largest, told ?? 0);
      // The AI gateway writes 0 for what a model did not tell, and no call is without a prompt.
      if (ending === 'left') sums[told ? 'leftCounted' : 'leftUncounted'] += 1;
      if (ending === 'failed' && !told) sums.failedUncounted += 1;
    }
  }

  private time(
    model: ModelCalls,
    { tokens, ending }: AuditedCall,
    isInPeriod: boolean,
    shares: Shares,
  ): void {
    for (const [source, timely] of shares) {
      // The gateway may or may not have counted what did not end well.
      const isUnsure = source === 'gateway' && ending !== 'whole' && !isInPeriod && timely === 'all';
      const share = isUnsure ? 'some' : timely;
      if (share === (isInPeriod ? 'all' : 'none')) continue;
      // The gateway is asked for calls that succeeded alone.
      if (source !== 'gateway' || ending === 'whole') {
        model.lateCalls[source] = plus(model.lateCalls[source], lateness(isInPeriod, share, 1));
      }
      const late = model.late[source] ?? {};
      model.late[source] = late;
      for (const kind of TOKEN_KINDS) {
        const told = tokens[kind];
        if (told) late[kind] = plus(late[kind] ?? NONE, lateness(isInPeriod, share, told));
      }
    }
  }
}
