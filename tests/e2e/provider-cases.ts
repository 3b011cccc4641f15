import { generateKeyPairSync } from 'node:crypto';
import { CLIENT_APIS, type ClientApi } from '../../config';
import { clouds, hostnameOf } from '../../local/named-services';
import { AWS_ACCESS_KEY_ID, AWS_REGION } from '../../local/stand-ins/cloud';

/** What must arrive at a provider for one call of a client, and what comes back. */
export interface ProviderCase {
  /** The model that the client names. */
  readonly model: string;
  readonly api: ClientApi;
  readonly stream?: true;
  /** The stand-in that is called. */
  readonly standIn: string;
  /** Path and query as the provider must see them. */
  readonly arrives: string;
  /** The one header with a credential, and the credential; a scheme in front is checked too. */
  readonly credential: { readonly header: string; readonly scheme?: string; readonly key?: string };
}

const keyOf = (standIn: string) => clouds.find(({ name }) => name === standIn)?.key ?? '';
const urlOf = (standIn: string, path = '') => `http://${hostnameOf({ name: standIn })}:8090${path}`;

const AWS = { region: AWS_REGION, credentialsSecret: 'aws-credentials', baseUrl: urlOf('bedrock') };
const VERTEX = {
  project: 'stand-in',
  region: 'us-central1',
  credentialsSecret: 'gcp-service-account',
  baseUrl: urlOf('vertex'),
};
const AZURE = { model: 'gpt-4o-eu', apiKeySecret: 'azure-key' };

/**
 * A model at every kind of provider, each at its stand-in, and the same with keys that are wrong.
 *
 * @param caCertificate Of the authority that signs the stand-ins' certificate.
 */
export function providerModels(caCertificate: string) {
  return {
    'openai-gpt': {
      provider: 'openai',
      model: 'gpt-4o',
      apiKeySecret: 'openai-key',
      baseUrl: urlOf('openai', '/v1'),
    },
    'private-gpt': {
      provider: 'openai-compatible',
      model: 'gpt-4o',
      apiKeySecret: 'openai-key',
      baseUrl: `https://${hostnameOf({ name: 'openai-tls' })}:8443/v1`,
      caCertificate,
    },
    'gemini-studio': {
      provider: 'gemini',
      model: 'gemini-2.5-flash',
      apiKeySecret: 'gemini-api-key',
      baseUrl: urlOf('gemini', '/v1beta/openai'),
    },
    claude: {
      provider: 'anthropic',
      model: 'claude-sonnet-4-5',
      apiKeySecret: 'anthropic-key',
      baseUrl: urlOf('anthropic', '/v1'),
    },
    'azure-gpt': { provider: 'azure-openai', ...AZURE, apiVersion: '2024-10-21', baseUrl: urlOf('azure') },
    'azure-gpt-v1': { provider: 'azure-openai-v1', ...AZURE, baseUrl: urlOf('azure', '/openai/v1') },
    'bedrock-nova': { provider: 'bedrock', model: 'amazon.nova-pro-v1:0', ...AWS },
    'bedrock-claude': {
      provider: 'bedrock-claude',
      model: 'anthropic.claude-sonnet-4-20250514-v1:0',
      ...AWS,
    },
    'vertex-gemini': { provider: 'vertex-gemini', model: 'gemini-2.5-pro', ...VERTEX },
    'vertex-claude': { provider: 'vertex-claude', model: 'claude-sonnet-4@20250514', ...VERTEX },
    reranker: {
      provider: 'cohere',
      model: 'rerank-v3.5',
      apiKeySecret: 'cohere-key',
      baseUrl: urlOf('cohere', '/v2'),
    },
    command: {
      provider: 'cohere',
      model: 'command-a-03-2025',
      apiKeySecret: 'cohere-key',
      baseUrl: urlOf('cohere', '/compatibility/v1'),
    },
    'openai-locked': {
      provider: 'openai',
      model: 'gpt-4o',
      apiKeySecret: 'wrong-key',
      baseUrl: urlOf('openai', '/v1'),
    },
    'claude-locked': {
      provider: 'anthropic',
      model: 'claude-sonnet-4-5',
      apiKeySecret: 'wrong-key',
      baseUrl: urlOf('anthropic', '/v1'),
    },
    'azure-locked': {
      provider: 'azure-openai',
      ...AZURE,
      apiKeySecret: 'wrong-key',
      apiVersion: '2024-10-21',
      baseUrl: urlOf('azure'),
    },
    'bedrock-locked': {
      provider: 'bedrock',
      model: 'amazon.nova-pro-v1:0',
      ...AWS,
      credentialsSecret: 'wrong-aws-credentials',
    },
  };
}

