import type { ModelDocument } from '../document';
import type { Model } from '../platform';
import type { Duration } from '../quantity';
import { buildProvider } from './provider';
import { buildVllm } from './vllm';

/** What other parts of the document give to a model. */
export interface ModelContext {
  readonly requestTimeout: Duration;
}

export function buildModel(name: string, document: ModelDocument, context: ModelContext): Model {
  if ('vllm' in document) return buildVllm(name, document.vllm, context);
  return buildProvider(name, document);
}
