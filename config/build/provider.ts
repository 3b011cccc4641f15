import type { ProviderDocument } from '../document';
import { parseBaseUrl } from '../endpoint';
import type { ProviderModel } from '../platform';
import { PROVIDERS } from '../providers';

export function buildProvider(name: string, document: ProviderDocument): ProviderModel {
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