const awsFile = (secret: string) =>
  `[default]\naws_access_key_id = ${AWS_ACCESS_KEY_ID}\naws_secret_access_key = ${secret}\n`;

/** Who may name which of them; a workload has at most 15 models. */
export function providerWorkloads(models: object) {
  const [locked, open] = [true, false].map((wanted) =>
    Object.keys(models).filter((name) => name.endsWith('-locked') === wanted),
  );
  return { clients: { models: open }, locked: { models: locked } };
}

/** Secrets of {@link providerModels}, of no worth anywhere else; `gemini-api-key` is the shipped stack's. */
export function providerSecrets(): Readonly<Record<string, string>> {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return {
    'openai-key': keyOf('openai'),
    'anthropic-key': keyOf('anthropic'),
    'azure-key': keyOf('azure'),
    'cohere-key': keyOf('cohere'),
    'aws-credentials': awsFile(keyOf('bedrock')),
    'gcp-service-account': JSON.stringify({
      type: 'service_account',
      project_id: 'stand-in',
      private_key_id: 'stand-in',
      private_key: privateKey,
      client_email: 'gateway@stand-in.iam.gserviceaccount.com',
      token_uri: urlOf('vertex', '/token'),
    }),
    'wrong-key': 'a-key-that-no-provider-knows',
    'wrong-aws-credentials': awsFile('a-key-that-no-provider-knows'),
  };
}

const bearer = (standIn: string) => ({ header: 'authorization', scheme: 'Bearer', key: keyOf(standIn) });
const SIGNED = { header: 'authorization', scheme: 'AWS4-HMAC-SHA256' };
const azureKey = { header: 'api-key', key: keyOf('azure') };
const NOVA = '/model/amazon.nova-pro-v1:0';
const BEDROCK_CLAUDE = '/model/anthropic.claude-sonnet-4-20250514-v1:0';
const VERTEX_PATH = '/v1/projects/stand-in/locations/us-central1/publishers';
const VERTEX_GEMINI = `${VERTEX_PATH}/google/models/gemini-2.5-pro`;
const VERTEX_CLAUDE = `${VERTEX_PATH}/anthropic/models/claude-sonnet-4@20250514`;
const DEPLOYMENT = '/openai/deployments/gpt-4o-eu';
const VERSION = '?api-version=2024-10-21';

