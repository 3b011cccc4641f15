import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  CLIENT_APIS,
  clientApisOf,
  PROVIDERS,
  type ProviderKind,
  type ProviderModel,
  parsePlatform,
  requiredSecrets,
  sharedClientApis,
} from '../../config';
import { papersDocument } from './papers-document';
import { PROVIDER_DOCUMENTS } from './provider-documents';
import { mistakesOf, refuses } from './refused';

const kinds = Object.keys(PROVIDER_DOCUMENTS) as ProviderKind[];

const lineOf = (provider: ProviderKind, changes: object = {}) => ({
  provider,
  ...PROVIDER_DOCUMENTS[provider],
  ...changes,
});

/** The paper's document with the model `cloud` and a workload that reaches it. */
function withLine(line: object) {
  // biome-ignore lint/suspicious/noExplicitAny: the tests write what no type would let them
  return (document: any) => {
    document.models.cloud = line;
    document.workloads.reader = { model: 'cloud' };
  };
}

function built(line: object): ProviderModel {
  const { models } = parsePlatform(papersDocument(withLine(line)));
  const model = models.find(({ name }) => name === 'cloud');
  assert.ok(model?.kind === 'provider');
  return model;
}

const without = (line: object, ...fields: readonly string[]) =>
  Object.fromEntries(Object.entries(line).filter(([name]) => !fields.includes(name)));

test('the table has every kind of provider, and so have these tests', () => {
  assert.deepEqual(Object.keys(PROVIDERS).sort(), [...kinds].sort());
});

describe('a field that is missing is named:', () => {
  for (const kind of kinds) {
    for (const field of PROVIDERS[kind].requires) {
      test(`refuses ${kind} without ${field}`, () =>
        refuses(withLine(without(lineOf(kind), field)), `models.cloud.${field}`, /is required/));
    }
  }
});

test('refuses a field of another provider, and says whose it is', () => {
  refuses(
    withLine(lineOf('openai', { region: 'us-east-1' })),
    'models.cloud.region',
    /is used with bedrock, bedrock-claude, vertex-claude and vertex-gemini only, and this provider is openai/,
    /remove it/,
  );
  refuses(withLine(lineOf('bedrock', { api: 'chat' })), 'models.cloud.api', /is used with cohere only/);
});

test('refuses Azure without an address, and with two', () => {
  const line = without(lineOf('azure-openai'), 'resource');
  refuses(withLine(line), 'models.cloud.resource', /is required: the address of azure-openai contains it/);
  refuses(
    withLine(lineOf('azure-openai', { baseUrl: 'https://ai.example.com' })),
    'models.cloud.resource',
    /has no effect with baseUrl/,
  );
  assert.equal(built({ ...line, baseUrl: 'https://ai.example.com' }).endpoint.hostname, 'ai.example.com');
});

test('refuses half of a way to authenticate, and two of them', () => {
  const bedrock = without(lineOf('bedrock'), 'credentialsSecret');
  const roleArn = 'arn:aws:iam::123456789012:role/gateway';
  refuses(withLine({ ...bedrock, roleArn }), 'models.cloud.oidc', /is required with roleArn/);
  refuses(
    withLine(lineOf('bedrock', { roleArn })),
    'models.cloud',
    /authenticates with credentialsSecret, roleArn \+ oidc or nothing, and credentialsSecret \+ roleArn is given/,
  );
  const azure = without(lineOf('azure-openai'), 'apiKeySecret');
  refuses(withLine(azure), 'models.cloud', /clientId \+ tenantId \+ clientSecret/, /nothing is given/);
});

test('refuses a region of another cloud', () => {
  refuses(
    withLine(lineOf('bedrock', { region: 'us-east1' })),
    'models.cloud.region',
    /"us-east1" is not a region name of/,
  );
  refuses(withLine(lineOf('vertex-gemini', { region: 'us-east-1' })), 'models.cloud.region', /us-central1/);
  assert.equal(
    built(lineOf('vertex-gemini', { region: 'global' })).endpoint.hostname,
    'aiplatform.googleapis.com',
  );
});

test('refuses a path that would be lost', () => {
  for (const kind of ['azure-openai', 'bedrock', 'vertex-gemini'] as const) {
    const line = { ...without(lineOf(kind), 'resource'), baseUrl: 'https://ai.example.com/v1' };
    refuses(
      withLine(line),
      'models.cloud.baseUrl',
      /the path \/v1 would be lost/,
      /https:\/\/ai\.example\.com/,
    );
  }
});

test('refuses a name that would change the path', () => {
  refuses(withLine(lineOf('azure-openai', { model: 'a/../b' })), 'models.cloud.model', /a part of the path/);
});

