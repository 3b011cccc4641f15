import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { App } from 'cdk8s';
import { type ProviderKind, parsePlatform, requiredSecrets } from '../../config';
import { type Manifest, platformCharts } from '../../constructs';
import { PROVIDER_DOCUMENTS } from '../config/provider-documents';
import { assertGolden, field, manifests, only } from './support';

const kinds = Object.keys(PROVIDER_DOCUMENTS) as ProviderKind[];

/** What the gateway gets for a model at a provider, from the line of the document on. */
function objectsOf(line: object): Manifest[] {
  const platform = parsePlatform({
    cluster: { existing: { context: 'prod' } },
    models: { cloud: line },
    workloads: { reader: { model: 'cloud' } },
  });
  const secrets = Object.fromEntries(requiredSecrets(platform).map(({ name }) => [name, `text of ${name}`]));
  const { gateway } = platformCharts(new App(), platform, { secrets });
  return manifests(gateway).filter(({ metadata }) => metadata.name === 'cloud');
}

const lineOf = (provider: ProviderKind) => ({ provider, ...PROVIDER_DOCUMENTS[provider] });

/** The line without its key. */
function unkeyed(provider: ProviderKind): object {
  const { apiKeySecret: _, credentialsSecret: __, ...line } = PROVIDER_DOCUMENTS[provider];
  return { provider, ...line };
}

const policyOf = (line: object) => only(objectsOf(line), 'BackendSecurityPolicy').spec;

describe('one line is all objects of a provider:', () => {
  for (const kind of kinds) {
    test(`${kind} [provider-objects]`, () => assertGolden(`provider-${kind}`, objectsOf(lineOf(kind))));
  }
});

test('every public provider is reached by TLS with verified certificates, and never hears who calls [provider-tls]', () => {
  for (const kind of kinds) {
    const objects = objectsOf(lineOf(kind));
    assert.equal(field(only(objects, 'Backend'), 'spec.tls.wellKnownCACertificates'), 'System', kind);
    assert.equal(field(only(objects, 'Backend'), 'spec.endpoints.0.fqdn.port'), 443, kind);
    const removed = field(only(objects, 'AIServiceBackend'), 'spec.headerMutation.remove') as string[];
    assert.ok(removed.length <= 16, kind);
    for (const header of ['authorization', 'x-workload-app', 'x-tenant', 'x-forwarded-for', 'cookie']) {
      assert.ok(removed.includes(header), `${kind} ${header}`);
    }
  }
});

test('a secret is in one Secret, under the key that the gateway reads, and nowhere else', () => {
  const keys: Partial<Record<ProviderKind, string>> = {
    openai: 'apiKey',
    anthropic: 'apiKey',
    'azure-openai': 'apiKey',
    bedrock: 'credentials',
    'vertex-gemini': 'service_account.json',
  };
  for (const [kind, key] of Object.entries(keys)) {
    const objects = objectsOf(lineOf(kind as ProviderKind));
    assert.deepEqual(Object.keys(only(objects, 'Secret').stringData as object), [key]);
    const others = objects.filter((object) => object.kind !== 'Secret');
    assert.ok(!JSON.stringify(others).includes('text of'), kind);
  }
});

test('without a secret the gateway pods present what they have, and there is no Secret', () => {
  for (const kind of ['bedrock', 'bedrock-claude', 'vertex-gemini', 'vertex-claude'] as const) {
    const objects = objectsOf(unkeyed(kind));
    assert.ok(!objects.some((object) => object.kind === 'Secret'), kind);
  }
  assert.deepEqual(field(policyOf(unkeyed('bedrock')), 'awsCredentials'), { region: 'us-east-1' });
  assert.deepEqual(field(policyOf(unkeyed('vertex-gemini')), 'gcpCredentials'), {
    projectName: 'acme-ai',
    region: 'us-central1',
  });
});

const OIDC = { issuer: 'https://idp.example.com', clientId: 'gateway', clientSecret: 'idp-secret' };
const ISSUED = {
  provider: { issuer: 'https://idp.example.com' },
  clientID: 'gateway',
  clientSecret: { name: 'cloud' },
};

test('AWS: a token of an identity provider becomes a role', () => {
  const roleArn = 'arn:aws:iam::123456789012:role/gateway';
  const line = {
    ...unkeyed('bedrock'),
    roleArn,
    oidc: { ...OIDC, audience: 'sts.amazonaws.com', scopes: ['openid'] },
  };
  assert.deepEqual(policyOf(line), {
    targetRefs: [{ group: 'aigateway.envoyproxy.io', kind: 'AIServiceBackend', name: 'cloud' }],
    type: 'AWSCredentials',
    awsCredentials: {
      region: 'us-east-1',
      oidcExchangeToken: {
        aud: 'sts.amazonaws.com',
        awsRoleArn: roleArn,
        oidc: { ...ISSUED, scopes: ['openid'] },
      },
    },
  });
  assert.deepEqual(only(objectsOf(line), 'Secret').stringData, { 'client-secret': 'text of idp-secret' });
});

test('Azure: an application authenticates by its secret or by a token of an identity provider', () => {
  const application = { ...unkeyed('azure-openai'), clientId: 'app', tenantId: 'tenant' };
  assert.deepEqual(field(policyOf({ ...application, clientSecret: 'azure-secret' }), 'azureCredentials'), {
    clientID: 'app',
    tenantID: 'tenant',
    clientSecretRef: { name: 'cloud' },
  });
  assert.deepEqual(field(policyOf({ ...application, oidc: OIDC }), 'azureCredentials'), {
    clientID: 'app',
    tenantID: 'tenant',
    oidcExchangeToken: { oidc: ISSUED },
  });
});

test('Google Cloud: a token of an identity provider becomes a service account', () => {
  const workloadIdentity = {
    projectNumber: '123456789012',
    pool: 'vcf',
    provider: 'keycloak',
    serviceAccount: 'gateway',
  };
  const line = { ...unkeyed('vertex-gemini'), workloadIdentity, oidc: OIDC };
  assert.deepEqual(field(policyOf(line), 'gcpCredentials.workloadIdentityFederationConfig'), {
    projectID: '123456789012',
    workloadIdentityPoolName: 'vcf',
    workloadIdentityProviderName: 'keycloak',
    oidcExchangeToken: { oidc: ISSUED },
    serviceAccountImpersonation: { serviceAccountName: 'gateway' },
  });
});

test('an endpoint without a key has no policy', () => {
  const objects = objectsOf({
    provider: 'openai-compatible',
    model: 'llama',
    baseUrl: 'http://llm.team.svc.cluster.local:8000/v1',
  });
  assert.deepEqual(objects.map(({ kind }) => kind).sort(), ['AIServiceBackend', 'Backend']);
});