/** Every kind of provider in every API that it is asked through. */
export const providerCases: readonly ProviderCase[] = [
  ...(['chat', 'embeddings', 'responses', 'messages'] as const).map((api) => ({
    model: 'openai-gpt',
    api,
    standIn: 'openai',
    arrives: `/v1/${api === 'embeddings' || api === 'responses' ? api : 'chat/completions'}`,
    credential: bearer('openai'),
  })),
  {
    ...{ model: 'openai-gpt', api: 'chat', stream: true, standIn: 'openai' },
    ...{ arrives: '/v1/chat/completions', credential: bearer('openai') },
  },
  {
    ...{ model: 'private-gpt', api: 'chat', standIn: 'openai-tls' },
    ...{ arrives: '/v1/chat/completions', credential: bearer('openai-tls') },
  },
  ...([undefined, true] as const).map((stream) => ({
    ...{ model: 'gemini-studio', api: 'chat' as const, standIn: 'gemini', ...(stream && { stream }) },
    arrives: '/v1beta/openai/chat/completions',
    credential: { header: 'authorization', scheme: 'Bearer', key: 'stand-in-gemini-key-not-a-secret' },
  })),
  ...([undefined, true] as const).map((stream) => ({
    ...{ model: 'claude', api: 'messages' as const, standIn: 'anthropic', ...(stream && { stream }) },
    arrives: '/v1/messages',
    credential: { header: 'x-api-key', key: keyOf('anthropic') },
  })),
  {
    ...{ model: 'azure-gpt', api: 'chat', standIn: 'azure' },
    ...{ arrives: `${DEPLOYMENT}/chat/completions${VERSION}`, credential: azureKey },
  },
  {
    ...{ model: 'azure-gpt', api: 'embeddings', standIn: 'azure' },
    ...{ arrives: `${DEPLOYMENT}/embeddings${VERSION}`, credential: azureKey },
  },
  {
    ...{ model: 'azure-gpt-v1', api: 'chat', standIn: 'azure' },
    ...{ arrives: '/openai/v1/chat/completions', credential: azureKey },
  },
  {
    ...{ model: 'bedrock-nova', api: 'chat', standIn: 'bedrock' },
    ...{ arrives: `${NOVA}/converse`, credential: SIGNED },
  },
  {
    ...{ model: 'bedrock-nova', api: 'chat', stream: true, standIn: 'bedrock' },
    ...{ arrives: `${NOVA}/converse-stream`, credential: SIGNED },
  },
  {
    ...{ model: 'bedrock-nova', api: 'messages', standIn: 'bedrock' },
    ...{ arrives: `${NOVA}/converse`, credential: SIGNED },
  },
  ...(['chat', 'messages'] as const).map((api) => ({
    ...{ model: 'bedrock-claude', api, standIn: 'bedrock' },
    ...{ arrives: `${BEDROCK_CLAUDE}/invoke`, credential: SIGNED },
  })),
  {
    ...{ model: 'bedrock-claude', api: 'chat', stream: true, standIn: 'bedrock' },
    ...{ arrives: `${BEDROCK_CLAUDE}/invoke-with-response-stream`, credential: SIGNED },
  },
  {
    ...{ model: 'vertex-gemini', api: 'chat', standIn: 'vertex' },
    ...{ arrives: `${VERTEX_GEMINI}:generateContent`, credential: bearer('vertex') },
  },
  {
    ...{ model: 'vertex-gemini', api: 'chat', stream: true, standIn: 'vertex' },
    ...{ arrives: `${VERTEX_GEMINI}:streamGenerateContent?alt=sse`, credential: bearer('vertex') },
  },
  ...(['chat', 'messages'] as const).map((api) => ({
    ...{ model: 'vertex-claude', api, standIn: 'vertex' },
    ...{ arrives: `${VERTEX_CLAUDE}:rawPredict`, credential: bearer('vertex') },
  })),
  {
    ...{ model: 'reranker', api: 'rerank', standIn: 'cohere' },
    ...{ arrives: '/v2/rerank', credential: bearer('cohere') },
  },
  {
    ...{ model: 'command', api: 'chat', standIn: 'cohere' },
    ...{ arrives: '/compatibility/v1/chat/completions', credential: bearer('cohere') },
  },
];

/** Models whose key is wrong, and with which status and words their provider says so. */
export const lockedCases = [
  { model: 'openai-locked', api: 'chat', status: 401, says: /Incorrect API key provided/ },
  { model: 'claude-locked', api: 'messages', status: 401, says: /invalid x-api-key/ },
  { model: 'azure-locked', api: 'chat', status: 401, says: /invalid subscription key/ },
  { model: 'bedrock-locked', api: 'chat', status: 403, says: /signature we calculated does not match/ },
] as const;

/** 29 characters, 8 tokens by the stand-ins' rule. */
const PROMPT = 'You are terse. Count to three';

/** The body of a call, small and without anything optional. */
export function bodyOf(api: ClientApi, model: string, stream: boolean): object {
  const messages = [{ role: 'user', content: PROMPT }];
  switch (api) {
    case 'chat':
      return { model, messages, ...(stream && { stream, stream_options: { include_usage: true } }) };
    case 'messages':
      return { model, messages, max_tokens: 64, ...(stream && { stream }) };
    case 'embeddings':
    case 'responses':
      return { model, input: PROMPT };
    case 'rerank':
      return { model, query: PROMPT, documents: ['one', 'two'] };
    default:
      throw new Error(`no case asks for ${CLIENT_APIS[api]}`);
  }
}

/** What the client is told of tokens: prompt, and answer where there is one. */
export const PROMPT_TOKENS = 8;
export const ANSWER_TOKENS = 12;
