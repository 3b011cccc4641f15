import type { WeightsDocument } from './weights';

export interface TeiDocument {
  readonly model: string;
  readonly revision?: string;
  readonly version: string;
  readonly gpu: string;
  readonly mig?: string;
  readonly replicas: number;
  readonly startupBudget: string;
  readonly weights: WeightsDocument;
  readonly hubTokenSecret?: string;
}
