import type { Duration } from '../../base/duration';
import type { ModelDocument, ModelPrice, TeiSettings, VllmSettings } from '../document';
import { answering } from '../document/answering';
import { map } from '../document/keywords';
import { parse } from '../document/parsed';
import type { ProviderDocument } from '../document/provider-settings';
import { tei } from '../document/tei';
import { vllm } from '../document/vllm';
import { parseBaseUrl } from '../endpoint';
import { PROVIDERS } from '../providers';
import type { Credentials, ProviderEndpoint } from '../providers/credentials';
import type { ProviderKind } from '../providers/kinds';

export type Model = VllmModel | TeiModel | ProviderModel | RoutedModel;

/** What every model that answers by itself may say about itself. */
interface Answering {
  /** What clients ask for. */
  readonly name: string;
  readonly price?: ModelPrice;
  /** Median time to an answer as the user measured it: Envoy measures none, tiers are ordered by this. */
  readonly expectedLatency?: Duration;
}

/** A model that the platform serves itself, with vLLM on its own GPUs. Its name is that of the Service too. */
export interface VllmModel extends Answering, VllmSettings {
  readonly kind: 'vllm';
}

/** An embedding model that the platform serves itself, with Text Embeddings Inference. */
export interface TeiModel extends Answering, TeiSettings {
  readonly kind: 'tei';
}

/** A model that a cloud provider serves. */
export interface ProviderModel extends Answering {
  readonly kind: 'provider';
  readonly provider: ProviderKind;
  /** Name of the model at the provider. */
  readonly model: string;
  readonly endpoint: ProviderEndpoint;
  readonly credentials: Credentials;
}

/** A name for other models together: a canary, a chain of fallbacks, sticky sessions. */
export interface RoutedModel {
  readonly kind: 'route';
  readonly name: string;
}

const figuresSchema = map({}, answering);

export function modelOf(name: string, document: ModelDocument): Model {
  if ('route' in document) return { kind: 'route', name };
  const figures = parse(figuresSchema, document);
  if ('vllm' in document) {
    const { strategy: _, ...settings } = parse(vllm, document.vllm);
    return { kind: 'vllm', name, ...settings, ...figures };
  }
  if ('tei' in document) return { kind: 'tei', name, ...parse(tei, document.tei), ...figures };
  return { ...providerOf(name, document), ...figures };
}

function providerOf(name: string, document: ProviderDocument): ProviderModel {
  const { provider: kind, model, baseUrl, caCertificate } = document;
  const { prefix, ...address } = parseBaseUrl(baseUrl);
  const provider = PROVIDERS[kind];
  return {
    kind: 'provider',
    name,
    provider: kind,
    model,
    endpoint: {
      ...address,
      ...(caCertificate !== undefined && { caCertificate }),
      schema: provider.schema(document, prefix),
    },
    credentials: provider.credentials(document),
  };
}
