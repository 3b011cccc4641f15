import { isPrivateHost } from '../../../base/hosts';
import { type Manifest, objectId } from '../../../base/manifest';
import type { RuleKinds } from '../../kinds';
import { linksTo, namedBy } from '../../links';
import { defineRule } from '../../rule';
import { addresses } from './backend-tls';
import { provider } from './samples';
import { textsOf } from './secret-texts';

const SERVICE_ACCOUNT = '/spec/gcpCredentials/credentialsFile/secretRef';

/** Where a BackendSecurityPolicy names Secrets, and the key under which the AI gateway looks into each. */
const SECRETS: Readonly<Record<string, string>> = {
  '/spec/apiKey/secretRef': 'apiKey',
  '/spec/anthropicAPIKey/secretRef': 'apiKey',
  '/spec/azureAPIKey/secretRef': 'apiKey',
  '/spec/azureCredentials/clientSecretRef': 'client-secret',
  '/spec/awsCredentials/credentialsFile/secretRef': 'credentials',
  [SERVICE_ACCOUNT]: 'service_account.json',
};

/** The sample with Vertex AI for its provider, and this text for the file of a service account. */
const vertex = (file: string) => ({
  ...provider({ name: 'GCPVertexAI' }, 'us-central1-aiplatform.googleapis.com', {
    type: 'GCPCredentials',
    gcpCredentials: {
      projectName: 'ai',
      region: 'us-central1',
      credentialsFile: { secretRef: { name: 'chat' } },
    },
  }),
  'secret/ai/chat': { stringData: { apiKey: null, 'service_account.json': file } },
});

/** The sample with Azure OpenAI for its provider. */
const azure = (tenantID: string) => ({
  ...provider({ name: 'AzureOpenAI', version: '2025-01-01-preview' }, 'ai.openai.azure.com', {
    type: 'AzureCredentials',
    azureCredentials: { clientID: 'ai', tenantID, clientSecretRef: { name: 'chat' } },
  }),
  'secret/ai/chat': { stringData: { apiKey: null, 'client-secret': 'a secret' } },
});

const target = (name: string) => ({ group: 'aigateway.envoyproxy.io', kind: 'AIServiceBackend', name });

export const providerCredentials = defineRule({
  id: 'R10',
  title: 'a backend outside the cluster has credentials from exactly one policy',
  effect: 'failing',
  why:
    'Providers reject requests without credentials with 401. If a backend has two policies, the AI gateway ' +
    'skips the backend, and every request for it ends with 500.',
  source: 'envoyproxy/ai-gateway v1.0.0, internal/controller/gateway.go (backendWithMaybeBSP)',
  fix: 'attach one BackendSecurityPolicy to it',
  area: 'gateway',
  scope: 'graph',
  kinds: ['AIServiceBackend', 'BackendSecurityPolicy'],
  fields: ['backendsecuritypolicy/ai/chat /spec/targetRefs/0'],
  good: [
    {
      shows: 'a model server of the cluster, which asks for none',
      change: {
        'backendsecuritypolicy/ai/chat': null,
        'backend/ai/chat': {
          spec: { tls: null, endpoints: [{ fqdn: { hostname: 'chat.ai.svc', port: 8000 } }] },
        },
      },
    },
  ],
  bad: [
    {
      shows: 'a provider without a key',
      change: { 'backendsecuritypolicy/ai/chat': null },
      finds: ['aiservicebackend/ai/chat /spec/backendRef'],
    },
    {
      shows: 'two keys',
      change: {
        'backendsecuritypolicy/ai/second': {
          apiVersion: 'aigateway.envoyproxy.io/v1beta1',
          kind: 'BackendSecurityPolicy',
          metadata: { namespace: 'ai', name: 'second' },
          spec: { targetRefs: [target('chat')], type: 'APIKey', apiKey: { secretRef: { name: 'chat' } } },
        },
      },
      finds: ['backendsecuritypolicy/ai/second /spec/targetRefs/0'],
    },
  ],
  check(all, one) {
    if (one.kind === 'AIServiceBackend') {
      const outside = namedBy(all, one, 'Backend').flatMap(addresses).find(isOutside);
      if (outside === undefined || linksTo(all, one, 'BackendSecurityPolicy').length > 0) return [];
      const problem = `${outside.host} receives requests without credentials`;
      return [{ pointer: '/spec/backendRef', value: one.spec?.backendRef.name, problem, elsewhere: true }];
    }
    return all.referencesFrom(one).flatMap(({ pointer, to }) => {
      if (!pointer.startsWith('/spec/targetRefs/')) return [];
      const [first] = all
        .referencesTo(to, 'BackendSecurityPolicy')
        .map(({ from }) => from)
        .sort(byName);
      if (first === undefined || first === one) return [];
      const problem = `${to.name} already has the policy ${objectId(first)}, and with two policies receives no requests`;
      return [{ pointer, value: to.name, problem }];
    });
  },
});

