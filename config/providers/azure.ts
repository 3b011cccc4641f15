import type { ProviderDocument } from '../document/provider-settings';
import type { Credentials } from './credentials';
import { oidcOf } from './exchange';
import { type Provider, type ProviderDraft, url } from './provider';

const hostOf = ({ resource }: ProviderDraft) => resource && `${resource}.openai.azure.com`;

/** A key, or an application of Entra ID with a secret of its own or a token of another identity provider. */
const entra = {
  requires: [],
  host: 'resource',
  ways: [['apiKeySecret'], ['clientId', 'tenantId', 'clientSecret'], ['clientId', 'tenantId', 'oidc']],
  credentials: credentialsOf,
} satisfies Partial<Provider>;

function credentialsOf(document: ProviderDocument): Credentials {
  const { apiKeySecret, clientId = '', tenantId = '', clientSecret } = document;
  if (apiKeySecret !== undefined) return { kind: 'azureApiKey', secret: apiKeySecret };
  const oidc = oidcOf(document);
  return {
    kind: 'azure',
    clientId,
    tenantId,
    ...(clientSecret !== undefined && { secret: clientSecret }),
    ...(oidc && { exchange: { oidc } }),
  };
}

/** The deployments API: the model is the deployment and stands in the path, the version in the query. */
export const azureOpenai: Provider = {
  ...entra,
  title: 'Azure OpenAI (deployments)',
  requires: ['apiVersion'],
  prefixed: false,
  baseUrl: (document) => url(hostOf(document)),
  schema: ({ apiVersion = '' }) => ({ name: 'AzureOpenAI', version: apiVersion }),
};

/** The v1 API: OpenAI's own, with Azure's credentials. */
export const azureOpenaiV1: Provider = {
  ...entra,
  title: 'Azure OpenAI (v1)',
  prefixed: true,
  baseUrl: (document) => url(hostOf(document), '/openai/v1'),
  schema: (_, prefix) => ({ name: 'OpenAI', prefix }),
};
