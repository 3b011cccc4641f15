import type { AnsweringDocument, ModelDocument } from '../document';
import type { Model } from '../platform';
import { Duration } from '../quantity';
import { buildProvider } from './provider';
import { buildVllm } from './vllm';

/** What other parts of the document give to a model. */
export interface ModelContext {
  readonly requestTimeout: Duration;
}

export function buildModel(name: string, document: ModelDocument, context: ModelContext): Model {
  if ('route' in document) return { kind: 'route', name };
  const built = 'vllm' in document ? buildVllm(name, document.vllm, context) : buildProvider(name, document);
  return { ...built, ...figuresOf(document) };
}

function figuresOf({ price, expectedLatency }: AnsweringDocument) {
  return {
    ...(price && { price }),
    ...(expectedLatency !== undefined && { expectedLatency: Duration.parse(expectedLatency) }),
  };
}