const isOutside = ({ host }: { readonly host: string }) => !isPrivateHost(host);

function byName(a: Manifest, b: Manifest): number {
  return objectId(a) < objectId(b) ? -1 : 1;
}

export const secretKeys = defineRule({
  id: 'R16',
  title: 'a Secret contains its credentials under the expected key',
  effect: 'failing',
  why:
    'The AI gateway skips a backend if its Secret lacks the expected key, if the value is empty, or if a ' +
    'Google Cloud file has no type. The route still has Accepted=True, and every request for the backend ends ' +
    'with 500.',
  source:
    'envoyproxy/ai-gateway v1.0.0, internal/controller/gateway.go (getSecretData); golang.org/x/oauth2/google ' +
    '(CredentialsFromJSON)',
  fix: 'store the credentials under that key; for Google Cloud the JSON file as it was downloaded',
  area: 'gateway',
  scope: 'graph',
  kinds: ['BackendSecurityPolicy'],
  fields: ['secret/ai/chat /stringData/apiKey'],
  good: [
    {
      shows: 'base64, as the API server has it',
      change: { 'secret/ai/chat': { stringData: null, data: { apiKey: 'YSBrZXk=' } } },
    },
  ],
  bad: [
    {
      shows: 'a key of another name',
      change: { 'secret/ai/chat': { stringData: { apiKey: null, 'api-key': 'a key' } } },
      finds: ['backendsecuritypolicy/ai/chat /spec/apiKey/secretRef'],
    },
    {
      shows: 'nothing',
      change: { 'secret/ai/chat': { stringData: { apiKey: '' } } },
      finds: ['backendsecuritypolicy/ai/chat /spec/apiKey/secretRef'],
    },
    {
      shows: 'a JSON file of something else than a service account',
      change: vertex('{"project_id": "ai"}'),
      finds: [`backendsecuritypolicy/ai/chat ${SERVICE_ACCOUNT}`],
    },
  ],
  check(all, policy) {
    const references = all.referencesFrom(policy);
    return Object.entries(SECRETS).flatMap(([pointer, key]) => {
      const to = references.find((reference) => reference.pointer === pointer)?.to;
      const secret = to && (all.find(to) as RuleKinds['Secret'] | undefined);
      if (to === undefined || secret === undefined) return [];
      const problem = wrongWith(textsOf(secret)[key] ?? '', pointer);
      return problem === undefined
        ? []
        : [{ pointer, value: to.name, problem: `Secret ${to.name} has ${problem} under ${key}` }];
    });
  },
});

function wrongWith(text: string, pointer: string): string | undefined {
  if (text === '') return 'nothing';
  return pointer === SERVICE_ACCOUNT && hasNoType(text) ? 'a Google Cloud file without a type' : undefined;
}

