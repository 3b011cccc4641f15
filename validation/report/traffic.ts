import { compareKeys } from '../../base/text';
import { OUTCOMES, type Outcome } from '../replay/request-rows';
import { outcomeOf } from '../replay/run-data';
import type { RunFacts } from './facts';
import { type Spread, spreadOf } from './spread';

/** What was really sent, and what came back. */
export interface Traffic {
  readonly requests: number;
  readonly byOutcome: Readonly<Record<Outcome, number>>;
  readonly errors: readonly ErrorKind[];
  /** Of answered requests whose usage was told. */
  readonly promptTokens: Spread;
  readonly completionTokens: Spread;
  readonly bytesSent: Spread;
  /** Tokens of prompts that the engines said they had in their caches, of all tokens of prompts. */
  readonly cachedShare: number;
  /** Requests whose turn had been sent before in this run: a prefix cache knows all of it. */
  readonly repeated: number;
  /** Sessions that the plan begins beyond those of the corpus. */
  readonly reusedSessions: number;
  readonly sessions: number;
  /** Pauses of the plan by where they are from; `cut` of the recorded ones. */
  readonly pauses: RunFacts['manifest']['plan']['pauses'];
}

/** Failures of one kind. */
export interface ErrorKind {
  readonly outcome: Outcome;
  /** NaN where no head of an answer came. */
  readonly status: number;
  readonly count: number;
  /** The first body that came with the status, or the error of the connection; at most 300 characters. */
  readonly said?: string;
}

export function trafficOf(facts: RunFacts): Traffic {
  const { rows, plan, manifest } = facts;
  const byOutcome: Record<Outcome, number> = { ok: 0, refused: 0, broken: 0, timeout: 0, cut: 0 };
  for (const row of rows) byOutcome[outcomeOf(row)] += 1;
  const told = rows.filter((row) => row.outcome === OUTCOMES.ok && row.promptTokens > 0);
  const prompts = told.reduce((sum, row) => sum + row.promptTokens, 0);
  const cached = told.filter(({ cachedTokens }) => Number.isFinite(cachedTokens));
  const turns = new Set(rows.map(({ step }) => plan.columns.turn[step]));
  const { profiles, pauses } = manifest.plan;
  return {
    ...{ requests: rows.length, byOutcome, errors: errorKinds(facts) },
    promptTokens: spreadOf(told.map((row) => row.promptTokens)),
    completionTokens: spreadOf(told.map((row) => row.completionTokens)),
    bytesSent: spreadOf(rows.map((row) => row.bytesSent)),
    cachedShare:
      cached.length === 0 ? Number.NaN : cached.reduce((sum, row) => sum + row.cachedTokens, 0) / prompts,
    repeated: rows.length - turns.size,
    reusedSessions: profiles.reduce((sum, { reused }) => sum + reused, 0),
    sessions: profiles.reduce((sum, { sessions }) => sum + sessions, 0),
    pauses,
  };
}

function errorKinds({ rows, events }: RunFacts): ErrorKind[] {
  const kinds = new Map<string, { outcome: Outcome; status: number; count: number }>();
  for (const row of rows) {
    const outcome = outcomeOf(row);
    if (outcome === 'ok' || outcome === 'cut') continue;
    const key = `${outcome} ${row.status}`;
    const kind = kinds.get(key) ?? { outcome, status: row.status, count: 0 };
    kind.count += 1;
    kinds.set(key, kind);
  }
  const said = (outcome: Outcome, status: number) => {
    const wanted = outcome === 'refused' ? status : 0;
    for (const event of events) if (event.kind === 'said' && event.status === wanted) return event.text;
    return undefined;
  };
  return [...kinds.values()]
    .sort((a, b) => b.count - a.count || compareKeys(a.outcome, b.outcome) || a.status - b.status)
    .map((kind) => {
      const text = said(kind.outcome, kind.status);
      return { ...kind, ...(text !== undefined && { said: text }) };
    });
}
