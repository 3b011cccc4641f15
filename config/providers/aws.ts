import type { ProviderDocument } from '../document/provider-settings';
import type { Credentials } from './credentials';
import { oidcOf } from './exchange';
import { type Provider, type ProviderDraft, url } from './provider';

/** The host that Envoy AI Gateway 1.0 signs for, wherever the request goes (internal/backendauth/aws.go). */
export const bedrockHost = (region: string) => `bedrock-runtime.${region}.amazonaws.com`;

const signed = {
  requires: ['region'],
  regions: { form: /^[a-z]{2}(-[a-z]+)+-[0-9]$/, example: 'us-east-1' },
  ways: [['credentialsSecret'], ['roleArn', 'oidc'], []],
  prefixed: false,
  baseUrl: ({ region }: ProviderDraft) => url(region && bedrockHost(region)),
  credentials: credentialsOf,
} satisfies Partial<Provider>;

function credentialsOf(document: ProviderDocument): Credentials {
  const { region = '', credentialsSecret, roleArn } = document;
  const oidc = oidcOf(document);
  return {
    kind: 'aws',
    region,
    ...(credentialsSecret !== undefined && { secret: credentialsSecret }),
    ...(roleArn !== undefined && oidc && { exchange: { roleArn, oidc } }),
  };
}

/** Converse, for every model that Bedrock has. */
export const bedrock: Provider = {
  ...signed,
  title: 'AWS Bedrock (Converse)',
  schema: () => ({ name: 'AWSBedrock' }),
};

/**
 * InvokeModel with Anthropic's body. Envoy AI Gateway defaults the version for chat completions and writes an
 * empty one for messages, which Bedrock refuses (internal/translator/anthropic_awsanthropic.go).
 */
export const bedrockClaude: Provider = {
  ...signed,
  title: 'Claude on AWS Bedrock (InvokeModel)',
  schema: () => ({ name: 'AWSAnthropic', version: 'bedrock-2023-05-31' }),
};