/** Anything but JSON may stand for a secret that is not at hand. */
function hasNoType(text: string): boolean {
  try {
    return typeof Object(JSON.parse(text)).type !== 'string';
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** Every place of a BackendSecurityPolicy that names a Secret. */
const SECRET_REFS = [
  ...Object.keys(SECRETS),
  '/spec/awsCredentials/oidcExchangeToken/oidc/clientSecret',
  '/spec/azureCredentials/oidcExchangeToken/oidc/clientSecret',
  '/spec/gcpCredentials/workloadIdentityFederationConfig/oidcExchangeToken/oidc/clientSecret',
];

export const ownSecrets = defineRule({
  id: 'R17',
  title: 'the credentials of a backend are in a Secret of the same namespace',
  effect: 'unsafe',
  why:
    'For API keys the namespace of the reference is ignored, and the Secret of that name in the namespace of ' +
    'the policy is used. For other types the namespace is honoured without a ReferenceGrant: anyone who may ' +
    'create such a policy makes the controller read any Secret of the cluster.',
  source: 'envoyproxy/ai-gateway v1.0.0, internal/controller/backend_security_policy.go and gateway.go',
  fix: 'remove the namespace, and store the Secret in the namespace of the policy',
  area: 'gateway',
  scope: 'object',
  kinds: ['BackendSecurityPolicy'],
  good: [
    {
      shows: 'its own namespace, said',
      change: { 'backendsecuritypolicy/ai/chat': { spec: { apiKey: { secretRef: { namespace: 'ai' } } } } },
    },
  ],
  bad: [
    {
      shows: 'a key of another namespace, which is not read',
      change: {
        'backendsecuritypolicy/ai/chat': { spec: { apiKey: { secretRef: { namespace: 'vault' } } } },
      },
      finds: ['backendsecuritypolicy/ai/chat /spec/apiKey/secretRef/namespace'],
    },
    {
      shows: 'a file of another namespace, which is',
      change: {
        ...provider({ name: 'AWSBedrock' }, 'bedrock-runtime.us-east-1.amazonaws.com', {
          type: 'AWSCredentials',
          awsCredentials: {
            region: 'us-east-1',
            credentialsFile: { secretRef: { name: 'aws', namespace: 'vault' } },
          },
        }),
        'secret/vault/aws': {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { namespace: 'vault', name: 'aws' },
          stringData: { credentials: '[default]' },
        },
      },
      finds: ['backendsecuritypolicy/ai/chat /spec/awsCredentials/credentialsFile/secretRef/namespace'],
    },
  ],
  checks: SECRET_REFS.map((pointer) => {
    const namespace = `object${pointer.replaceAll('/', '.?')}.?namespace`;
    return {
      expression: `!${namespace}.hasValue() || ${namespace}.value() == object.metadata.?namespace.orValue('default')`,
      pointer: `${pointer}/namespace`,
      problem: { expression: `'the Secret is in namespace ' + ${namespace}.orValue('')` },
      patch: [{ op: 'remove', path: `${pointer}/namespace` }],
    };
  }),
});

export const tenants = defineRule({
  id: 'G30',
  title: 'an Azure tenant is an id or a domain name',
  effect: 'refused',
  why:
    'The AI gateway requests Azure tokens through a library that accepts letters, digits, dots and hyphens ' +
    'only; with any other tenant it does not accept the policy, and every request for the backend ends with ' +
    '500.',
  source: 'Azure/azure-sdk-for-go, sdk/azidentity (validTenantID), seen on the running controller',
  fix: 'use the Directory (tenant) ID that the Azure portal shows',
  area: 'gateway',
  scope: 'object',
  kinds: ['BackendSecurityPolicy'],
  good: [{ shows: 'an id', change: azure('6ba7b810-9dad-11d1-80b4-00c04fd430c8') }],
  bad: [
    {
      shows: 'what a template had',
      change: azure('AZURE_TENANT_ID'),
      finds: ['backendsecuritypolicy/ai/chat /spec/azureCredentials/tenantID'],
    },
  ],
  checks: [
    {
      expression: "object.spec.?azureCredentials.?tenantID.orValue('none').matches('^[A-Za-z0-9.-]+$')",
      pointer: '/spec/azureCredentials/tenantID',
      problem: { expression: "object.spec.?azureCredentials.?tenantID.orValue('') + ' is not a tenant'" },
    },
  ],
});
