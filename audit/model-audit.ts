import { listed } from '../base/text';
import { TOKEN_KINDS, type TokenKind } from '../ledger/record';
import { isWhole, type KindSums, type ModelCalls, noCalls, noSums, type Source } from './calls';
import { type Cause, explain, type Range } from './explain';
import type { Compared, Difference, Evidence, FlowRow, Inconclusive } from './flow-audit';
import type { Reading, Told } from './reading';

/** What is known of all models. */
export interface Sources {
  readonly calls: ReadonlyMap<string, ModelCalls>;
  readonly gateway: Reading;
  readonly engine: Reading;
  readonly provider: Reading;
  /** Models of which nothing upstream tells tokens: the gateway alone is compared. */
  readonly unreported: ReadonlySet<string>;
}

/**
 * Tokens that a model may have made of a stream after its client left, which the meter did not see: one, measured with vLLM
 * at a token a millisecond. At 35 ms a token there is none.
 */
const IN_FLIGHT_TOKENS = 1;

/** One model, as the ledger has it, beside what everybody else told. */
export class ModelAudit {
  private readonly calls: ModelCalls;
  private readonly told: Readonly<Partial<Record<Source, Told>>>;
  readonly rows: readonly FlowRow[];
  readonly inconclusive: readonly Inconclusive[];
  readonly evidence: Evidence;

  constructor(
    private readonly model: string,
    private readonly sources: Sources,
  ) {
    this.calls = sources.calls.get(model) ?? noCalls();
    this.told = this.believed();
    this.rows = TOKEN_KINDS.flatMap((kind) => this.row(kind) ?? []);
    this.inconclusive = this.doubts();
    this.evidence = this.count();
  }

  get isUsed(): boolean {
    return this.inconclusive.length > 0 || !this.isIdle;
  }

  private get isIdle(): boolean {
    return this.rows.every(({ model: _, kind: __, ...told }) => Object.values(told).every((n) => n === 0));
  }

  private believed(): Partial<Record<Source, Told>> {
    const told: Partial<Record<Source, Told>> = {};
    for (const source of ['gateway', 'engine', 'provider'] as const) {
      const { models, doubts, missing } = this.sources[source];
      const of = models.get(this.model) ?? this.none(source);
      if (of !== undefined && missing === undefined && !doubts.has(this.model)) told[source] = of;
    }
    return told;
  }

  /** A gateway has no series of a model that nobody called through it: only where the ledger agrees is that none. */
  private none(source: Source): Told | undefined {
    return source === 'gateway' && this.calls.endings.whole === 0
      ? { tokens: { input: 0, output: 0 }, requests: 0 }
      : undefined;
  }

  private row(kind: TokenKind): FlowRow | undefined {
    const ledger = this.calls.kinds[kind]?.tokens ?? 0;
    const told = Object.entries(this.told).flatMap(([source, { tokens }]) => {
      const of = tokens[kind];
      return of === undefined ? [] : [[source, of] as const];
    });
    if (told.length === 0 && ledger === 0) return undefined;
    return { model: this.model, kind, ledger, ...Object.fromEntries(told) };
  }

  private doubts(): Inconclusive[] {
    const { model } = this;
    const { gateway } = this.sources;
    const doubts = { gateway: this.doubtOf(gateway), upstream: this.upstreamDoubt() };
    return (['gateway', 'upstream'] as const).flatMap((source) => {
      const why = doubts[source];
      return why === undefined ? [] : { model, source, why };
    });
  }

  private doubtOf({ missing, doubts }: Reading): string | undefined {
    if (this.told.gateway !== undefined) return this.untold('gateway');
    return missing ?? doubts.get(this.model) ?? 'the gateway has no series of it';
  }

  private upstreamDoubt(): string | undefined {
    const { engine, provider, unreported } = this.sources;
    const doubted = [engine, provider].flatMap((one) => one.doubts.get(this.model) ?? []);
    if (doubted.length > 0) return doubted.join('; ');
    if (this.told.engine !== undefined || this.told.provider !== undefined) {
      return this.untold('engine', 'provider');
    }
    // The gateway has a series of every model that was ever called: it stands still where nobody does.
    const nobodyCalled = this.told.gateway !== undefined && this.isIdle;
    if (unreported.has(this.model) || nobodyCalled) return undefined;
    return engine.missing ?? 'no model server and no report of a provider tells its tokens';
  }

  /** A kind that the ledger has and that no source tells, as after a rename of one counter. */
  private untold(...sources: readonly Source[]): string | undefined {
    const kinds = this.rows
      .filter(({ kind, ledger, ...row }) => {
        const isTold = sources.some((source) => row[source] !== undefined);
        return isWhole(kind) && ledger !== 0 && !isTold;
      })
      .map(({ kind }) => kind);
    return kinds.length === 0 ? undefined : `nothing tells its ${listed(kinds, 'and')} tokens`;
  }

