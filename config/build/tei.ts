import { Duration } from '../../base/duration';
import type { TeiDocument } from '../document';
import type { TeiModel } from '../platform';
import { buildWeights } from './weights';

export function buildTei(name: string, tei: TeiDocument): TeiModel {
  return {
    kind: 'tei',
    name,
    ...tei,
    startupBudget: Duration.parse(tei.startupBudget),
    weights: buildWeights(tei.weights),
  };
}
