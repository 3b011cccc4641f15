import { Duration } from '../../base/duration';
import type { AnsweringDocument, ModelDocument } from '../document';
import type { Model } from '../platform';
import { buildProvider } from './provider';
import { buildTei } from './tei';
import { buildVllm } from './vllm';

export function buildModel(name: string, document: ModelDocument): Model {
  if ('route' in document) return { kind: 'route', name };
  const figures = figuresOf(document);
  if ('vllm' in document) return { ...buildVllm(name, document.vllm), ...figures };
  if ('tei' in document) return { ...buildTei(name, document.tei), ...figures };
  return { ...buildProvider(name, document), ...figures };
}

function figuresOf({ price, expectedLatency }: AnsweringDocument) {
  return {
    ...(price && { price }),
    ...(expectedLatency !== undefined && { expectedLatency: Duration.parse(expectedLatency) }),
  };
}
