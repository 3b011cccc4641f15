import { Duration } from '../../base/duration';
import { Memory } from '../../base/quantity';
import type { VllmDocument } from '../document';
import type { VllmModel } from '../platform';
import { buildWeights } from './weights';

export function buildVllm(name: string, document: VllmDocument): VllmModel {
  const { strategy: _, overheadMemory, startupBudget, drain, weights, autoscale, ...settings } = document;
  return {
    kind: 'vllm',
    name,
    ...settings,
    ...(overheadMemory !== undefined && { overheadMemory: Memory.parse(overheadMemory) }),
    startupBudget: Duration.parse(startupBudget),
    drain: Duration.parse(drain),
    weights: buildWeights(weights),
    ...(autoscale && { autoscale: { ...autoscale, cooldown: Duration.parse(autoscale.cooldown) } }),
  };
}
