import type { ProviderKind } from '../../config';

/** Each kind of provider in as few fields as it takes, as a user writes it. */
export const PROVIDER_DOCUMENTS: Readonly<Record<ProviderKind, Readonly<Record<string, unknown>>>> = {
  anthropic: { model: 'claude-sonnet-4-5', apiKeySecret: 'anthropic-key' },
  'azure-openai': {
    model: 'gpt-4o-eu',
    resource: 'acme-ai',
    apiVersion: '2024-10-21',
    apiKeySecret: 'azure-key',
  },
  'azure-openai-v1': { model: 'gpt-4o-eu', resource: 'acme-ai', apiKeySecret: 'azure-key' },
  bedrock: { model: 'amazon.nova-pro-v1:0', region: 'us-east-1', credentialsSecret: 'aws-credentials' },
  'bedrock-claude': {
    model: 'anthropic.claude-sonnet-4-20250514-v1:0',
    region: 'us-east-1',
    credentialsSecret: 'aws-credentials',
  },
  cohere: { model: 'rerank-v3.5', apiKeySecret: 'cohere-key' },
  gemini: { model: 'gemini-2.5-flash', apiKeySecret: 'gemini-key' },
  openai: { model: 'gpt-4o', apiKeySecret: 'openai-key' },
  'openai-compatible': {
    model: 'llama-3.3-70b',
    baseUrl: 'https://api.groq.com/openai/v1',
    apiKeySecret: 'groq-key',
  },
  'vertex-claude': {
    model: 'claude-sonnet-4@20250514',
    project: 'acme-ai',
    region: 'us-east5',
    credentialsSecret: 'gcp-service-account',
  },
  'vertex-gemini': {
    model: 'gemini-2.5-pro',
    project: 'acme-ai',
    region: 'us-central1',
    credentialsSecret: 'gcp-service-account',
  },
};
