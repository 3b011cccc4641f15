import type { ProviderDocument } from '../document';
import { parseBaseUrl } from '../endpoint';
import type { ProviderModel } from '../platform';

export function buildProvider(name: string, document: ProviderDocument): ProviderModel {
  const { provider, model, apiKeySecret, baseUrl } = document;
  const { prefix, ...address } = parseBaseUrl(baseUrl);
  return {
    kind: 'provider',
    name,
    provider,
    model,
    endpoint: { ...address, schema: { name: 'OpenAI', prefix } },
    credentials: { kind: 'apiKey', secret: apiKeySecret },
  };
}