  /** Calls that are only on one side, those at the edges of the period taken for granted. */
  private count(): Evidence {
    const { endings, unanswered, lateCalls } = this.calls;
    const { gateway, engine, provider } = this.told;
    const mostWhole = endings.whole + (lateCalls.gateway?.most ?? 0);
    const lostCalls = Math.max(0, (gateway?.requests ?? 0) - mostWhole);
    const served = (engine?.requests ?? 0) + (provider?.requests ?? 0);
    const late =
      (engine === undefined ? 0 : (lateCalls.engine?.most ?? 0)) +
      (provider === undefined ? 0 : (lateCalls.provider?.most ?? 0));
    const reached = endings.whole + endings.left + endings.failed + late;
    return {
      ...{ model: this.model, lostCalls, leftStreams: endings.left },
      bypassedRequests: Math.max(0, served - reached - unanswered - lostCalls),
      unansweredAttempts: unanswered + endings.failed,
    };
  }

  differences(): Difference[] {
    return this.rows.flatMap((row) => {
      const upstream = this.upstream(row);
      const sums = this.calls.kinds[row.kind] ?? noSums();
      const lost = this.lost(row, sums, upstream);
      return [
        this.difference(row, 'gateway', row.gateway, this.gatewayCauses(row, sums, lost)),
        this.difference(row, 'upstream', upstream, this.upstreamCauses(row, sums, lost)),
      ].flatMap((one) => one ?? []);
    });
  }

  /**
   * Tokens of calls without a record, as far as they are hidden by streams that the gateway did not count: if it counted
   * none of these, and never more than the upstream has beyond the ledger.
   */
  private lost({ kind, ledger, gateway }: FlowRow, sums: KindSums, upstream: number | undefined): number {
    if (this.evidence.lostCalls === 0 || gateway === undefined || upstream === undefined) return 0;
    const { least = 0, most = 0 } = this.calls.late.gateway?.[kind] ?? {};
    const onTime = gateway - ledger - Math.min(Math.max(0, least), most);
    return Math.max(0, Math.min(onTime + sums.left + sums.failed, upstream - ledger));
  }

  private upstream({ engine, provider }: FlowRow): number | undefined {
    const isDoubted = this.inconclusive.some(({ source }) => source === 'upstream');
    if (isDoubted || (engine === undefined && provider === undefined)) return undefined;
    return (engine ?? 0) + (provider ?? 0);
  }

  private difference(
    { model, kind, ledger }: FlowRow,
    source: Compared,
    told: number | undefined,
    causes: readonly Cause[],
  ): Difference | undefined {
    if (told === undefined) return undefined;
    const tokens = told - ledger;
    return { model, kind, source, tokens, ...explain(tokens, causes) };
  }

  private gatewayCauses({ kind }: FlowRow, { left, failed }: KindSums, lost: number): readonly Cause[] {
    return [
      { class: 'lost', least: lost, most: lost },
      // It counts an answer at its end, and the meter counts streams that have none (envoyproxy/ai-gateway#2115).
      { class: 'aborted', least: -left, most: 0 },
      { class: 'retried', least: -failed, most: 0 },
      { class: 'late', ...(this.calls.late.gateway?.[kind] ?? NO_RANGE) },
      { class: 'lost', least: 0, most: anyIf(this.evidence.lostCalls > 0) },
    ];
  }

  private upstreamCauses({ kind }: FlowRow, sums: KindSums, lost: number): readonly Cause[] {
    const { largest, leftCounted, leftUncounted, failedUncounted } = sums;
    const { lostCalls, bypassedRequests } = this.evidence;
    // Of a prompt everything is computed before the first token of the answer.
    const inFlight = kind === 'output' ? leftCounted * this.inFlightOf(largest) : 0;
    const late = (['engine', 'provider'] as const)
      .filter((source) => this.told[source] !== undefined)
      .map((source) => this.calls.late[source]?.[kind]);
    return [
      { class: 'lost', least: lost, most: lost },
      { class: 'bypassed', least: 0, most: anyIf(bypassedRequests > 0) },
      { class: 'aborted', least: 0, most: inFlight + leftUncounted * largest },
      { class: 'retried', least: 0, most: (this.retriedRequests() + failedUncounted) * largest },
      { class: 'late', ...widest(late.flatMap((range) => range ?? [])) },
      { class: 'lost', least: 0, most: anyIf(lostCalls > 0) },
    ];
  }

  /** A cloud tells nobody when it notices that a client left: at most a whole answer later. */
  private inFlightOf(largest: number): number {
    return this.told.provider === undefined ? IN_FLIGHT_TOKENS : largest;
  }

  /** Attempts without an answer that came to a model: never more than requests for which there is no other call. */
  private retriedRequests(): number {
    const { unanswered, unansweredAtEdges, endings, lateCalls } = this.calls;
    const requests = this.told.engine?.requests;
    if (requests === undefined || this.told.provider !== undefined) return unanswered;
    const leastReached = endings.whole + endings.left + endings.failed + (lateCalls.engine?.least ?? 0);
    return Math.min(unanswered, Math.max(0, requests - leastReached) + unansweredAtEdges);
  }
}

const NO_RANGE: Range = { least: 0, most: 0 };

/** One call that nobody knows may have any number of tokens. */
const anyIf = (isThere: boolean) => (isThere ? Number.POSITIVE_INFINITY : 0);

/** A call is served by one of them. */
function widest(ranges: readonly Range[]): Range {
  if (ranges.length === 0) return NO_RANGE;
  return {
    least: Math.min(...ranges.map(({ least }) => least)),
    most: Math.max(...ranges.map(({ most }) => most)),
  };
}
