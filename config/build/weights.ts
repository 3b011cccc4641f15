import { Memory } from '../../base/quantity';
import type { WeightsDocument } from '../document';
import type { Weights } from '../platform';

export function buildWeights(weights: WeightsDocument): Weights {
  if ('hub' in weights) return { kind: 'hub' };
  if ('image' in weights) return { kind: 'image', ...weights.image };
  return { kind: 'pvc', ...weights.pvc, size: Memory.parse(weights.pvc.size) };
}
