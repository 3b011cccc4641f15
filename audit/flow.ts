import { compareKeys } from '../base/text';
import type { Period } from '../billing/period';
import { EVERY_MODEL, type FlowAudit, type Inconclusive } from './flow-audit';
import { ModelAudit, type Sources } from './model-audit';

export interface FlowSources extends Sources {
  readonly period: Period;
  readonly lastCall?: number | undefined;
}

/** Compares what the ledger has of a period with what gateway, model servers and providers counted, model by model. */
export function auditFlow(sources: FlowSources): FlowAudit {
  const { period, calls, gateway, engine, provider, lastCall } = sources;
  const told = [gateway, engine, provider].flatMap(({ models, doubts }) => [
    ...models.keys(),
    ...doubts.keys(),
  ]);
  const names = [...new Set([...calls.keys(), ...told])].sort(compareKeys);
  const models = names.map((model) => new ModelAudit(model, sources)).filter(({ isUsed }) => isUsed);
  // Nobody may have called, and nobody knows.
  const blind: readonly Inconclusive[] =
    models.length === 0 && gateway.missing !== undefined
      ? [{ model: EVERY_MODEL, source: 'gateway', why: gateway.missing }]
      : [];
  return {
    period,
    rows: models.flatMap((model) => model.rows),
    differences: models.flatMap((model) => model.differences()),
    inconclusive: [...blind, ...models.flatMap((model) => model.inconclusive)],
    evidence: models.map((model) => model.evidence),
    ...(lastCall !== undefined && { lastCall }),
    resets: gateway.resets + engine.resets,
  };
}
