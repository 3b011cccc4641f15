import type { ProviderDocument } from '../document/provider-settings';
import type { Credentials } from './credentials';
import { oidcOf } from './exchange';
import { type Provider, type ProviderDraft, url } from './provider';

const vertex = {
  requires: ['project', 'region'],
  regions: { form: /^(global|[a-z]+(-[a-z]+)+[0-9]+)$/, example: 'us-central1' },
  ways: [['credentialsSecret'], ['workloadIdentity', 'oidc'], []],
  prefixed: false,
  baseUrl: ({ region }: ProviderDraft) =>
    url(
      region && (region === 'global' ? 'aiplatform.googleapis.com' : `${region}-aiplatform.googleapis.com`),
    ),
  credentials: credentialsOf,
} satisfies Partial<Provider>;

function credentialsOf(document: ProviderDocument): Credentials {
  const { project = '', region = '', credentialsSecret, workloadIdentity: pool } = document;
  const oidc = oidcOf(document);
  return {
    kind: 'gcp',
    project,
    region,
    ...(credentialsSecret !== undefined && { secret: credentialsSecret }),
    ...(pool && oidc && { exchange: { pool, oidc } }),
  };
}

export const vertexGemini: Provider = {
  ...vertex,
  title: 'Gemini on Vertex AI',
  schema: () => ({ name: 'GCPVertexAI' }),
};

/** The version is required for messages and has been the only one since Claude came to Vertex AI. */
export const vertexClaude: Provider = {
  ...vertex,
  title: 'Claude on Vertex AI',
  schema: () => ({ name: 'GCPAnthropic', version: 'vertex-2023-10-16' }),
};
