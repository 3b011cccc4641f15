import type { ProviderDocument } from './provider';
import type { RouteDocument } from './route';
import type { TeiDocument } from './tei';
import type { VllmDocument } from './vllm';

/** What every model that answers by itself may say about itself. */
export interface AnsweringDocument {
  readonly price?: { readonly inputPerMTok: number; readonly outputPerMTok: number };
  readonly expectedLatency?: string;
}

export type ModelDocument =
  | ({ readonly vllm: VllmDocument } & AnsweringDocument)
  | ({ readonly tei: TeiDocument } & AnsweringDocument)
  | (ProviderDocument & AnsweringDocument)
  | { readonly route: RouteDocument };
