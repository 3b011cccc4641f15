import type { Static, TObject } from '@sinclair/typebox';
import type { ProviderKind } from '../providers/kinds';
import { computed, list, map, optional, secretName, text, url, words } from './keywords';

/** Name of a secret of the stack; what is refused is not repeated, because it could be the secret itself. */
function secret(title: string, description: string, example: string) {
  return secretName(
    title,
    `Name of the Pulumi secret of this stack, never the secret itself: ${description}.`,
    example,
    { 'x-why': 'the key itself belongs in that secret, never here' },
  );
}

/** A word without white space, for names that others give. */
function word(title: string, description: string, allowed: string, pattern = '^\\S+$') {
  return text({ title, description, pattern, 'x-allowed': allowed });
}

const oidc = map(
  {
    title: 'Identity provider',
    description:
      'Where the AI Gateway controller gets the token that it exchanges for credentials of the cloud, as an OIDC client. Default: none.',
  },
  {
    issuer: word(
      'Issuer',
      'URL of the identity provider; <issuer>/.well-known/openid-configuration must be there.',
      'an https URL such as https://idp.example.com',
      '^https?://\\S+$',
    ),
    clientId: word('Client', 'Id of the client.', 'the id of a client of the identity provider'),
    clientSecret: secret('Client secret', "the client's secret", 'idp-client-secret'),
    audience: optional(
      word(
        'Audience',
        'Audience of the token. Default: the identity provider chooses it.',
        'an audience such as sts.amazonaws.com',
      ),
    ),
    scopes: optional(
      list(word('Scope', 'One scope.', 'a scope such as openid'), {
        title: 'Scopes',
        description: 'Scopes to ask for. Default: those that the identity provider says it supports.',
        minItems: 1,
        'x-allowed': 'a list of scopes, each once',
      }),
    ),
  },
);

const workloadIdentity = map(
  {
    title: 'Workload identity pool',
    description:
      'Google Cloud: the pool that trusts the identity provider of oidc (workload identity federation). Default: none.',
  },
  {
    projectNumber: word(
      'Project number',
      'Number of the project that has the pool.',
      'the number of a Google Cloud project, in quotes',
      '^[0-9]+$',
    ),
    pool: word('Pool', 'Id of the pool.', 'the id of a workload identity pool'),
    provider: word('Provider', 'Id of the provider in the pool.', 'the id of a provider of the pool'),
    serviceAccount: optional(
      word(
        'Service account',
        'Name of the service account to act as, the part in front of the @. Default: the federated identity itself.',
        'the name of a service account, the part in front of the @',
        '^[a-z][-a-z0-9]*$',
      ),
    ),
  },
);

/** The settings of all providers; which of them goes with which is in `config/providers`. */
export const providerSettings = {
  model: word(
    "Provider's model",
    'What the provider calls the model; for azure-openai the deployment.',
    'what the provider calls the model, such as gemini-2.5-flash',
  ),
  apiKeySecret: optional(
    secret(
      'API key secret',
      'the API key of the provider. Default: none, for openai-compatible in a private network and where another way to authenticate is given',
      'gemini-api-key',
    ),
  ),
  baseUrl: computed(
    url({
      title: 'Base URL',
      description:
        "URL in front of /chat/completions, /messages or /rerank; for azure-openai, Bedrock and Vertex AI the host alone. Default: the provider's public address; required for openai-compatible.",
      'x-allowed': 'the URL in front of /chat/completions, such as https://api.openai.com/v1',
    }),
  ),
  caCertificate: optional(
    text({
      title: 'CA certificate',
      description:
        "PEM of the CAs that sign the provider's certificate. Default: the CAs of the gateway's system.",
      'x-allowed': 'certificates in PEM, each from -----BEGIN CERTIFICATE----- on',
    }),
  ),
  api: optional(
    words(['chat', 'rerank'], {
      title: 'API',
      description:
        'Cohere: its reranking, or its OpenAI-compatible API. Default: rerank for models whose name begins with rerank, otherwise chat.',
      'x-allowed': 'an API of Cohere',
    }),
  ),
  resource: optional(
    word(
      'Azure resource',
      'Azure: name of the Azure OpenAI resource, for https://<resource>.openai.azure.com. Default: the host of baseUrl.',
      'the name of an Azure OpenAI resource: lower-case letters, digits and -',
      '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$',
    ),
  ),
  apiVersion: optional(
    word(
      'API version',
      "azure-openai: the API's version, which every request names; in quotes, because Pulumi reads a bare date as a point in time.",
      "a version of the Azure OpenAI API such as '2024-10-21', in quotes",
      '^[0-9]{4}-[0-9]{2}-[0-9]{2}(-preview)?$',
    ),
  ),
  region: optional(
    word(
      'Region',
      'Bedrock and Vertex AI: the region that serves the model; for Vertex AI also global.',
      'a region of the cloud such as us-east-1 or us-central1',
      '^[a-z]+(-[a-z]+)*-?[0-9]*$',
    ),
  ),
  project: optional(
    word(
      'Project',
      'Vertex AI: id of the Google Cloud project.',
      'the id of a Google Cloud project: 6 to 30 lower-case letters, digits and -',
      '^([a-z][-a-z0-9.]*:)?[a-z][-a-z0-9]{4,28}[a-z0-9]$',
    ),
  ),
  credentialsSecret: optional(
    secret(
      'Credentials secret',
      "the credentials: an AWS credentials file with a [default] profile, or a Google service account's JSON. Default: what the gateway's pods have by themselves (IRSA, Pod Identity, Workload Identity)",
      'aws-credentials',
    ),
  ),
  clientId: optional(
    word(
      'Application',
      'Azure: id of the application of Entra ID. Default: none, with apiKeySecret.',
      'the id of an application of Entra ID',
    ),
  ),
  tenantId: optional(
    word(
      'Tenant',
      'Azure: id of the tenant of Entra ID. Default: none, with apiKeySecret.',
      'the id of a tenant of Entra ID',
    ),
  ),
  clientSecret: optional(
    secret(
      'Client secret',
      "Azure, the application's client secret. Default: none, with apiKeySecret or oidc",
      'azure-client-secret',
    ),
  ),
  roleArn: optional(
    word(
      'Role',
      'Bedrock: the IAM role to assume with a token of the identity provider of oidc. Default: none.',
      'the ARN of an IAM role such as arn:aws:iam::123456789012:role/gateway',
      '^arn:aws[-a-z]*:iam::[0-9]{12}:role/\\S+$',
    ),
  ),
  workloadIdentity: optional(workloadIdentity),
  oidc: optional(oidc),
};

/** A model at a provider, as it is written; which fields go with which provider is in `config/providers`. */
export type ProviderDocument = Static<TObject<typeof providerSettings>> & { readonly provider: ProviderKind };

export type OidcDocument = Static<typeof oidc>;

export type WorkloadIdentityDocument = Static<typeof workloadIdentity>;
