import type { RouteDocument } from './route';

export type ModelDocument =
  | ({ readonly vllm: VllmDocument } & AnsweringDocument)
  | (ProviderDocument & AnsweringDocument)
  | { readonly route: RouteDocument };

/** What every model that answers by itself may say about itself. */
export interface AnsweringDocument {
  readonly price?: { readonly inputPerMTok: number; readonly outputPerMTok: number };
  readonly expectedLatency?: string;
}

export interface VllmDocument {
  readonly model: string;
  readonly tensorParallelSize: number;
  readonly maxModelLen: number;
  readonly replicas: number;
  readonly startupBudget: string;
}

export interface ProviderDocument {
  readonly provider: 'gemini' | 'openai-compatible';
  readonly model: string;
  readonly apiKeySecret: string;
  readonly baseUrl: string;
}
