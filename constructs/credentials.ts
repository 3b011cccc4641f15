import type { ApiObject } from 'cdk8s';
import * as plus from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { type Credentials, PlatformError } from '../config';
import { type Kinds, kubeObject, plusObject } from './component';
import { QUICK, waitForCondition } from './wait';

/**
 * What the gateway presents to a backend: as in the platform, with the text of every secret in place of its
 * name. The text is not validated, so it may be a placeholder that a deployer replaces.
 */
export type BackendCredentials = Exclude<Credentials, { readonly kind: 'none' }>;

type Policy = NonNullable<Kinds['BackendSecurityPolicy']['spec']>;
type Oidc = NonNullable<Extract<BackendCredentials, { kind: 'aws' }>['exchange']>['oidc'];

/** The keys under which the AI gateway looks into a Secret; any other leaves the backend without credentials. */
const KEY_IN_SECRET = {
  apiKey: 'apiKey',
  azureApiKey: 'apiKey',
  anthropicApiKey: 'apiKey',
  aws: 'credentials',
  azure: 'client-secret',
  gcp: 'service_account.json',
} as const satisfies Record<BackendCredentials['kind'], string>;

/** The identity provider's client secret, where a token is exchanged. */
const OIDC_KEY_IN_SECRET = 'client-secret';

/**
 * Secret and BackendSecurityPolicy of one AIServiceBackend, both with its name. Without any secret the gateway's
 * pods authenticate with what they have by themselves.
 *
 * @throws PlatformError when a secret is empty
 * @returns The policy, which depends on the Secret.
 */
export function presentCredentials(
  scope: Construct,
  metadata: { readonly name: string; readonly namespace: string },
  credentials: BackendCredentials,
): ApiObject {
  const { name } = metadata;
  const policy = kubeObject(scope, 'key', {
    apiVersion: 'aigateway.envoyproxy.io/v1beta1',
    kind: 'BackendSecurityPolicy',
    metadata: { ...metadata, annotations: waitForCondition('Accepted', QUICK) },
    spec: {
      targetRefs: [{ group: 'aigateway.envoyproxy.io', kind: 'AIServiceBackend', name }],
      ...policyOf(credentials, { name }),
    },
  });
  const data = secretData(scope, credentials);
  if (data !== undefined) {
    const secret = plusObject(
      new plus.Secret(scope, 'secret', {
        metadata,
        type: 'Opaque',
        stringData: data,
      }),
    );
    policy.addDependency(secret);
  }
  return policy;
}

function secretData(scope: Construct, credentials: BackendCredentials): Record<string, string> | undefined {
  const exchanged = 'exchange' in credentials ? credentials.exchange?.oidc.secret : undefined;
  const text = credentials.secret ?? exchanged;
  if (text === undefined) return undefined;
  if (text === '') {
    throw new PlatformError([
      {
        path: `${scope.node.path}/credentials`,
        problem: `the secret of ${credentials.kind} is empty`,
        fix: 'remove the credentials if the endpoint needs none',
      },
    ]);
  }
  return { [credentials.secret === undefined ? OIDC_KEY_IN_SECRET : KEY_IN_SECRET[credentials.kind]]: text };
}

/** `secretRef` never names a namespace: the gateway ignores it for keys, and reads any Secret for the others. */
function policyOf(credentials: BackendCredentials, secretRef: { readonly name: string }): Policy {
  switch (credentials.kind) {
    case 'apiKey':
      return { type: 'APIKey', apiKey: { secretRef } };
    case 'azureApiKey':
      return { type: 'AzureAPIKey', azureAPIKey: { secretRef } };
    case 'anthropicApiKey':
      return { type: 'AnthropicAPIKey', anthropicAPIKey: { secretRef } };
    case 'aws': {
      const { region, secret, exchange } = credentials;
      return {
        type: 'AWSCredentials',
        awsCredentials: {
          region,
          ...(secret !== undefined && { credentialsFile: { secretRef } }),
          ...(exchange && {
            oidcExchangeToken: { ...tokenOf(exchange.oidc, secretRef), awsRoleArn: exchange.roleArn },
          }),
        },
      };
    }
    case 'azure': {
      const { clientId: clientID, tenantId: tenantID, secret, exchange } = credentials;
      return {
        type: 'AzureCredentials',
        azureCredentials: {
          clientID,
          tenantID,
          ...(secret !== undefined && { clientSecretRef: secretRef }),
          ...(exchange && { oidcExchangeToken: tokenOf(exchange.oidc, secretRef) }),
        },
      };
    }
    case 'gcp': {
      const { project: projectName, region, secret, exchange } = credentials;
      return {
        type: 'GCPCredentials',
        gcpCredentials: {
          projectName,
          region,
          ...(secret !== undefined && { credentialsFile: { secretRef } }),
          ...(exchange && {
            workloadIdentityFederationConfig: {
              projectID: exchange.pool.projectNumber,
              workloadIdentityPoolName: exchange.pool.pool,
              workloadIdentityProviderName: exchange.pool.provider,
              oidcExchangeToken: tokenOf(exchange.oidc, secretRef),
              ...(exchange.pool.serviceAccount !== undefined && {
                serviceAccountImpersonation: { serviceAccountName: exchange.pool.serviceAccount },
              }),
            },
          }),
        },
      };
    }
  }
}

function tokenOf(
  { issuer, clientId: clientID, audience, scopes }: Oidc,
  clientSecret: { readonly name: string },
) {
  return {
    oidc: { provider: { issuer }, clientID, clientSecret, ...(scopes.length > 0 && { scopes }) },
    ...(audience !== undefined && { aud: audience }),
  };
}
