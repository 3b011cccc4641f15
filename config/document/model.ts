export type ModelDocument = { readonly vllm: VllmDocument } | ProviderDocument;

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