test('refuses a host of AWS for which version 1.0 of the gateway does not sign', () => {
  const baseUrl = 'https://vpce-1.bedrock-runtime.us-east-1.vpce.amazonaws.com';
  const edit = withLine(lineOf('bedrock', { baseUrl }));
  refuses(
    edit,
    'models.cloud.baseUrl',
    /signs requests for bedrock-runtime\.us-east-1\.amazonaws\.com/,
    /private DNS/,
    /aiGatewayVersion 1\.1\.0/,
  );
  const newer = papersDocument((document) => {
    edit(document);
    document.cluster = { existing: { context: 'prod' } };
    document.controllers = { aiGatewayVersion: '1.1.0' };
  });
  assert.ok(parsePlatform(newer).models.some(({ name }) => name === 'cloud'));
});

test('refuses a public endpoint without a key, and takes a private one', () => {
  const line = without(lineOf('openai-compatible'), 'apiKeySecret');
  refuses(withLine(line), 'models.cloud.apiKeySecret', /api\.groq\.com is not a host of a private network/);
  const inside = { ...line, baseUrl: 'http://llm.team.svc.cluster.local:8000/v1' };
  assert.deepEqual(built(inside).credentials, { kind: 'none' });
});

const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBfzCCASWgAwIBAgIUXiGpHa2mSEnUqxN/ljkzIvc1GLkwCgYIKoZIzj0EAwIw
-----END CERTIFICATE-----
`;

test('refuses a CA certificate that is none, and one that verifies nothing', () => {
  for (const caCertificate of ['', 'a path', CERTIFICATE, '-----BEGIN PRIVATE KEY-----']) {
    refuses(
      withLine(lineOf('openai', { caCertificate })),
      'models.cloud.caCertificate',
      /does not contain certificates in PEM format/,
    );
  }
  const line = lineOf('openai', { baseUrl: 'http://llm.internal/v1', caCertificate: CERTIFICATE });
  refuses(withLine(line), 'models.cloud.caCertificate', /has no effect: the base URL uses http/);
});

test("refuses a secret in place of a secret's name, and never repeats it", () => {
  const key = 'AKIA+NotARealKey/ButItLooksLikeOne';
  for (const line of [
    lineOf('bedrock', { credentialsSecret: key }),
    {
      ...without(lineOf('azure-openai'), 'apiKeySecret'),
      clientId: 'a',
      tenantId: 't',
      clientSecret: key,
    },
  ]) {
    const mistakes = mistakesOf(() => parsePlatform(papersDocument(withLine(line))));
    assert.ok(!JSON.stringify(mistakes).includes(key));
  }
});

test('Cohere reranks with its own API and chats through the compatible one', () => {
  assert.deepEqual(built(lineOf('cohere')).endpoint.schema, { name: 'Cohere', version: 'v2' });
  assert.deepEqual(built(lineOf('cohere', { model: 'command-a-03-2025' })).endpoint.schema, {
    name: 'OpenAI',
    prefix: '/compatibility/v1',
  });
  assert.equal(built(lineOf('cohere', { api: 'chat' })).endpoint.hostname, 'api.cohere.ai');
});

test('every secret is asked for by the field that names it', () => {
  const at = (line: object) =>
    requiredSecrets(parsePlatform(papersDocument(withLine(line))))
      .filter(({ at: path }) => path[1] === 'cloud')
      .map(({ name, at: path }) => [name, path.slice(2).join('.')]);
  assert.deepEqual(at(lineOf('anthropic')), [['anthropic-key', 'apiKeySecret']]);
  assert.deepEqual(at(lineOf('bedrock')), [['aws-credentials', 'credentialsSecret']]);
  assert.deepEqual(at(without(lineOf('bedrock'), 'credentialsSecret')), []);
  const application = { ...without(lineOf('azure-openai'), 'apiKeySecret'), clientId: 'a', tenantId: 't' };
  assert.deepEqual(at({ ...application, clientSecret: 'azure-secret' }), [['azure-secret', 'clientSecret']]);
  const oidc = { issuer: 'https://idp.example.com', clientId: 'g', clientSecret: 'idp-secret' };
  assert.deepEqual(at({ ...application, oidc }), [['idp-secret', 'oidc.clientSecret']]);
});

test('a client API is one of the gateway, and models together answer what each of them answers', () => {
  for (const kind of kinds) {
    const apis = clientApisOf(built(lineOf(kind)).endpoint.schema.name);
    assert.ok(apis.length > 0 && apis.every((api) => api in CLIENT_APIS), kind);
  }
  const models = kinds.map((kind) => built(lineOf(kind)));
  fc.assert(
    fc.property(fc.subarray(models), fc.subarray(models), (some, more) => {
      const both = sharedClientApis([...some, ...more]);
      const each = sharedClientApis(some).filter((api) => sharedClientApis(more).includes(api));
      assert.deepEqual([...both], each);
    }),
  );
  assert.deepEqual(sharedClientApis([built(lineOf('anthropic')), built(lineOf('openai'))]), ['messages']);
  assert.deepEqual(sharedClientApis([built(lineOf('anthropic')), built(lineOf('cohere'))]), []);
});
